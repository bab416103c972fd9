import type { V1ResourceRequirements } from '@kubernetes/client-node';
import { didYouMean, present, usageError } from '@ssc/errors';
import { type Amount, one, parseAmount } from './quota/quantity.ts';

/** What a container asks for and may use. Processor in thousandths of a core, memory and disk in MiB. */
export interface Resources {
  readonly cpuRequestMillis: number;
  readonly cpuLimitMillis: number;
  readonly memoryRequestMiB: number;
  readonly memoryLimitMiB: number;
  readonly diskRequestMiB?: number;
  readonly diskLimitMiB?: number;
}

const profile = (
  [cpuRequestMillis, cpuLimitMillis]: readonly [number, number],
  [memoryRequestMiB, memoryLimitMiB]: readonly [number, number],
): Resources => ({ cpuRequestMillis, cpuLimitMillis, memoryRequestMiB, memoryLimitMiB });

/** Named sizes of the stellar-core container; the numbers are stellar/supercluster's, found by its daily runs. */
export const resourceProfiles = {
  small: profile([100, 1000], [256, 256]),
  medium: profile([200, 1000], [512, 1024]),
  acceptance: profile([4000, 4000], [4096, 4096]),
  pubnet: profile([650, 4000], [1500, 1500]),
  'pubnet-tier1': profile([500, 4000], [128, 6000]),
  'parallel-catchup': {
    ...profile([250, 2000], [8192, 28_672]),
    diskRequestMiB: 35 * 1024,
    diskLimitMiB: 40 * 1024,
  },
  catchup: profile([1000, 4000], [6000, 24_000]),
  upgrade: profile([1000, 4000], [6000, 24_000]),
} as const satisfies Record<string, Resources>;

/** The name of a profile. */
export type ResourceProfile = keyof typeof resourceProfiles;

/** Sizes of the containers beside stellar-core. */
export const sideResources = {
  history: profile([10, 50], [32, 32]),
  postgres: profile([1000, 1000], [1024, 1024]),
  exporter: profile([10, 50], [64, 64]),
  delay: profile([20, 100], [32, 32]),
  driver: profile([250, 2000], [512, 1024]),
} as const satisfies Record<string, Resources>;

/** The profile of that name; SSC_RESOURCES (usage) when there is none. */
export function parseResourceProfile(name: string): Resources {
  const found = Object.entries(resourceProfiles).find(([key]) => key === name);
  if (found !== undefined) return found[1];
  const names = Object.keys(resourceProfiles);
  throw usageError(
    'SSC_RESOURCES',
    `there is no resource profile "${name}"${didYouMean(name, names)}`,
    { facts: [['Profiles', names.join(', ')]] },
  );
}

/**
 * The sizes with some replaced. A request above its limit, a number that is none or not above 0: SSC_RESOURCES (usage).
 */
export function withResources(resources: Resources, changes: Partial<Resources>): Resources {
  const changed = { ...resources, ...changes };
  for (const [name, value] of Object.entries(changed))
    if (!Number.isInteger(value) || value <= 0)
      throw usageError('SSC_RESOURCES', `${name} must be a whole number above 0, got ${value}`);
  for (const [what, request, limit] of [
    ['cpu', changed.cpuRequestMillis, changed.cpuLimitMillis],
    ['memory', changed.memoryRequestMiB, changed.memoryLimitMiB],
    ['disk', changed.diskRequestMiB, changed.diskLimitMiB],
  ] as const)
    if (request !== undefined && limit !== undefined && request > limit)
      throw usageError(
        'SSC_RESOURCES',
        `the ${what} request ${request} is above its limit ${limit}`,
      );
  return changed;
}

/** As Kubernetes writes it. */
export function toRequirements(resources: Resources): V1ResourceRequirements {
  const { diskRequestMiB, diskLimitMiB } = resources;
  return {
    requests: {
      cpu: `${resources.cpuRequestMillis}m`,
      memory: `${resources.memoryRequestMiB}Mi`,
      ...(diskRequestMiB !== undefined && { 'ephemeral-storage': `${diskRequestMiB}Mi` }),
    },
    limits: {
      cpu: `${resources.cpuLimitMillis}m`,
      memory: `${resources.memoryLimitMiB}Mi`,
      ...(diskLimitMiB !== undefined && { 'ephemeral-storage': `${diskLimitMiB}Mi` }),
    },
  };
}

const [milli, mebi] = [1_000_000n, one << 20n];

/** What {@link toRequirements} made, as a server gives it back, which writes the same amounts its own way. */
export function parseRequirements({ requests, limits }: V1ResourceRequirements): Resources {
  const read = (text: string | undefined, unit: Amount): number | undefined =>
    text === undefined ? undefined : Number(parseAmount(text) / unit);
  const [diskRequestMiB, diskLimitMiB] = [requests, limits].map((amounts) =>
    read(amounts?.['ephemeral-storage'], mebi),
  );
  const of = (amounts: Readonly<Record<string, string>> | undefined, key: string, unit: Amount) =>
    present(read(amounts?.[key], unit), `a container of ssc has its ${key}`);
  return {
    cpuRequestMillis: of(requests, 'cpu', milli),
    cpuLimitMillis: of(limits, 'cpu', milli),
    memoryRequestMiB: of(requests, 'memory', mebi),
    memoryLimitMiB: of(limits, 'memory', mebi),
    ...(diskRequestMiB !== undefined && { diskRequestMiB }),
    ...(diskLimitMiB !== undefined && { diskLimitMiB }),
  };
}
