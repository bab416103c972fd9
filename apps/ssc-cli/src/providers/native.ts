import { hostname } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ssc/clock';
import type { NodePlace } from '@ssc/core-cfg';
import { renderError, usageError } from '@ssc/errors';
import { createBudget, createKubeApi } from '@ssc/formation';
import { endProcesses, type ReservedPorts, reservePorts, setWatchman } from '@ssc/host';
import { createKubeLocal, type KubeLocal } from '@ssc/kube-local';
import { databaseUrl, podName, toRunName } from '@ssc/kube-specs';
import type { Host } from '../host.ts';
import {
  describeBinaries,
  identifyBinaries,
  type NativeBinaries,
  refuseUnfit,
} from '../native/binaries.ts';
import { refuseMissingTools } from '../native/find-program.ts';
import { createFolderVolumes } from '../native/folder-volumes.ts';
import { loopback, type NodePorts } from '../native/ports.ts';
import {
  dumpPostgres,
  findPostgres,
  type PostgresTools,
  refuseClosedFolder,
} from '../native/postgres.ts';
import { createNativeImages, images } from '../native/programs.ts';
import { createSite, type NodeHere, notEnded, type Site } from '../native/site.ts';
import type { MissionOptions } from '../options/of-commands.ts';
import type { Provider, WhoAndWhere } from '../provider.ts';
import { execHere } from './exec-here.ts';

const namespace = 'default';
// Nodes need 0.2 s to stop, and seconds with large merges.
const stopWithinMs = 10_000;

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

/** Where a node can be reached, and its folder. */
export interface NativeAddress extends NodePorts, NodeHere {
  readonly folder: string;
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
  const clusterClock = clock.fork('cluster');
  const ports = new Map<string, NodePorts>();
  let site: Site | undefined;
  const reserved: ReservedPorts[] = [];
  let watchman: ReturnType<typeof setWatchman> | undefined;
  let postgres: PostgresTools | undefined;

  const siteNow = (): Site => {
    if (site === undefined) throw new Error('pods were made before their network was placed');
    return site;
  };
  const logFileOf = (pod: string): string =>
    join(siteNow().volume(pod, 'data'), 'stellar-core.log');
  const addresses = (): NativeAddress[] =>
    [...ports].map(([pod, found]) => ({
      node: pod.slice(run.length + 1),
      ...found,
      folder: siteNow().volume(pod, ''),
      ...(logFiles && { log: logFileOf(pod) }),
    }));
  const cluster = createKubeLocal({
    clock: clusterClock,
    random: random.fork('cluster'),
    images: createNativeImages(binaries, {
      site: siteNow,
      ports: (pod) => ports.get(pod),
      postgres: () => postgres,
    }),
    nodes: [{ name: nodeName(), cpu: '10000', memory: '1Pi', pods: 10_000 }],
    apiMs: 0,
    controllerMs: 0,
    latencyMs: () => 0,
    pace: { sandboxMs: 0, startMs: 0, pullMs: 0, startupProbeMs: 100 },
    makeVolume: createFolderVolumes(siteNow, () => postgres),
  });
  const access = { dispatcher: cluster.dispatcher, baseUrl: 'http://kube-local.invalid' };

  return {
    name: 'native',
    cluster,
    addresses,
    clock,
    random: random.fork('driver'),
    kube: createKubeApi({
      access,
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
      const port = ports.get(pod)?.postgres;
      if (postgres === undefined || port === undefined) return [];
      return [{ name: 'postgres.sql', bytes: await dumpPostgres(postgres, { port, password }) }];
    },
    nonce: () => nonce,
    run: (work) => work(),
    notes: () => [
      ...describeBinaries(binaries),
      ...(postgres === undefined
        ? []
        : [
            `tables are in ${postgres.version}, one server for each node, on loopback${postgres.owner === undefined ? '' : `, as user "${postgres.owner.name}"`}`,
          ]),
      `peers are listened to on all interfaces (stellar-core has no setting for less), ports ${list([...ports.values()].map((one) => one.peer))}`,
    ],
    check: (mission, params) => refuseUnfit([{ mission, params }], binaries),
    async place(where: WhoAndWhere) {
      refuseMissingTools();
      refuseMissingOld(where, binaries);
      const { network = 0 } = where;
      const nodes = Object.entries(where.sets).flatMap(([set, { nodes: count, database }]) =>
        Array.from({ length: count }, (_, ordinal) => ({
          pod: podName({ run, network, set, ordinal }),
          hasPostgres: database === 'postgres',
        })),
      );
      if (nodes.some((one) => one.hasPostgres)) postgres = findPostgres();
      const found = await reservePorts({
        count: nodes.reduce((sum, one) => sum + (one.hasPostgres ? 4 : 3), 0),
        start: random.fork(`ports ${network}`).float(),
      });
      reserved.push(found);
      const free = found.ports.values();
      const next = (): number => free.next().value ?? 0;
      for (const { pod, hasPostgres } of nodes)
        ports.set(pod, {
          ...{ peer: next(), http: next(), history: next() },
          ...(hasPostgres && { postgres: next() }),
        });
      site ??= createSite(run, where.mission, new Date(clock.now()).toISOString());
      const { volume } = site;
      if (postgres?.owner !== undefined) refuseClosedFolder(site.folder, postgres.owner);
      watchman ??= setWatchman(site.bookFolder);
      site.tell(addresses());
      return ({ set, ordinal }): NodePlace => {
        const pod = podName({ run, network, set, ordinal });
        const own = ports.get(pod) as NodePorts;
        return {
          peerHost: loopback,
          peerPort: own.peer,
          httpPort: own.http,
          dataFolder: volume(pod, 'data'),
          // Core reads braces in it as places for the time.
          ...(logFiles && { logFile: logFileOf(pod).replaceAll(/[{}]/gu, '$&$&') }),
          historyUrl: `http://${loopback}:${own.history}`,
          ...(own.postgres !== undefined && {
            postgresUrl: `${databaseUrl('postgres')} port=${own.postgres}`,
          }),
        };
      };
    },
    async close() {
      if (site !== undefined) {
        const { book } = site;
        // The pods are being deleted: their nodes get SIGTERM from the kubelet.
        const until = clock.now() + stopWithinMs;
        while (book.running().length > 0 && clock.now() < until) await clock.sleep(20);
        clusterClock.kill();
        const left = await endProcesses(clock, book.running(), 1000);
        if (left.length === 0) site.remove();
        else host.err(`\n${renderError(notEnded(run, left))}\n`);
      }
      clusterClock.kill();
      watchman?.dismiss();
      for (const ports of reserved) ports.release();
    },
  };
}

const nodeName = (): string => {
  const plain = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
    .slice(0, 60);
  return plain === '' ? 'this-machine' : plain;
};

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
