import { type NodeLabel, parseNodeLabel, parseTaint, resourceProfiles } from '@ssc/kube-specs';
import { option, preset, switchOff } from './option-row.ts';
import { list, type OptionType, oneOf, text, toggle, whole } from './option-type.ts';

/** What a container asks for, and may use. */
export interface Range {
  readonly request: number;
  readonly limit: number;
}

/** An amount, or two with a colon between: what is asked for, and what may be used. */
const range = (
  parseOne: (text: string) => number | undefined,
  what: string,
): OptionType<Range> => ({
  value: '<request[:limit]>',
  toml: 'string',
  parse(given) {
    const [request, limit, ...more] = given.split(':').map(parseOne);
    if (request !== undefined && more.length === 0) {
      if (!given.includes(':')) return { request, limit: request };
      if (limit !== undefined && limit >= request) return { request, limit };
    }
    throw new Error(
      `must be ${what}, or two of them with a colon between, the smaller first; got "${given}"`,
    );
  },
});

/** Thousandths of a processor. */
function parseCpu(given: string): number | undefined {
  const [, millis] = /^([1-9]\d{0,6})m$/u.exec(given) ?? [];
  if (millis !== undefined) return Number(millis);
  const [, cores] = /^(\d{1,4}(?:\.\d{1,3})?)$/u.exec(given) ?? [];
  const amount = Math.round(Number(cores ?? 0) * 1000);
  return amount > 0 ? amount : undefined;
}

const unitsMiB: Readonly<Record<string, number>> = { Mi: 1, Gi: 1024, Ti: 1024 * 1024 };

function parseMiB(given: string): number | undefined {
  const [, number, unit = ''] = /^([1-9]\d{0,8})(Mi|Gi|Ti)$/u.exec(given) ?? [];
  return number === undefined ? undefined : Number(number) * (unitsMiB[unit] ?? 1);
}

const cpu = range(parseCpu, 'processors such as 2 or 0.5, or thousandths of one such as 500m');
const size = range(parseMiB, 'a size such as 512Mi or 2Gi');

const oneSize: OptionType<number> = {
  value: '<size>',
  toml: 'string',
  parse(given) {
    const amount = parseMiB(given);
    if (amount !== undefined) return amount;
    throw new Error(`must be a size such as 512Mi or 2Gi; got "${given}"`);
  },
};

const coreUser: OptionType<number | 'image'> = {
  value: '<id|image>',
  toml: 'string',
  parse(given) {
    if (given === 'image') return given;
    if (/^[1-9]\d{0,8}$/u.test(given)) return Number(given);
    throw new Error(`must be a user id above 0, or image; got "${given}"`);
  },
};

const labels: OptionType<readonly NodeLabel[]> = list('<key[:value]...>', parseNodeLabel);
const taints: OptionType<readonly NodeLabel[]> = list('<key[:value]...>', parseTaint);

const inPods = { group: 'Cluster', providers: ['kubernetes', 'simulated'] } as const;
const onCluster = { group: 'Cluster', providers: ['kubernetes'] } as const;

