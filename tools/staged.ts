import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type AppName, stageApp } from './stage.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the bundles of a test run. See staged.setup.ts. */
    readonly staged: string;
  }
}

/**
 * The folder of an app's bundle, made from the sources as they are by the first test of a run that asks for it: whoever asks later
 * waits for that one. For projects with `staged.setup.ts`.
 */
export async function staged(app: AppName): Promise<string> {
  const folder = join(inject('staged'), app);
  const outcome = `${folder}.outcome`;
  if (isFirst(folder)) {
    writeFileSync(
      `${outcome}.part`,
      problemOf(() => stageApp(app, folder)),
    );
    renameSync(`${outcome}.part`, outcome);
  }
  while (!existsSync(outcome)) await new Promise((resolve) => setTimeout(resolve, 20));
  const problem = readFileSync(outcome, 'utf8');
  if (problem !== '') throw new Error(problem);
  return folder;
}

/** Whoever makes a folder is the first. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function problemOf(act: () => void): string {
  try {
    act();
    return '';
  } catch (error) {
    return String(error);
  }
}
