import { bodyOf, FileError, NetError, type Program, resolvePath } from '@ssc/process';
import { parseArguments } from './arguments.ts';

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

/** `curl -sf [-o FILE] URL`: over the container's network. */
export const curl: Program = async (self) => {
  const args = parseArguments(self.argv.slice(1), {
    flags: ['s', 'S', 'f', 'L', 'silent', 'show-error', 'fail', 'location'],
    values: ['o', 'm', 'X', 'output', 'max-time', 'connect-timeout', 'request'],
  });
  const fail = (code: number, text: string): number => {
    const silent = args.flags.has('s') || args.flags.has('silent');
    if (!silent || args.flags.has('S') || args.flags.has('show-error'))
      self.stderr(`curl: (${code}) ${text}\n`);
    return code;
  };
  const url = args.rest[0];
  if (args.unknown !== undefined || url === undefined || args.rest.length > 1)
    return fail(
      codes.usage,
      args.unknown === undefined ? 'one URL is expected' : `option ${args.unknown}: is unknown`,
    );
  const seconds = Number(args.values.get('m') ?? args.values.get('max-time') ?? 0);
  const abort = new AbortController();
  const timer =
    seconds > 0
      ? self.clock.timer(seconds * 1000, () => abort.abort(new Error('timeout')))
      : undefined;
  try {
    const full = /^[a-z]+:\/\//u.test(url) ? url : `http://${url}`;
    const response = await self.net.request(full, {
      method: args.values.get('X') ?? args.values.get('request') ?? 'GET',
      headers: { 'user-agent': 'curl/8', accept: '*/*' },
      signal: abort.signal,
    });
    const body = await bodyOf(response);
    if (response.status >= 400 && (args.flags.has('f') || args.flags.has('fail')))
      return fail(codes.httpError, `The requested URL returned error: ${response.status}`);
    const file = args.values.get('o') ?? args.values.get('output');
    if (file === undefined) self.stdout(Buffer.from(body).toString('utf8'));
    else self.files.write(resolvePath(file, self.cwd), body);
    return 0;
  } catch (error) {
    if (abort.signal.aborted)
      return fail(codes.timeout, `Operation timed out after ${seconds * 1000} milliseconds`);
    if (error instanceof FileError)
      return fail(codes.writeError, `client returned ERROR on write, ${error.message}`);
    if (!(error instanceof NetError)) throw error;
    const host = new URL(/^[a-z]+:\/\//u.test(url) ? url : `http://${url}`).host;
    switch (error.code) {
      case 'ENOTFOUND':
        return fail(codes.unresolved, `Could not resolve host: ${host.split(':')[0]}`);
      case 'ETIMEDOUT':
        return fail(codes.timeout, `Failed to connect to ${host}: Connection timed out`);
      case 'ECONNRESET':
        return fail(codes.empty, 'Empty reply from server');
      case 'ECONNREFUSED':
      case 'EADDRINUSE':
        return fail(codes.refused, `Failed to connect to ${host}: Connection refused`);
    }
  } finally {
    timer?.cancel();
  }
};