/** How the nodes of a mission lie in a cluster. */
export const clusterSettingOptions = {
  resources: option(oneOf('<profile>', ...profileNames()), {
    about: 'the size of stellar-core’s container',
    presetIs: 'what the mission says, else small',
    ...inPods,
  }),
  coreCpu: option(cpu, {
    about:
      'its processors, over the profile: 500m, 2, or what is asked for and what may be used, 500m:2',
    ...inPods,
  }),
  coreMemory: option(size, {
    about: 'its memory, over the profile: 512Mi, or 512Mi:2Gi',
    ...inPods,
  }),
  coreDisk: option(size, { about: 'its ephemeral storage: 2Gi, or 2Gi:10Gi', ...inPods }),
  coreUser: option(coreUser, {
    about:
      'who it runs as: a number, or image for the image’s own user; needed where claims are root’s',
    presetIs: '10001',
    ...onCluster,
  }),
  data: option(oneOf('<place>', 'disk', 'memory', 'claim'), {
    about: 'where data folders are: disk or memory of the machine, or a claim',
    presetIs: 'disk; claims where a mission keeps data',
    ...inPods,
  }),
  dataSize: option(oneSize, {
    about: 'the most that a data folder holds, or the size of a claim',
    presetIs: 'no limit; 1Gi of a claim',
    ...inPods,
  }),
  storageClass: option(text('<name>'), {
    about: 'the storage class of claims',
    presetIs: 'that of the cluster',
    ...onCluster,
  }),
  claimRetention: option(oneOf('<word>', 'kept', 'deleted'), {
    about: 'what becomes of the claim of a node that is stopped; with the run all go',
    presetIs: 'kept',
    ...inPods,
  }),
  database: option(oneOf('<kind>', 'sqlite', 'memory', 'postgres'), {
    about: 'where tables are: sqlite, memory, or a postgres beside each node',
    presetIs: 'what the mission says, else sqlite',
    group: 'Cluster',
  }),
  postgresImage: preset(
    option(text('<name>'), { about: 'the image of that postgres', ...onCluster }),
    'postgres:17',
  ),
  postgresCpu: option(cpu, {
    about: 'the processors of that postgres',
    presetIs: '1',
    ...inPods,
  }),
  postgresMemory: option(size, {
    about: 'its memory',
    presetIs: '1Gi',
    ...inPods,
  }),
  postgresUser: option(whole('<id>', { min: 1, max: 2_147_483_647 }), {
    about: 'the number of the user postgres in that image',
    presetIs: '999, as on Debian',
    ...onCluster,
  }),
  exportMetrics: switchOff(toggle, {
    about: 'run an exporter of metrics for Prometheus in every pod',
    aliases: ['export-to-prometheus'],
    ...onCluster,
  }),
  exporterImage: preset(
    option(text('<name>'), {
      about: 'the image of the exporter',
      aliases: ['prometheus-exporter-image'],
      ...onCluster,
    }),
    'stellar/stellar-core-prometheus-exporter:latest',
  ),
  netdelayImage: preset(
    option(text('<name>'), { about: 'the image with tc, which delays packets', ...onCluster }),
    'stellar/sdf-netdelay:latest',
  ),
  networkDelay: option(whole('<ms>', { min: 0, max: 300_000 }), {
    about: 'what packets wait where a mission delays them, instead of what it says',
    aliases: ['flat-network-delay'],
    ...onCluster,
  }),
  requireNodeLabels: option(labels, {
    about: 'labels that a machine must have: key, or key:value',
    ...onCluster,
  }),
  avoidNodeLabels: option(labels, {
    about: 'labels that a machine must not have',
    ...onCluster,
  }),
  tolerateNodeTaints: option(taints, {
    about: 'taints of machines that are put up with',
    ...onCluster,
  }),
  dedicatedNodes: switchOff(toggle, {
    about: 'share no machine with other runs of ssc',
    ...onCluster,
  }),
  unevenSched: switchOff(toggle, {
    about: 'do not spread pods evenly over machines',
    ...onCluster,
  }),
  imagePullPolicy: option(oneOf('<policy>', 'Always', 'IfNotPresent', 'Never'), {
    about: 'when images are pulled: Always, IfNotPresent or Never',
    presetIs: 'IfNotPresent',
    ...onCluster,
  }),
  imagePullSecrets: option(
    list('<name...>', (name) => name),
    {
      about: 'Secrets of the namespace with which images are pulled',
      ...onCluster,
    },
  ),
  fitQuota: switchOff(toggle, {
    about: 'make stellar-core smaller until the network fits the quota of the namespace',
    ...onCluster,
  }),
  concurrentMissions: preset(
    option(whole('<count>', { min: 1 }), {
      about: 'share what the quota leaves between so many missions',
      aliases: ['num-concurrent-missions'],
      ...onCluster,
    }),
    1,
  ),
};

function profileNames(): (keyof typeof resourceProfiles)[] {
  return Object.keys(resourceProfiles) as (keyof typeof resourceProfiles)[];
}
