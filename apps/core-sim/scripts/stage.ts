// Bundles core-sim from the sources as they are, into a folder that runs by itself: node scripts/stage.ts FOLDER
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';

const app = join(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? process.exit(2));
const tsup = join(dirname(createRequire(import.meta.url).resolve('tsup/package.json')), 'dist');

mkdirSync(join(folder, 'bin'), { recursive: true });
const { status, stderr } = spawnSync(
  process.execPath,
  [join(tsup, 'cli-default.js'), '--silent', '--out-dir', join(folder, 'dist')],
  { cwd: app, encoding: 'utf8' },
);
if (status !== 0) process.stderr.write(stderr);
copyFileSync(join(app, 'package.json'), join(folder, 'package.json'));
for (const program of ['bin/core-sim.js', 'bin/core-sim-old.js']) {
  copyFileSync(join(app, program), join(folder, program));
  chmodSync(join(folder, program), 0o755);
}
process.exitCode = status ?? 1;
