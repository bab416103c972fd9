import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { signalProcess } from '@ssc/host';
import { staged } from '../../../tools/staged.ts';
import { listNativeRuns } from '../src/native/site.ts';

/** Executables for tests, and a folder for the runs that use them. */
export interface Workshop {
  readonly folder: string;
  /** The words that start ssc, bundled from the sources as they are. */
  readonly ssc: readonly [string, string];
  /** core-sim, bundled from the sources as they are. */
  readonly coreSim: string;
  /** The same, a release and a protocol behind. */
  readonly oldCoreSim: string;
  /** Answers as a recorded trio of v27.1.0 did. */
  readonly recorded: string;
  /** Makes an executable of a shell script. */
  script(name: string, lines: string): string;
  close(): void;
}

/** Opens a workshop. Runs of this process take place in it until it is closed. */
export async function openWorkshop(): Promise<Workshop> {
  const [ssc, coreSim] = await Promise.all([staged('ssc-cli'), staged('core-sim')]);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ssc-cli-')));
  const before = process.env['TMPDIR'];
  const script = (name: string, lines: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${lines}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  process.env['TMPDIR'] = folder;
  const double = join(import.meta.dirname, 'doubles/recorded-core.ts');
  return {
    folder,
    ssc: [process.execPath, join(ssc, 'bin/ssc.js')],
    coreSim: script('stellar-core', `exec "${process.execPath}" "${coreSim}/bin/core-sim.js" "$@"`),
    oldCoreSim: script(
      'old-stellar-core',
      `exec "${process.execPath}" "${coreSim}/bin/core-sim-old.js" "$@"`,
    ),
    recorded: script('recorded-core', `exec "${process.execPath}" "${double}" "$@"`),
    script,
    close() {
      // A test that took too long left its nodes, and nobody finds them once the folder is gone.
      for (const { processes } of listNativeRuns())
        for (const one of processes) signalProcess(one, 'SIGKILL');
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
