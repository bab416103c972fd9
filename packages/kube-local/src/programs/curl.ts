import {
  bodyOf,
  FileError,
  NetError,
  type ProcessContext,
  type Program,
  resolvePath,
} from '@ssc/process';
import { type Arguments, parseArguments } from './arguments.ts';

/** Exit codes as in curl's own list. */
const codes = {
  usage: 2,
  unresolved: 6,
  refused: 7,
  httpError: 22,
  writeError: 23,
  timeout: 28,
  empty: 52,
} as const;

/** What is to be fetched, and how. */
interface Transfer {
  readonly url: string;
  readonly method: string;
  /** Where it goes; undefined for the standard output. */
  readonly file: string | undefined;
  readonly seconds: number;
  /** An answer of status 400 or above is a failure. */
  readonly isStrict: boolean;
}

/** A code of the list above, and what curl says with it. */
type Failure = readonly [code: number, text: string];

/** `curl -sf [-o FILE] URL`: over the container's network. */
export const curl: Program = async (self) => {
  const args = parseArguments(self.argv.slice(1), {
    flags: ['s', 'S', 'f', 'L', 'silent', 'show-error', 'fail', 'location'],
    values: ['o', 'm', 'X', 'output', 'max-time', 'connect-timeout', 'request'],
  });
  const failure = refusal(args) ?? (await download(self, toTransfer(args)));
  if (failure === undefined) return 0;
  const [code, text] = failure;
  const isSilent = args.flags.has('s') || args.flags.has('silent');
  if (!isSilent || args.flags.has('S') || args.flags.has('show-error'))
    self.stderr(`curl: (${code}) ${text}\n`);
  return code;
};

function refusal({ unknown, rest }: Arguments): Failure | undefined {
  if (unknown !== undefined) return [codes.usage, `option ${unknown}: is unknown`];
  return rest.length === 1 ? undefined : [codes.usage, 'one URL is expected'];
}

function toTransfer({ flags, values, rest }: Arguments): Transfer {
  const [url = ''] = rest;
  return {
    url: /^[a-z]+:\/\//u.test(url) ? url : `http://${url}`,
    method: values.get('X') ?? values.get('request') ?? 'GET',
    file: values.get('o') ?? values.get('output'),
    seconds: Number(values.get('m') ?? values.get('max-time') ?? 0),
    isStrict: flags.has('f') || flags.has('fail'),
  };
}

async function download(self: ProcessContext, transfer: Transfer): Promise<Failure | undefined> {
  const { url, method, file, seconds } = transfer;
  const abort = new AbortController();
  const timer =
    seconds > 0
      ? self.clock.timer(seconds * 1000, () => abort.abort(new Error('timeout')))
      : undefined;
  try {
    const response = await self.net.request(url, {
      method,
      headers: { 'user-agent': 'curl/8', accept: '*/*' },
      signal: abort.signal,
    });
    const body = await bodyOf(response);
    if (response.status >= 400 && transfer.isStrict)
      return [codes.httpError, `The requested URL returned error: ${response.status}`];
    if (file === undefined) self.stdout(Buffer.from(body).toString('utf8'));
    else self.files.write(resolvePath(file, self.cwd), body);
    return undefined;
  } catch (error) {
    if (abort.signal.aborted)
      return [codes.timeout, `Operation timed out after ${seconds * 1000} milliseconds`];
    return explain(error, url);
  } finally {
    timer?.cancel();
  }
}

/** What curl makes of an error of files or of the network; others are thrown on. */
function explain(error: unknown, url: string): Failure {
  if (error instanceof FileError)
    return [codes.writeError, `client returned ERROR on write, ${error.message}`];
  if (!(error instanceof NetError)) throw error;
  const { host } = new URL(url);
  switch (error.code) {
    case 'ENOTFOUND':
      return [codes.unresolved, `Could not resolve host: ${host.split(':')[0]}`];
    case 'ETIMEDOUT':
      return [codes.timeout, `Failed to connect to ${host}: Connection timed out`];
    case 'ECONNRESET':
      return [codes.empty, 'Empty reply from server'];
    case 'ECONNREFUSED':
    case 'EADDRINUSE':
      return [codes.refused, `Failed to connect to ${host}: Connection refused`];
  }
}
