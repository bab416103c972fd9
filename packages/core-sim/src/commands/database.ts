import { DatabaseError } from '../store/database-error.ts';
import { openPostgres, type PostgresSession } from '../store/postgres.ts';
import type { Invocation } from './invocation.ts';

// core's own table, of its own columns: what stands in it says whose database it is.
const table = 'storestate';
const key = 'networkpassphrase';

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Connects to the postgres of DATABASE, where it names one: with its password, as core does, and for as long as the node runs.
 * What core would keep in its tables is in a file beside the buckets; the database holds only whose it is, so that one that
 * is not there, or is another network's, is refused as core refuses it.
 */
export async function openDatabase(
  invocation: Invocation,
  how: 'new' | 'made' = 'made',
): Promise<PostgresSession | undefined> {
  const { settings, logger, self } = invocation;
  if (settings.postgres === undefined) return undefined;
  const session = await openPostgres(self, settings.postgres);
  try {
    if (how === 'new') await make(session, settings.passphrase);
    await check(session, settings.passphrase);
  } catch (error) {
    session.close();
    throw error;
  }
  const { host, port, database } = settings.postgres;
  logger.log(
    'Database',
    'INFO',
    `Connected to postgres database ${database} at ${host}:${port}; core-sim keeps its ledger in ${settings.databasePath}`,
  );
  return session;
}

async function make(session: PostgresSession, passphrase: string): Promise<void> {
  await session.query(`DROP TABLE IF EXISTS ${table}`);
  await session.query(`CREATE TABLE ${table} (statename CHARACTER(70) PRIMARY KEY, state TEXT)`);
  await session.query(`INSERT INTO ${table} VALUES (${quote(key)}, ${quote(passphrase)})`);
}

async function check(session: PostgresSession, passphrase: string): Promise<void> {
  const rows = await session.query(`SELECT state FROM ${table} WHERE statename = ${quote(key)}`);
  const found = rows[0]?.[0];
  if (found === undefined)
    throw new DatabaseError('No DB schema version found, try stellar-core new-db');
  if (found !== passphrase)
    throw new DatabaseError(
      `NETWORK_PASSPHRASE "${passphrase}" does not match previous NETWORK_PASSPHRASE "${found}"`,
    );
}
