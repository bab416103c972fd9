import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { createRandom } from '@ssc/clock';
import type { NodePlace } from '@ssc/core-cfg';
import { usageError } from '@ssc/errors';
import { createBudget, createKubeApi } from '@ssc/formation';
import {
  createHostFiles,
  createHostNet,
  createNativeProgram,
  endProcesses,
  type ReservedPorts,
  reservePorts,
  setWatchman,
} from '@ssc/host';
import {
  createBasePrograms,
  createKubeLocal,
  type KubeLocal,
  type MakeVolume,
} from '@ssc/kube-local';
import { corePorts, databaseUrl, historyPort, podName, toRunName } from '@ssc/kube-specs';
import { bodyOf, NetError, type ProcessContext, type Program, textResponse } from '@ssc/process';
import type { Host } from '../host.ts';
import {
  describeBinaries,
  identifyBinaries,
  type NativeBinaries,
  refuseUnfit,
} from '../native/binaries.ts';
import type { CoreBinary } from '../native/core-binary.ts';
import { refuseMissingTools } from '../native/find-program.ts';
import {
  dumpPostgres,
  findPostgres,
  type PostgresTools,
  postgresPrograms,
  refuseClosedFolder,
} from '../native/postgres.ts';
import { createSite, type NodeHere, type Site } from '../native/site.ts';
import type { MissionOptions } from '../options/of-commands.ts';
import type { Provider, WhoAndWhere } from '../provider.ts';
import { execHere } from './exec-here.ts';

/** Where a node listens on this machine. */
interface NodePorts {
  readonly peer: number;
  readonly http: number;
  readonly history: number;
  /** Of its database server, where it has one. */
  readonly postgres?: number;
}

const namespace = 'default';
const images = {
  core: 'core-binary',
  old: 'old-core-binary',
  history: 'nginx',
  postgres: 'postgres',
} as const;
const loopback = '127.0.0.1';

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
  const portsOf = (self: ProcessContext): NodePorts => {
    const found = ports.get(self.env['HOSTNAME'] ?? '');
    if (found === undefined) throw new Error(`no ports for pod ${self.env['HOSTNAME']}`);
    return found;
  };
  const runs =
    (binary: CoreBinary): Program =>
    async (self) => {
      const { http } = portsOf(self);
      if (opensHttp(self)) forwardAdminPort(self, http);
      if (self.argv[1] === 'http-command') return askAdminPort(self, http);
      const { book } = siteNow();
      return createNativeProgram({ command: binary.command, env: hostEnvironment(), book })(self);
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
  const base = createBasePrograms();
  const nginx: Program = (self) => {
    openHistoryPort(self, portsOf(self).history);
    return (base['nginx'] as Program)(self);
  };
  const ofPostgres =
    (name: string): Program =>
    (self) => {
      if (postgres === undefined) throw new Error('postgres was not looked for');
      return createNativeProgram({
        command: [join(postgres.folder, name)],
        // Server and clients take their port from here, so nothing in the pod's commands is another.
        env: { ...hostEnvironment(), PGPORT: String(portsOf(self).postgres) },
        book: siteNow().book,
        // Ends at once, whoever is connected, and cleanly: what images of postgres ask for.
        stopSignal: 'SIGINT',
        ...(postgres.owner !== undefined && { owner: postgres.owner }),
      })(self);
    };
  const cluster = createKubeLocal({
    clock: clusterClock,
    random: random.fork('cluster'),
    images: [
      { pattern: images.core, programs: { ...base, 'stellar-core': runs(binaries.core) } },
      ...(binaries.old === undefined
        ? []
        : [{ pattern: images.old, programs: { ...base, 'stellar-core': runs(binaries.old) } }]),
      { pattern: images.history, programs: { ...base, nginx } },
      {
        pattern: images.postgres,
        programs: {
          ...base,
          ...Object.fromEntries(postgresPrograms.map((name) => [name, ofPostgres(name)])),
        },
      },
    ],
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
    check: (mission, sets) => refuseUnfit([{ mission, sets }], binaries),
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
          ...(logFiles && { logFile: logFileOf(pod) }),
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
        await endProcesses(clock, book.running(), 1000);
        site.remove();
      }
      clusterClock.kill();
      watchman?.dismiss();
      for (const ports of reserved) ports.release();
    },
  };
}

