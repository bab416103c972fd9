import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

// Each project loads a module of its own, and all of them are to share the bundles of a test run.
const shared = globalThis as { sscStaged?: string };

/** Gives the tests of a run a folder for bundles, which `staged` fills. */
export default function setup(project: TestProject): () => void {
  const open = (): void => {
    shared.sscStaged ??= mkdtempSync(join(tmpdir(), 'ssc-staged-'));
    // Some tests run programs as somebody else.
    chmodSync(shared.sscStaged, 0o755);
    project.provide('staged', shared.sscStaged);
  };
  const close = (): void => {
    if (shared.sscStaged !== undefined) rmSync(shared.sscStaged, { recursive: true, force: true });
    delete shared.sscStaged;
  };
  open();
  project.onTestsRerun(() => {
    // Sources have changed.
    close();
    open();
  });
  return close;
}
