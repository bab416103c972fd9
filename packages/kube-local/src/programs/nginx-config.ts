/** One server block, as far as files are served by it. */
export interface StaticServer {
  readonly ports: readonly number[];
  readonly root: string;
  readonly autoindex: boolean;
  readonly defaultType: string;
  readonly hasTypes: boolean;
}

interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  readonly line: number;
  readonly block?: readonly Directive[];
}

interface Problem {
  readonly problem: string;
  readonly line: number;
}

// What changes nothing in how files are served here.
const ignored = new Set([
  'access_log',
  'client_body_temp_path',
  'daemon',
  'error_log',
  'events',
  'fastcgi_temp_path',
  'include',
  'keepalive_timeout',
  'pid',
  'proxy_temp_path',
  'scgi_temp_path',
  'sendfile',
  'server_name',
  'tcp_nopush',
  'user',
  'uwsgi_temp_path',
  'worker_connections',
  'worker_processes',
]);
const known = new Set([
  ...ignored,
  'autoindex',
  'default_type',
  'http',
  'listen',
  'root',
  'server',
  'types',
]);

/** The servers of a configuration; what this server does not know is refused as nginx refuses it. */
export function parseNginxConfig(
  text: string,
): { readonly servers: readonly StaticServer[] } | Problem {
  const parsed = parseBlock(tokenize(text), 0, 0);
  if ('problem' in parsed) return parsed;
  const strange = findStrange(parsed.directives);
  if (strange !== undefined)
    return { problem: `unknown directive "${strange.name}"`, line: strange.line };
  const servers: StaticServer[] = [];
  for (const http of parsed.directives.filter((d) => d.name === 'http'))
    for (const server of (http.block ?? []).filter((d) => d.name === 'server'))
      servers.push(toServer([...(http.block ?? [])], [...(server.block ?? [])]));
  return { servers };
}

function toServer(http: readonly Directive[], server: readonly Directive[]): StaticServer {
  const value = (name: string): string | undefined =>
    [...server, ...http].find((directive) => directive.name === name)?.words[0];
  const ports = server
    .filter((directive) => directive.name === 'listen')
    .map((directive) => Number((directive.words[0] ?? '80').split(':').at(-1)));
  return {
    ports: ports.length === 0 ? [80] : ports,
    root: value('root') ?? '/usr/share/nginx/html',
    autoindex: value('autoindex') === 'on',
    defaultType: value('default_type') ?? 'text/plain',
    hasTypes: http.some((directive) => directive.name === 'types' || directive.name === 'include'),
  };
}

function findStrange(directives: readonly Directive[]): Directive | undefined {
  for (const directive of directives) {
    if (!known.has(directive.name)) return directive;
    if (directive.block === undefined || ['types', 'events'].includes(directive.name)) continue;
    const inner = findStrange(directive.block);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

interface Token {
  readonly text: string;
  readonly line: number;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  text.split('\n').forEach((row, index) => {
    for (const match of row.matchAll(/#.*$|"([^"]*)"|'([^']*)'|[;{}]|[^\s;{}"']+/gu))
      if (!match[0].startsWith('#'))
        tokens.push({ text: match[1] ?? match[2] ?? match[0], line: index + 1 });
  });
  return tokens;
}

function parseBlock(
  tokens: readonly Token[],
  start: number,
  depth: number,
): { readonly directives: readonly Directive[]; readonly end: number } | Problem {
  const directives: Directive[] = [];
  let words: Token[] = [];
  let at = start;
  for (; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.text === '}') {
      if (depth === 0) return { problem: 'unexpected "}"', line: token.line };
      return { directives, end: at };
    }
    if (token.text !== ';' && token.text !== '{') {
      words.push(token);
      continue;
    }
    const [name, ...rest] = words;
    if (name === undefined) return { problem: `unexpected "${token.text}"`, line: token.line };
    const directive = { name: name.text, words: rest.map((word) => word.text), line: name.line };
    if (token.text === ';') directives.push(directive);
    else {
      const inner = parseBlock(tokens, at + 1, depth + 1);
      if ('problem' in inner) return inner;
      directives.push({ ...directive, block: inner.directives });
      at = inner.end;
    }
    words = [];
  }
  const last = tokens.at(-1)?.line ?? 1;
  if (depth > 0) return { problem: 'unexpected end of file, expecting "}"', line: last };
  if (words.length > 0)
    return { problem: 'unexpected end of file, expecting ";" or "}"', line: last };
  return { directives, end: at };
}
