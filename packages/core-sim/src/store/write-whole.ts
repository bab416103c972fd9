import type { Files } from '@ssc/process';

/** What a file is called until all of it is written. */
const unfinished = (path: string): string => `${path}.next`;

/** Writes a file that is found as it was or as it is to be, never in between, also when the process is killed meanwhile. */
export function writeWhole(files: Files, path: string, content: Uint8Array | string): void {
  files.write(unfinished(path), content);
  files.rename(unfinished(path), path);
}
