import { type Listener, NetError } from '@ssc/process';
import { createAdminHandler } from '../http/admin.ts';
import type { CoreNode } from '../node.ts';
import { CommandFailure, type Invocation } from './invocation.ts';

/** Opens the admin port: it answers that core boots for as long as there is no node. */
export function listenHttp(
  { self, settings, logger, version }: Invocation,
  node: () => CoreNode | undefined,
): Listener | undefined {
  if (settings.httpPort === 0) return undefined;
  const host = settings.publicHttp ? '0.0.0.0' : '127.0.0.1';
  try {
    const handler = createAdminHandler(version, node);
    const listener = self.net.listenHttp(settings.httpPort, handler, host);
    logger.log('default', 'INFO', `Listening on ${host}:${settings.httpPort} for HTTP requests`);
    return listener;
  } catch (error) {
    if (error instanceof NetError) throw new CommandFailure('bind: Address already in use');
    throw error;
  }
}
