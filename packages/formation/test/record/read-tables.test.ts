import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { readTables } from '../../src/record/read-tables.ts';

const scratch = mkdtempSync(join(tmpdir(), 'ssc-tables-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const read = (folder: string, name: string): Uint8Array | undefined => {
  try {
    return readFileSync(join(folder, name));
  } catch {
    return undefined;
  }
};

/** A database as stellar-core opens one: with a log that is moved into it when somebody says so. */
function openDatabase(folder: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'stellar.db'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (n INTEGER)',
  );
  return database;
}

/** What the files that were read hold, as SQLite sees them somewhere else. */
function rowsOf(files: Awaited<ReturnType<typeof readTables>>): { check: unknown; rows: number } {
  const folder = mkdtempSync(join(scratch, 'copy-'));
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  const copy = new DatabaseSync(join(folder, 'stellar.db'));
  const { integrity_check: check } = copy.prepare('PRAGMA integrity_check').get() ?? {};
  const { rows } = copy.prepare('SELECT count(*) AS rows FROM t').get() as { rows: number };
  copy.close();
  return { check, rows };
}

describe('tables that a node writes to', () => {
  /** Reads them while `meanwhile` acts after each file. */
  async function readWhile(
    meanwhile: (database: DatabaseSync, file: number) => void,
  ): Promise<Awaited<ReturnType<typeof readTables>>> {
    const folder = mkdtempSync(join(scratch, 'node-'));
    const database = openDatabase(folder);
    let file = 0;
    try {
      return await readTables(async (name) => {
        const bytes = read(folder, name);
        if (!name.includes('misc')) meanwhile(database, file++);
        return bytes;
      });
    } finally {
      database.close();
    }
  }
  const insert = (database: DatabaseSync): void =>
    database.exec(
      'INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) SELECT n FROM c',
    );

  test('are read whole while rows are added', async () => {
    const files = await readWhile(insert);
    expect(files.map(({ name }) => name)).toEqual(['stellar.db', 'stellar.db-wal']);
    expect(rowsOf(files)).toEqual({ check: 'ok', rows: 10_000 });
  });

  test('are read whole when the log is moved into them and goes on', async () => {
    const files = await readWhile((database, file) => {
      insert(database);
      if (file === 0) database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    });
    expect(rowsOf(files)).toMatchObject({ check: 'ok' });
  });

  test('are read again when the log was begun anew', async () => {
    const files = await readWhile((database, file) => {
      insert(database);
      if (file === 0) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    });
    expect(rowsOf(files)).toEqual({ check: 'ok', rows: 25_000 });
  });

  test('are not taken for whole when it always is', async () => {
    await expect(
      readWhile((database) => {
        insert(database);
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
        insert(database);
      }),
    ).rejects.toThrow('the log of stellar.db was begun anew each of the 3 times it was read');
  });
});

test('both databases are read, and none where there is none', async () => {
  const there = new Map([
    ['stellar.db', Uint8Array.of(1)],
    ['stellar-misc.db', Uint8Array.of(2)],
    ['stellar-misc.db-wal', Uint8Array.of(3)],
  ]);
  expect(await readTables(async (name) => there.get(name))).toEqual([
    { name: 'stellar.db', bytes: Uint8Array.of(1) },
    { name: 'stellar-misc.db', bytes: Uint8Array.of(2) },
    { name: 'stellar-misc.db-wal', bytes: Uint8Array.of(3) },
  ]);
  expect(await readTables(async () => undefined)).toEqual([]);
});
