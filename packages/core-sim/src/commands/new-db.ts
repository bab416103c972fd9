import { StrKey } from '@stellar/stellar-sdk/base';
import { openStaging } from '../history/staging.ts';
import { createTestKey, renderKey } from '../keys.ts';
import { openDatabase } from './database.ts';
import { checkCreate, genesisOf, type Invocation, openLog, openStore } from './invocation.ts';
import { acquireLock } from './lock.ts';

/** Wipes the database and writes the first ledger. */
export async function runNewDb(invocation: Invocation): Promise<number> {
  const { settings, logger } = invocation;
  openLog(invocation);
  checkCreate(invocation);
  const release = acquireLock(invocation);
  const database = await openDatabase(invocation, 'new').catch((error: unknown) => {
    release();
    throw error;
  });
  try {
    const genesis = genesisOf(settings);
    openStore(invocation).create(genesis);
    if (settings.publishes)
      openStaging(invocation.self.files, settings, invocation.build).begin(genesis.header);
    const banner = (text: string): void => {
      for (const line of ['* ', `* ${text}`, '* ']) logger.log('default', 'INFO', line);
    };
    banner('The database has been initialized');
    logger.log('Ledger', 'INFO', 'Established genesis ledger, closing');
    const root = createTestKey('root', settings.networkId);
    logger.log('Ledger', 'INFO', `Root account: ${renderKey(root.id)}`);
    const seed = StrKey.encodeEd25519SecretSeed(Buffer.from(root.seed));
    logger.log('Ledger', 'INFO', `Root account seed: ${seed}`);
    banner('The next launch will catchup from the network afresh.');
    return 0;
  } finally {
    database?.close();
    release();
  }
}
