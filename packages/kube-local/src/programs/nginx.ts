import {
  FileError,
  type Files,
  type HttpRequest,
  type HttpResponse,
  NetError,
  type Program,
  readText,
  resolvePath,
} from '@ssc/process';
import { parseNginxConfig, type StaticServer } from './nginx-config.ts';

/** `nginx -c FILE`: serves files as its configuration says, until it is told to stop. */
export const nginx: Program = async (self) => {
  const at = self.argv.indexOf('-c');
  const file = at < 0 ? '/etc/nginx/nginx.conf' : resolvePath(self.argv[at + 1] ?? '', self.cwd);
  const emerg = (text: string): number => {
    self.stderr(`nginx: [emerg] ${text}\n`);
    return 1;
  };
  let servers: readonly StaticServer[];
  try {
    const parsed = parseNginxConfig(readText(self.files, file));
    if ('problem' in parsed) return emerg(`${parsed.problem} in ${file}:${parsed.line}`);
    servers = parsed.servers;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return emerg(`open() "${file}" failed (2: No such file or directory)`);
  }
  try {
    for (const server of servers)
      for (const port of server.ports)
        self.net.listenHttp(port, async (request) => serve(self.files, server, request));
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return emerg(`bind() failed (98: Address in use): ${error.message}`);
  }
  const stopped = new Promise<number>((resolve) => self.onSignal(() => resolve(0)));
  return self.clock.awaiting('nginx serves until it is stopped', stopped);
};

function serve(files: Files, server: StaticServer, request: HttpRequest): HttpResponse {
  if (request.method !== 'GET' && request.method !== 'HEAD') return page(405, 'Not Allowed');
  let path: string;
  try {
    path = decodeURIComponent(request.path.split('?')[0] ?? '/');
  } catch {
    return page(400, 'Bad Request');
  }
  const at = resolvePath(`${server.root}${resolvePath(path)}`);
  const found = files.info(at);
  if (found === undefined) return page(404, 'Not Found');
  if (found.kind === 'folder') return folder(files, server, request, path, at);
  // A file that is named as a folder is not there.
  if (path.endsWith('/')) return page(404, 'Not Found');
  return whole(request, 200, typeOf(server, at), files.read(at));
}

function folder(
  files: Files,
  server: StaticServer,
  request: HttpRequest,
  path: string,
  at: string,
): HttpResponse {
  if (!path.endsWith('/')) {
    const host = request.headers['host'] ?? 'localhost';
    const moved = page(301, 'Moved Permanently');
    return { ...moved, headers: { ...moved.headers, location: `http://${host}${path}/` } };
  }
  const index = `${at === '/' ? '' : at}/index.html`;
  if (files.info(index)?.kind === 'file')
    return whole(request, 200, 'text/html', files.read(index));
  if (!server.autoindex) return page(403, 'Forbidden');
  const names = files.list(at).map((name) => {
    const isFolder = files.info(`${at === '/' ? '' : at}/${name}`)?.kind === 'folder';
    return `<a href="${encodeURIComponent(name)}${isFolder ? '/' : ''}">${name}${isFolder ? '/' : ''}</a>`;
  });
  const title = `Index of ${path}`;
  const html = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<h1>${title}</h1><hr><pre><a href="../">../</a>\r\n${names.join('\r\n')}\r\n</pre><hr></body>\r\n</html>\r\n`;
  return whole(request, 200, 'text/html', Buffer.from(html));
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  txt: 'text/plain',
  json: 'application/json',
  xml: 'text/xml',
};

/** Without a types block nginx knows only its default type. */
const typeOf = (server: StaticServer, path: string): string =>
  (server.hasTypes ? types[path.slice(path.lastIndexOf('.') + 1)] : undefined) ??
  server.defaultType;

function whole(request: HttpRequest, status: number, type: string, body: Uint8Array): HttpResponse {
  const headers = {
    server: 'nginx',
    'content-type': type,
    'content-length': String(body.length),
    'accept-ranges': 'bytes',
  };
  return { status, headers, body: request.method === 'HEAD' ? new Uint8Array() : body };
}

function page(status: number, text: string): HttpResponse {
  const title = `${status} ${text}`;
  const html = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  const body = Buffer.from(html);
  return {
    status,
    headers: {
      server: 'nginx',
      'content-type': 'text/html',
      'content-length': String(body.length),
    },
    body,
  };
}
