/** A file of a node's tables. */
export interface TablesFile {
  /** @example "stellar.db" */
  readonly name: string;
  readonly bytes: Uint8Array;
}

// Ledgers and settings in the first; peers, bans and consensus in the second (stellar-core: src/database).
const databases = ['stellar', 'stellar-misc'] as const;
const mostReadings = 3;
/** The log of a database begins with these; they change when it is begun anew (sqlite.org/fileformat2.html#the_write_ahead_log). */
const headLength = 32;

/**
 * The files of SQLite's tables, read while a node may write to them. A database is whole together with its log, if the log was not
 * begun anew meanwhile: what was moved out of the log into the database is in both, and is read from the log. `fetch` gives
 * undefined for a file that is not there.
 */
export async function readTables(
  fetch: (name: string) => Promise<Uint8Array | undefined>,
): Promise<readonly TablesFile[]> {
  const files = await Promise.all(databases.map((name) => readDatabase(`${name}.db`, fetch)));
  return files.flat();
}

async function readDatabase(
  name: string,
  fetch: (name: string) => Promise<Uint8Array | undefined>,
): Promise<readonly TablesFile[]> {
  for (let reading = 0; reading < mostReadings; reading++) {
    const before = await fetch(`${name}-wal`);
    const bytes = await fetch(name);
    const log = await fetch(`${name}-wal`);
    if (bytes === undefined) return [];
    if (headOf(before) !== headOf(log)) continue;
    return [{ name, bytes }, ...(log === undefined ? [] : [{ name: `${name}-wal`, bytes: log }])];
  }
  throw new Error(
    `the log of ${name} was begun anew each of the ${mostReadings} times it was read`,
  );
}

const headOf = (log: Uint8Array | undefined): string =>
  log === undefined ? '' : Buffer.from(log.subarray(0, headLength)).toString('hex');
