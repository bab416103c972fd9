import { catalog } from '@ssc/missions';
import { readOptions } from '../command-line.ts';
import type { Host } from '../host.ts';
import { paramLines } from '../param-lines.ts';
import type { Found } from '../parse-command.ts';

/** Lists the missions. */
export async function missions(found: Found, host: Host): Promise<number> {
  readOptions([], {}, found.options);
  for (const mission of Object.values(catalog)) {
    host.out(
      [
        mission.name,
        `  ${mission.summary}`,
        `  takes about ${mission.expectedDuration} on real nodes`,
        ...paramLines(mission),
        '',
      ].join('\n'),
    );
  }
  return 0;
}
