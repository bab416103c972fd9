import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stageApp } from '../../stage.ts';

test('an app that cannot be bundled is an error with what the bundler said', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ssc-stage-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, 'core-sim/src'), { recursive: true });
  writeFileSync(path.join(folder, 'core-sim/tsup.config.json'), '{ "entry": ["src/main.ts"] }');
  writeFileSync(path.join(folder, 'core-sim/src/main.ts'), "import './nowhere.ts';\n");
  expect(() => stageApp('core-sim', path.join(folder, 'out'), folder)).toThrow(
    /^core-sim was not bundled: .*Could not resolve "\.\/nowhere\.ts"/su,
  );
});