/** Volumes as folders of this machine; an emptyDir begins empty for every pod. */
const createFolderVolumes =
  (site: () => Site, postgres: () => PostgresTools | undefined): MakeVolume =>
  ({ pod, name, kind }) => {
    const folder = site().volume(pod, name);
    const owner = postgres()?.owner;
    if (kind !== 'claim') rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // What another user needs is that user's, and the way to it is open.
    if (owner !== undefined && name === 'postgres-secret') chownSync(folder, owner.uid, owner.gid);
    if (owner !== undefined) chmodSync(dirname(folder), 0o711);
    if (owner !== undefined && name === 'data') {
      chmodSync(folder, 0o711);
      const own = join(folder, 'postgres');
      mkdirSync(own, { recursive: true, mode: 0o700 });
      chownSync(own, owner.uid, owner.gid);
    }
    return createHostFiles(folder);
  };

/** Commands during which stellar-core answers on its admin port. */
const opensHttp = (self: ProcessContext): boolean =>
  ['run', 'catchup'].includes(self.argv[1] ?? '');

/**
 * `http-command` without a process of stellar-core: the start-up probes of all nodes ask ten times a second, while the machine is busy
 * with their start, and the process of a debug build takes a tenth of a second, of one with sanitizers more.
 */
async function askAdminPort(self: ProcessContext, port: number): Promise<number> {
  const command = self.argv[2] ?? '';
  const { net } = createHostNet(() => {});
  try {
    const response = await net.request(`http://${loopback}:${port}/${command}`);
    self.stdout(`${Buffer.from(await bodyOf(response)).toString()}\n`);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    self.stderr(`http failed(1) port: ${port} command: ${command}\n`);
  }
  return 0;
}

/** Lets the pod's own admin port lead to where the node listens on this machine. */
function forwardAdminPort(self: ProcessContext, port: number): void {
  const { net, close } = createHostNet(() => {});
  self.onEnd(close);
  self.net.listenHttp(corePorts.http, ({ method, path, headers: { host: _, ...headers }, body }) =>
    net.request(`http://${loopback}:${port}${path}`, { method, headers, body }),
  );
}

/** Lets other nodes' `curl` reach the archive that the pod serves. */
function openHistoryPort(self: ProcessContext, port: number): void {
  const { net, close } = createHostNet((reason) => self.stderr(`nginx: [emerg] ${reason}\n`));
  self.onEnd(close);
  net.listenHttp(
    port,
    async ({ method, path, headers, body }) => {
      try {
        const url = `http://${loopback}:${historyPort}${path}`;
        const response = await self.net.request(url, { method, headers, body });
        return { ...response, body: await bodyOf(response) };
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
        return textResponse(502, `${error.message}\n`);
      }
    },
    loopback,
  );
}

/**
 * All that this process has: what a developer sets for sanitizers and libraries is for the node. Only not what leads clients of
 * postgres to another server than the run's own; and archives of this machine are not asked for at the user's proxy.
 */
const hostEnvironment = (): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !/^PG[A-Z]+$/u.test(entry[0]),
    ),
  ),
  no_proxy: withLoopback(process.env['no_proxy'] ?? process.env['NO_PROXY'] ?? ''),
});

/** What curl asks without a proxy; `*` is everything already, and means that only by itself. */
const withLoopback = (hosts: string): string =>
  hosts.trim() === '*' ? hosts : [hosts, loopback].filter((text) => text !== '').join(',');

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
