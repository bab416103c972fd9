import type { Programs } from '@ssc/process';
import { curl } from './curl.ts';
import { filePrograms } from './file-programs.ts';
import { nginx } from './nginx.ts';
import { sh } from './shell.ts';
import { smallPrograms } from './small-programs.ts';

/** The programs that images are expected to have beside their own: shell, files, curl, nginx. */
export const createBasePrograms = (): Programs => ({
  ...filePrograms,
  ...smallPrograms,
  curl,
  nginx,
  sh,
});
