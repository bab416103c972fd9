import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

// Runs on this machine are found in its folder for temporary files. Each test file has one of its own, so that none sees the runs
// of others, or of whoever works on this machine. All users may pass through it: servers of postgres run as another one.
const before = process.env['TMPDIR'];
const folder = mkdtempSync(join(tmpdir(), 'ssc-test-'));
chmodSync(folder, 0o711);
process.env['TMPDIR'] = folder;

afterAll(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  rmSync(folder, { recursive: true, force: true });
});
