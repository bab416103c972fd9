import { bodyOf, NetError } from '@ssc/process';
import type { Invocation } from './invocation.ts';

/**
 * Sends a command to the node on this machine and prints its answer as core does: the two headers, an empty line, the body. The
 * exit code is always 0, as core's is.
 */
export async function runHttpCommand({
  self,
  settings,
  logger,
  line,
}: Invocation): Promise<number> {
  const command = line.positional[0] ?? '';
  const [name = '', ...query] = command.split('?');
  const tail = query.length === 0 ? '' : `?${encodeURIComponent(query.join('?'))}`;
  const port = settings.httpPort;
  const failed = (code: number): number => {
    logger.log('default', 'INFO', `http failed(${code}) port: ${port} command: ${command}`);
    return 0;
  };
  try {
    const response = await self.net.request(`http://127.0.0.1:${port}/${name}${tail}`);
    if (response.status !== 200) return failed(response.status);
    const body = Buffer.from(await bodyOf(response));
    const type = response.headers['content-type'] ?? '';
    self.stdout(
      `Content-Length: ${body.length}\nContent-Type: ${type}\n\n${body.toString('utf8')}\n`,
    );
    return 0;
  } catch (error) {
    if (error instanceof NetError) return failed(1);
    throw error;
  }
}
