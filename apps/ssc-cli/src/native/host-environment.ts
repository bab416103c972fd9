import process from 'node:process';
import { loopback } from './ports.ts';

/**
 * All that this process has: what a developer sets for sanitizers and libraries is for the node. Only not what leads clients of
 * postgres to another server than the run's own; and archives of this machine are not asked for at the user's proxy.
 */
export const hostEnvironment = (): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !/^PG[A-Z]+$/u.test(entry[0]),
    ),
  ),
  no_proxy: withLoopback(process.env['no_proxy'] ?? process.env['NO_PROXY'] ?? ''),
});

/** What curl asks without a proxy; `*` is everything already, and means that only by itself. */
const withLoopback = (hosts: string): string =>
  hosts.trim() === '*' ? hosts : [hosts, loopback].filter((text) => text !== '').join(',');
