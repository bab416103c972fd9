import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder of the test's own, removed when the file's tests are done. */
export function makeScratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ssc-host-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
