import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import nodePath from 'node:path';
import type { Repository } from './repository.ts';

/** Where package managers find third-party packages without a network. */
export interface LocalRegistry {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the third-party packages that are installed in a checkout, each in the one version that is there. */
export async function openLocalRegistry({
  root,
  packages,
}: Pick<Repository, 'root' | 'packages'>): Promise<LocalRegistry> {
  const folder = mkdtempSync(nodePath.join(tmpdir(), 'ssc-served-'));
  const installed = (name: string): string | undefined =>
    packages
      .map(({ path }) => nodePath.join(root, path, 'node_modules', name))
      .find((candidate) => !name.includes('..') && existsSync(candidate));
  const pack = (home: string): Buffer => {
    const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    const said = execFileSync('npm', [...args, realpathSync(home)], { encoding: 'utf8' });
    return readFileSync(nodePath.join(folder, said.trim().split('\n').at(-1) ?? ''));
  };
  const server = createServer((request, response) => {
    const [name = '', file] = decodeURIComponent(request.url ?? '')
      .slice(1)
      .split('/-/');
    const home = installed(name);
    if (home === undefined) {
      response.writeHead(404).end('{}');
      return;
    }
    const content = pack(home);
    if (file !== undefined) {
      response.end(content);
      return;
    }
    const manifest = JSON.parse(readFileSync(nodePath.join(home, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    const integrity = `sha512-${createHash('sha512').update(content).digest('base64')}`;
    const dist = { tarball: `http://${request.headers.host}/${name}/-/packed`, integrity };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        name,
        'dist-tags': { latest: manifest.version },
        versions: { [manifest.version]: { ...manifest, dist } },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
      }),
  };
}
