// Bundles an app from the sources as they are, into a folder that runs by itself: node tools/stage.ts core-sim FOLDER
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';

/** Apps that can be bundled, by their folders in `apps`. */
export type AppName = 'core-sim' | 'ssc-cli';

/**
 * Bundles an app: its programs are `FOLDER/bin/*.js`. Throws what the bundler said when it fails. `apps`: the folder of the apps, this
 * checkout's by default.
 */
export function stageApp(
  app: AppName,
  folder: string,
  apps = join(import.meta.dirname, '../apps'),
): void {
  const home = join(apps, app);
  const tsup = join(dirname(createRequire(import.meta.url).resolve('tsup/package.json')), 'dist');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(tsup, 'cli-default.js'), '--silent', '--out-dir', join(folder, 'dist')],
    { cwd: home, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${app} was not bundled: ${stdout}${stderr}`);
  copyFileSync(join(home, 'package.json'), join(folder, 'package.json'));
  for (const name of readdirSync(join(home, 'bin')).filter((one) => one.endsWith('.js'))) {
    copyFileSync(join(home, 'bin', name), join(folder, 'bin', name));
    chmodSync(join(folder, 'bin', name), 0o755);
  }
}

if (import.meta.main) {
  const [app, folder] = process.argv.slice(2);
  if ((app !== 'core-sim' && app !== 'ssc-cli') || folder === undefined) {
    process.stderr.write('usage: node tools/stage.ts core-sim|ssc-cli FOLDER\n');
    process.exit(2);
  }
  stageApp(app, resolve(folder));
}
