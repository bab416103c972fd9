import { spawnSync } from 'node:child_process';
import process from 'node:process';

const nobody = { uid: 65_534, gid: 65_534 };

/**
 * Somebody else whom a test can be: only root can be that, and only where everybody may read this checkout and run its Node.js. A
 * checkout in a home that is closed to others serves all other tests.
 */
export const otherUser: { readonly uid: number; readonly gid: number } | undefined =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, [import.meta.filename], { ...nobody, cwd: '/' }).status === 0
    ? nobody
    : undefined;
