// Items.
export { createDump, type Dump, type DumpOptions, type SaveOptions } from './dump.ts';
export { type HideOptions, hideSecretData, hideSecrets } from './hide-secrets.ts';
// Logs.
export { followLog, type LogSource, type LogTail, type LogTailOptions } from './log-tail.ts';
export { type NotSavedProblem, notSaved } from './not-saved.ts';
export type { RunFiles } from './run-files.ts';
