import { createHostNet } from '@ssc/host';
import { corePorts, historyPort } from '@ssc/kube-specs';
import { bodyOf, NetError, type ProcessContext, textResponse } from '@ssc/process';

/** Where a node listens on this machine. */
export interface NodePorts {
  readonly peer: number;
  readonly http: number;
  readonly history: number;
  /** Of its database server, where it has one. */
  readonly postgres?: number;
}

/** The address that nodes of this machine have for it and for each other. */
export const loopback = '127.0.0.1';

/**
 * `http-command` without a process of stellar-core: the start-up probes of all nodes ask ten times a second, while the machine is busy
 * with their start, and the process of a debug build takes a tenth of a second, of one with sanitizers more.
 */
export async function askAdminPort(self: ProcessContext, port: number): Promise<number> {
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
export function forwardAdminPort(self: ProcessContext, port: number): void {
  const { net, close } = createHostNet(() => {});
  self.onEnd(close);
  self.net.listenHttp(corePorts.http, ({ method, path, headers: { host: _, ...headers }, body }) =>
    net.request(`http://${loopback}:${port}${path}`, { method, headers, body }),
  );
}

/** Lets other nodes' `curl` reach the archive that the pod serves. */
export function openHistoryPort(self: ProcessContext, port: number): void {
  const { net, close } = createHostNet(({ reason }) =>
    self.stderr(`nginx: [emerg] bind: ${reason}\n`),
  );
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
