import { basename } from 'node:path';
import { type RunEvent, type RunResult, renderJUnit } from '@ssc/missions';
import { type Host, joinPath } from './host.ts';
import type { Provider } from './provider.ts';

/** Where a run is written down. */
export interface RunFolder {
  readonly path: string;
  /** Adds a line to `events.jsonl`, at once and in full: whoever kills this process finds all that it told. */
  note(event: RunEvent): void;
  save(path: string, content: string | Uint8Array): Promise<void>;
  append(path: string, content: string | Uint8Array): Promise<void>;
  /** Writes the result, and lets `latest` point here. */
  end(result: RunResult): Promise<void>;
}

/**
 * `ssc-runs/<utc>-<mission>-<run>`, by the machine's own clock: simulated time is the same in every run. So is the name of a simulated
 * run with the same seed: one that begins in the same second has a number after it.
 */
export function openRunFolder(
  destination: string,
  { mission, run }: { readonly mission: string; readonly run: string },
  provider: Provider,
  host: Host,
): RunFolder {
  const utc = new Date(host.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  const path = host.makeFolder(joinPath(destination, `${utc}-${mission}-${run}`));
  const within = (file: string): string => joinPath(path, file);
  return {
    path,
    note: (event) => host.append(within('events.jsonl'), `${JSON.stringify(event)}\n`),
    save: (file, content) => provider.clock.real(() => host.write(within(file), content)),
    append: (file, content) => provider.clock.real(async () => host.append(within(file), content)),
    end: async (result) => {
      await host.write(within('result.json'), `${JSON.stringify(result, null, 2)}\n`);
      await host.write(within('junit.xml'), renderJUnit([{ run: result }]));
      await host.link(joinPath(destination, 'latest'), basename(path));
    },
  };
}
