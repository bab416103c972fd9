import { catalog } from '@ssc/missions';
import { paramLines } from '../help-missions.ts';
import type { Host } from '../host.ts';
import type { Input } from '../options/input.ts';

/** Lists the missions. */
export async function missions(_input: Input, host: Host): Promise<number> {
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
