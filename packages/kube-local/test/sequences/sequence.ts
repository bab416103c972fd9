/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A server under test: kube-local in this process, or a real one. */
export interface Target {
  send(method: string, path: string, body: string | undefined, type: string): Promise<Answer>;
  /** Lets time pass on the server. */
  sleep(ms: number): Promise<void>;
}

type Json = Readonly<Record<string, unknown>>;

/** What a sequence does requests with; every answer is written down. */
export interface Api {
  /** The namespace of this run: empty but for what every namespace has. */
  readonly namespace: string;
  readonly core: string;
  readonly apps: string;
  readonly batch: string;
  /** `pick` chooses what of the body is written down. */
  get(path: string, pick?: Pick): Promise<Reply>;
  post(path: string, body: Json): Promise<Reply>;
  put(path: string, body: Json): Promise<Reply>;
  patch(path: string, body: unknown, type?: 'merge' | 'strategic' | 'json'): Promise<Reply>;
  delete(path: string, options?: Json): Promise<Reply>;
  /** Any request at all. */
  send(method: string, path: string, body?: unknown, type?: string, pick?: Pick): Promise<Reply>;
  /** Asks until the test holds; only the last answer is written down. */
  until(path: string, holds: (reply: Reply) => boolean, pick?: Pick): Promise<Reply>;
}

/** The part of a body that does not depend on the cluster's nodes and speed. */
export type Pick = (body: Fields) => unknown;

/** An answer with the parts that later requests need. */
export interface Reply extends Answer {
  readonly body: Fields;
}
// The shape of answers is what is tested.
// biome-ignore lint/suspicious/noExplicitAny: a test reads fields that may not be there
export type Fields = any;

/** One written line: a request and what came back. */
export interface Entry {
  readonly request: string;
  readonly status: number;
  readonly body: unknown;
}

/** Requests that are made in order. */
export interface Sequence {
  readonly name: string;
  readonly run: (api: Api) => Promise<void>;
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

/** Runs a sequence in a namespace of its own and returns what was answered, freed of what differs from run to run. */
export async function record(
  target: Target,
  sequence: Sequence,
  namespace: string,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const normal = createNormalizer(namespace);
  const raw = async (method: string, path: string, body: unknown, type: string): Promise<Reply> => {
    const text =
      body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    return (await target.send(method, path, text, type)) as Reply;
  };
  const note = (method: string, path: string, reply: Reply, pick: Pick = (body) => body): Reply => {
    entries.push({
      request: `${method} ${normal.text(path)}`,
      status: reply.status,
      body: normal.value(reply.status < 300 ? pick(reply.body) : reply.body),
    });
    return reply;
  };
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
    pick?: Pick,
  ) => note(method, path, await raw(method, path, body, type), pick);

  await raw('POST', '/api/v1/namespaces', { metadata: { name: namespace } }, 'application/json');
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  while ((await raw('GET', account, undefined, '')).status !== 200) await target.sleep(100);
  try {
    await sequence.run({
      namespace,
      core: `/api/v1/namespaces/${namespace}`,
      apps: `/apis/apps/v1/namespaces/${namespace}`,
      batch: `/apis/batch/v1/namespaces/${namespace}`,
      send,
      get: (path, pick) => send('GET', path, undefined, '', pick),
      post: (path, body) => send('POST', path, body),
      put: (path, body) => send('PUT', path, body),
      patch: (path, body, type = 'merge') => send('PATCH', path, body, patchTypes[type]),
      delete: (path, options) => send('DELETE', path, options),
      async until(path, holds, pick) {
        for (let waited = 0; ; waited += 250) {
          const reply = await raw('GET', path, undefined, '');
          if (holds(reply)) return note('UNTIL', path, reply, pick);
          if (waited > 20_000)
            throw new Error(
              `${sequence.name}: ${path} stays ${JSON.stringify(reply.body).slice(0, 2000)}`,
            );
          await target.sleep(250);
        }
      },
    });
  } finally {
    await raw('DELETE', `/api/v1/namespaces/${namespace}`, undefined, '');
  }
  return entries;
}

/** A body by its content type; a watch is a list of its lines. */
export function parseBody(contentType: string | undefined, text: string): unknown {
  if (contentType?.includes('json') !== true) return text;
  const lines = text.trimEnd().split('\n');
  try {
    return JSON.parse(text);
  } catch {
    return lines.map((line) => JSON.parse(line));
  }
}

const times = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/gu;
const uids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu;

function createNormalizer(namespace: string) {
  const known = new Map<string, string>();
  const text = (value: string): string =>
    value
      .replaceAll(namespace, 'NS')
      .replace(times, 'TIME')
      .replace(uids, (uid) => {
        const name = known.get(uid) ?? `UID${known.size + 1}`;
        known.set(uid, name);
        return name;
      })
      .replace(/kube-api-access-[a-z0-9]{5}/gu, 'kube-api-access-XXXXX')
      .replace(/\b10\.\d+\.\d+\.\d+\b/gu, 'ADDRESS')
      .replace(/ResourceVersion in (precondition|object meta): \d+/gu, 'ResourceVersion in $1: N')
      .replace(/record \(\d+\)/gu, 'record (N)')
      .replace(/resourceVersion=[1-9]\d*/u, 'resourceVersion=N')
      .replace(/continue=[\w-]+/u, 'continue=TOKEN')
      .replace(
        /Invalid value: "\{\\"(?:apiVersion|data|metadata).*\}": /su,
        'Invalid value: OBJECT: ',
      )
      .replace(
        /supported values: ("[^"]+"(?:, "[^"]+")*)/gu,
        (_, list: string) => `supported values: ${list.split(', ').sort().join(', ')}`,
      )
      // The server's dump of the difference, in Go's notation, with blanks of two kinds by chance.
      .replace(/\n\s{2}core\..*$/su, '')
      .replace(/too old resource version: 1 \(\d+\)/u, 'too old resource version: 1 (N)')
      .replace(
        /Too large resource version: (\d+), current: \d+/u,
        'Too large resource version: $1, current: N',
      );
  const value = (of: unknown, key = ''): unknown => {
    if (key === 'resourceVersion' || key === 'continue')
      return typeof of === 'string' && of !== '' ? 'N' : of;
    if (key === 'controller-revision-hash' || key === 'currentRevision' || key === 'updateRevision')
      return 'HASH';
    if (typeof of === 'string') return text(of);
    if (Array.isArray(of)) return of.map((item) => value(item));
    if (typeof of !== 'object' || of === null) return of;
    return Object.fromEntries(
      Object.entries(of)
        .filter(([name]) => name !== 'managedFields')
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, inner]) => [text(name), value(inner, name)]),
    );
  };
  return { text, value };
}
