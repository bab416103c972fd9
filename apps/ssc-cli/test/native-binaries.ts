import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { signalProcess } from '@ssc/host';
import { listNativeRuns } from '../src/native/site.ts';

/** Executables for tests, and a folder for the runs that use them. */
export interface Workshop {
  readonly folder: string;
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
export function openWorkshop(): Workshop {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ssc-cli-')));
  const before = process.env['TMPDIR'];
  const script = (name: string, lines: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${lines}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const stage = join(import.meta.dirname, '../../core-sim/scripts/stage.ts');
  const staged = join(folder, 'core-sim');
  const { status, stderr } = spawnSync(process.execPath, [stage, staged], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`core-sim was not bundled: ${stderr}`);
  process.env['TMPDIR'] = folder;
  const double = join(import.meta.dirname, 'doubles/recorded-core.ts');
  return {
    folder,
    coreSim: script('stellar-core', `exec "${process.execPath}" "${staged}/bin/core-sim.js" "$@"`),
    oldCoreSim: script(
      'old-stellar-core',
      `exec "${process.execPath}" "${staged}/bin/core-sim-old.js" "$@"`,
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
