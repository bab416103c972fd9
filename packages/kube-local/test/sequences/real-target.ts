import { readFileSync } from 'node:fs';
import https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { parseBody, type Target } from './sequence.ts';

/** The server of a kubeconfig with client certificates. */
export function realTarget(kubeconfig: string): Target {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null) throw new Error(`${kubeconfig} names no cluster and user`);
  const part = (data: string | undefined, file: string | undefined) =>
    data === undefined ? file && readFileSync(file) : Buffer.from(data, 'base64');
  const agent = new https.Agent({
    keepAlive: true,
    ca: part(cluster.caData, cluster.caFile),
    cert: part(user.certData, user.certFile),
    key: part(user.keyData, user.keyFile),
  } as https.AgentOptions);
  return {
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    send: (method, path, body, type) =>
      new Promise((resolve, reject) => {
        const headers =
          body === undefined
            ? {}
            : { 'content-type': type, 'content-length': Buffer.byteLength(body) };
        const request = https.request(
          `${cluster.server}${path}`,
          { method, agent, headers },
          (response) => {
            let text = '';
            response.setEncoding('utf8');
            response.on('data', (chunk: string) => {
              text += chunk;
            });
            response.on('end', () => {
              resolve({
                status: response.statusCode ?? 0,
                body: parseBody(response.headers['content-type'], text),
              });
            });
          },
        );
        request.on('error', reject);
        request.end(body);
      }),
  };
}
