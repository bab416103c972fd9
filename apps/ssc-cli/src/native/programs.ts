import { join } from 'node:path';
import { createHostNet, createNativeProgram } from '@ssc/host';
import { createBasePrograms, type ImagePrograms } from '@ssc/kube-local';
import type { ProcessContext, Program } from '@ssc/process';
import type { NativeBinaries } from './binaries.ts';
import type { CoreBinary } from './core-binary.ts';
import { hostEnvironment } from './host-environment.ts';
import { askAdminPort, forwardAdminPort, type NodePorts, openHistoryPort } from './ports.ts';
import { type PostgresTools, postgresPrograms } from './postgres.ts';
import type { Site } from './site.ts';

/** What stands for images on this machine. */
export const images = {
  core: 'core-binary',
  old: 'old-core-binary',
  history: 'nginx',
  postgres: 'postgres',
} as const;

/** What the programs of pods need to know when they start. */
export interface NativePods {
  site(): Site;
  /** The ports of a pod, by its name. */
  ports(pod: string): NodePorts | undefined;
  postgres(): PostgresTools | undefined;
}

/** The images of a cluster whose nodes and databases are processes of this machine. */
export function createNativeImages(binaries: NativeBinaries, pods: NativePods): ImagePrograms[] {
  const base = createBasePrograms();
  const portsOf = (self: ProcessContext): NodePorts => {
    const found = pods.ports(self.env['HOSTNAME'] ?? '');
    if (found === undefined) throw new Error(`no ports for pod ${self.env['HOSTNAME']}`);
    return found;
  };
  const runs =
    (binary: CoreBinary): Program =>
    async (self) => {
      const { http } = portsOf(self);
      if (opensHttp(self)) forwardAdminPort(self, http);
      if (self.argv[1] === 'http-command') return askAdminPort(self, http);
      const { book } = pods.site();
      return createNativeProgram({ command: binary.command, env: hostEnvironment(), book })(self);
    };
  // What nodes serve is reached as stellar-core itself reaches it: over this machine's network.
  const curl: Program = (self) =>
    (base['curl'] as Program)({ ...self, net: createHostNet(() => {}).net });
  const ofNodes = { ...base, curl };
  const nginx: Program = (self) => {
    openHistoryPort(self, portsOf(self).history);
    return (base['nginx'] as Program)(self);
  };
  const ofPostgres =
    (name: string): Program =>
    (self) => {
      const postgres = pods.postgres();
      if (postgres === undefined) throw new Error('postgres was not looked for');
      return createNativeProgram({
        command: [join(postgres.folder, name)],
        // Server and clients take their port from here, so nothing in the pod's commands is another.
        env: { ...hostEnvironment(), PGPORT: String(portsOf(self).postgres) },
        book: pods.site().book,
        // Ends at once, whoever is connected, and cleanly: what images of postgres ask for.
        stopSignal: 'SIGINT',
        ...(postgres.owner !== undefined && { owner: postgres.owner }),
      })(self);
    };
  return [
    { pattern: images.core, programs: { ...ofNodes, 'stellar-core': runs(binaries.core) } },
    ...(binaries.old === undefined
      ? []
      : [{ pattern: images.old, programs: { ...ofNodes, 'stellar-core': runs(binaries.old) } }]),
    { pattern: images.history, programs: { ...base, nginx } },
    {
      pattern: images.postgres,
      programs: {
        ...base,
        ...Object.fromEntries(postgresPrograms.map((name) => [name, ofPostgres(name)])),
      },
    },
  ];
}

/** Commands during which stellar-core answers on its admin port. */
const opensHttp = (self: ProcessContext): boolean =>
  ['run', 'catchup'].includes(self.argv[1] ?? '');
