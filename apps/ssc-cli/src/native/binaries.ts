import { type Fact, usageError } from '@ssc/errors';
import { refuseUnknownProtocol } from '@ssc/missions';
import type { PlannedRun } from '../planned-run.ts';
import { type CoreBinary, identifyCoreBinary } from './core-binary.ts';

/** What runs on this machine. */
export interface NativeBinaries {
  readonly core: CoreBinary;
  readonly old?: CoreBinary;
}

/** Which executables are named. */
export interface BinaryChoice {
  readonly coreBinary?: string | undefined;
  readonly oldCoreBinary?: string | undefined;
}

/** Asks the executables that are named what they are. */
export async function identifyBinaries(named: BinaryChoice): Promise<NativeBinaries> {
  const { coreBinary, oldCoreBinary } = named;
  if (coreBinary === undefined)
    throw usageError('SSC_CORE_BINARY', 'a run on this machine needs a stellar-core binary', {
      hint: 'Give --core-binary PATH, for example --core-binary ~/stellar-core/src/stellar-core.',
    });
  const [core, old] = await Promise.all([
    identifyCoreBinary('core-binary', coreBinary),
    oldCoreBinary === undefined ? undefined : identifyCoreBinary('old-core-binary', oldCoreBinary),
  ]);
  return { core, ...(old !== undefined && { old }) };
}

/** A line about each. */
export const describeBinaries = ({ core, old }: NativeBinaries): string[] => [
  describe('stellar-core', core),
  ...(old === undefined ? [] : [describe('old stellar-core', old)]),
];

const describe = (what: string, binary: CoreBinary): string =>
  `${what} is ${binary.build}${binary.protocol === undefined ? '' : `, protocol ${binary.protocol}`}, ${binary.isTestBuild ? 'a test build' : 'a production build'}: ${binary.path}`;

/** A mission as it is asked for. */
export type BinaryUse = Pick<PlannedRun, 'mission' | 'params'>;

/** Refuses what these executables cannot do, before anything is made. */
export function refuseUnfit(uses: readonly BinaryUse[], binaries: NativeBinaries): void {
  refuseProductionBuild(uses, binaries);
  for (const use of uses) {
    refuseNewerOld(use, binaries);
    refuseOlder(use, binaries);
  }
}

/** The same for runs that are planned. */
export async function refuseUnfitHere(
  runs: readonly BinaryUse[],
  named: BinaryChoice,
): Promise<NativeBinaries> {
  const binaries = await identifyBinaries(named);
  refuseUnfit(runs, binaries);
  return binaries;
}

function refuseProductionBuild(uses: readonly BinaryUse[], { core, old }: NativeBinaries): void {
  const needing = uses.flatMap(({ mission, params }) => {
    const used = Object.values(mission.network(params)).some(({ image }) => image === 'old')
      ? [core, old]
      : [core];
    const production = used.find((one) => one?.isTestBuild === false);
    return mission.testBuildFor.length === 0 || production === undefined
      ? []
      : [{ mission, production }];
  });
  const [first] = needing;
  if (first === undefined) return;
  throw usageError(
    'SSC_CORE_BINARY',
    `${needing.map(({ mission }) => mission.name).join(', ')} ${needing.length === 1 ? 'needs' : 'need'} a test build of stellar-core, and ${first.production.path} is a production build; nothing was started`,
    {
      facts: [
        ['Build', first.production.build],
        ...needing.map(
          ({ mission }): Fact => [
            needing.length === 1 ? 'Phases that need one' : `Phases of ${mission.name}`,
            mission.testBuildFor.map((phase) => `"${phase}"`).join(', '),
          ],
        ),
      ],
      hint: 'Build stellar-core with BUILD_TESTS (./configure --enable-tests is the default), which has testacc.',
    },
  );
}

/** Where versions are mixed the network is at a protocol of the older one, which the newer one must know. */
function refuseNewerOld({ mission, params }: BinaryUse, { core, old }: NativeBinaries): void {
  const images = new Set(Object.values(mission.network(params)).map(({ image = 'new' }) => image));
  if (images.size < 2 || old?.protocol === undefined || core.protocol === undefined) return;
  if (old.protocol <= core.protocol) return;
  throw usageError(
    'SSC_CORE_BINARY',
    `${mission.name} mixes versions, and the older stellar-core knows protocol ${old.protocol}, the newer one only ${core.protocol}; nothing was started`,
    {
      facts: [
        ['--core-binary', `${core.build}: ${core.path}`],
        ['--old-core-binary', `${old.build}: ${old.path}`],
      ],
      hint: 'Name them the other way round.',
    },
  );
}

/** What a mission is asked for may be a protocol that the binary does not know. */
function refuseOlder({ mission, params }: BinaryUse, { core }: NativeBinaries): void {
  if (core.protocol === undefined) return;
  refuseUnknownProtocol(mission, params, {
    protocol: core.protocol,
    facts: [['--core-binary', `${core.build}: ${core.path}`]],
    andSo: 'nothing was started',
  });
}
