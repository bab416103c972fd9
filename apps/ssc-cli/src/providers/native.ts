import { hostname } from 'node:os';
import { type Clock, createRandom, type Random } from '@ssc/clock';
import { renderError, usageError } from '@ssc/errors';
import { createBudget, createKubeApi } from '@ssc/formation';
import { createKubeLocal, type KubeLocal } from '@ssc/kube-local';
import { toRunName } from '@ssc/kube-specs';
import type { Host } from '../host.ts';
import {
  describeBinaries,
  identifyBinaries,
  type NativeBinaries,
  refuseUnfit,
} from '../native/binaries.ts';
import { refuseMissingTools } from '../native/find-program.ts';
import { createFolderVolumes } from '../native/folder-volumes.ts';
import { type NativeAddress, NativePlaces } from '../native/places.ts';
import { dumpPostgres } from '../native/postgres.ts';
import { createNativeImages, images } from '../native/programs.ts';
import { notEnded } from '../native/site.ts';
import type { MissionOptions } from '../options/of-commands.ts';
import type { Provider, WhoAndWhere } from '../provider.ts';
import { execHere } from './exec-here.ts';

const namespace = 'default';

/**
 * A cluster on this machine whose nodes are processes of a stellar-core binary: kube-local on the machine's own time, volumes in
 * real folders, admin ports and archives on loopback.
 */
export async function nativeProvider(
  options: Pick<MissionOptions, 'coreBinary' | 'oldCoreBinary' | 'database' | 'keep' | 'keepFor'>,
  host: Host,
): Promise<Provider> {
  const binaries = await identifyBinaries(options);
  const kept = options.keep ? 'keep' : options.keepFor === undefined ? undefined : 'keep-for';
  if (kept !== undefined)
    throw usageError(
      'SSC_USAGE_OPTIONS',
      `--${kept} cannot be used with --provider native: the nodes end with ssc`,
      { hint: 'ssc up starts a network that stays.' },
    );
  const provider = createNativeProvider(binaries, host);
  const { database } = options;
  if (database === undefined) return provider;
  return { ...provider, clusterSettings: { ...provider.clusterSettings, database } };
}

/** What the provider on this machine has beside that of all. */
export interface NativeProvider extends Provider {
  readonly place: NonNullable<Provider['place']>;
  readonly notes: NonNullable<Provider['notes']>;
  readonly check: NonNullable<Provider['check']>;
  readonly cluster: KubeLocal;
  /** Once the network has a place: where its nodes are. */
  addresses(): readonly NativeAddress[];
}

/**
 * The provider for binaries that are known. `logFiles`: each node writes its log to a file in its folder too, for somebody who
 * looks while nobody records the run.
 */
export function createNativeProvider(
  binaries: NativeBinaries,
  host: Host,
  { logFiles = false } = {},
): NativeProvider {
  const { clock } = host;
  const nonce = host.randomBytes(3);
  const run = toRunName(nonce);
  const random = createRandom(Buffer.from(host.randomBytes(16)).toString('hex'));
  const password = Buffer.from(host.randomBytes(16)).toString('hex');
  const places = new NativePlaces({ run, clock, random, logFiles });
  const clusterClock = clock.fork('cluster');
  const cluster = createCluster(binaries, places, clusterClock, random.fork('cluster'));
  return {
    name: 'native',
    cluster,
    addresses: () => places.addresses(),
    clock,
    random: random.fork('driver'),
    kube: createKubeApi({
      access: { dispatcher: cluster.dispatcher, baseUrl: 'http://kube-local.invalid' },
      clock,
      random: random.fork('client'),
      budget: createBudget(clock),
    }),
    dispatcher: cluster.dispatcher,
    connect: cluster.connect,
    exec: execHere(cluster, namespace),
    // Ledgers close every second at the fastest; nodes on loopback answer within a few milliseconds.
    lookEvery: '250ms',
    namespace,
    images: {
      core: images.core,
      ...(binaries.old !== undefined && { old: images.old }),
      history: images.history,
    },
    clusterSettings: { postgres: { image: images.postgres, password } },
    async dumpTables(pod) {
      const port = places.portsOf(pod)?.postgres;
      const { postgres } = places;
      if (postgres === undefined || port === undefined) return [];
      return [{ name: 'postgres.sql', bytes: await dumpPostgres(postgres, { port, password }) }];
    },
    nonce: () => nonce,
    run: (work) => work(),
    notes: () => [...describeBinaries(binaries), ...describePlaces(places)],
    check: (mission, params) => refuseUnfit([{ mission, params }], binaries),
    async place(where) {
      refuseMissingTools();
      refuseMissingOld(where, binaries);
      return places.place(where);
    },
    async close() {
      // The pods are being deleted: their nodes get SIGTERM from the kubelet.
      await places.awaitStop();
      clusterClock.kill();
      const left = await places.remove();
      if (left.length > 0) host.err(`\n${renderError(notEnded(run, left))}\n`);
      places.release();
    },
  };
}

/** A cluster of one machine, this one, that takes no time of its own. */
const createCluster = (
  binaries: NativeBinaries,
  places: NativePlaces,
  clock: Clock,
  random: Random,
): KubeLocal =>
  createKubeLocal({
    clock,
    random,
    images: createNativeImages(binaries, {
      site: () => places.site,
      ports: (pod) => places.portsOf(pod),
      postgres: () => places.postgres,
    }),
    nodes: [{ name: nodeName(), cpu: '10000', memory: '1Pi', pods: 10_000 }],
    apiMs: 0,
    controllerMs: 0,
    latencyMs: () => 0,
    pace: { sandboxMs: 0, startMs: 0, pullMs: 0, startupProbeMs: 100 },
    makeVolume: createFolderVolumes(
      () => places.site,
      () => places.postgres,
    ),
  });

const nodeName = (): string => {
  const plain = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
    .slice(0, 60);
  return plain === '' ? 'this-machine' : plain;
};

/** What a user should know of where the nodes are. */
function describePlaces(places: NativePlaces): string[] {
  const { postgres } = places;
  const notes: string[] = [];
  if (postgres !== undefined) {
    const owner = postgres.owner === undefined ? '' : `, as user "${postgres.owner.name}"`;
    notes.push(`tables are in ${postgres.version}, one server for each node, on loopback${owner}`);
  }
  const peers = list(places.ports.map((one) => one.peer));
  notes.push(
    `peers are listened to on all interfaces (stellar-core has no setting for less), ports ${peers}`,
  );
  return notes;
}

const list = (numbers: readonly number[]): string =>
  numbers.length <= 6 ? numbers.join(', ') : `${numbers.slice(0, 5).join(', ')}, …`;

/** A set of an older stellar-core needs one: it is said here by which option, before anything is made. */
function refuseMissingOld({ mission, sets }: WhoAndWhere, { old }: NativeBinaries): void {
  const names = Object.keys(sets).filter((name) => sets[name]?.image === 'old');
  if (names.length === 0 || old !== undefined) return;
  throw usageError(
    'SSC_OLD_IMAGE_MISSING',
    `${mission} mixes versions, and no older stellar-core is named; nothing was started`,
    {
      facts: [['Core sets of the older one', names.join(', ')]],
      hint: 'Give --old-core-binary PATH beside --core-binary.',
    },
  );
}
