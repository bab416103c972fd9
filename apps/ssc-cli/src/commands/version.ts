import manifest from '../../package.json' with { type: 'json' };
import type { Host } from '../host.ts';

/** Prints the version. */
export async function version(host: Host): Promise<number> {
  host.out(`ssc ${manifest.version}\n`);
  return 0;
}
