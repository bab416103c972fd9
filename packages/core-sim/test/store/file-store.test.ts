import { createVolume, type Files, readText } from '@ssc/process';
import { describe, expect, it } from 'vitest';
import { createGenesis } from '../../src/ledger/genesis.ts';
import { FileStore } from '../../src/store/file-store.ts';
import type { Store } from '../../src/store/store.ts';
import { passphrase } from '../configs.ts';
import { createChain, networkId } from '../ledger/chain.ts';

const database = '/data/stellar.db';

const openStore = (files: Files, network = passphrase): Store =>
  new FileStore({
    files,
    settings: { passphrase: network, bucketFolder: '/data/buckets' },
    database,
    version: '1.2.3',
  });

/** A database of a chain at protocol 27, with what closes its next ledgers into a store. */
function createDatabase(): { files: Files; close: (store: Store, ledgers: number) => string } {
  const files = createVolume({}) as Files;
  const chain = createChain(27);
  const store = openStore(files);
  store.create(createGenesis(networkId, 0));
  store.replace(chain.ledger.state);
  return {
    files,
    close(into, ledgers) {
      for (let i = 0; i < ledgers; i++) into.closed(chain.close([]), chain.ledger.state);
      return chain.ledger.header.previousLedgerHash;
    },
  };
}

const linesOf = (files: Files): string[] => readText(files, database).split('\n');

describe('a database in a file', () => {
  // 100: the state was written anew meanwhile.
  it.each([0, 1, 30, 100])('holds the ledger after %i more were closed', (ledgers) => {
    const { files, close } = createDatabase();
    const previous = close(openStore(files), ledgers);
    expect(openStore(files).load().header.previousLedgerHash).toBe(previous);
  });

  it('forgets a ledger whose line has no end, and goes on after it', () => {
    const { files, close } = createDatabase();
    const previous = close(openStore(files), 5);
    const whole = readText(files, database);
    files.append(database, '{"header":"AAAA');
    const again = openStore(files);
    expect(again.load().header.previousLedgerHash).toBe(previous);
    const next = close(again, 1);
    expect(readText(files, database)).toMatch(`${whole}{"header":"AAAA\n{`);
    expect(openStore(files).load().header.previousLedgerHash).toBe(next);
  });

  it('is refused when a ledger is missing from it', () => {
    const { files, close } = createDatabase();
    close(openStore(files), 5);
    files.write(database, linesOf(files).toSpliced(2, 1).join('\n'));
    expect(() => openStore(files).load()).toThrow('database disk image is malformed');
  });

  it('is refused when it is another network’s, none of core-sim’s, or not there', () => {
    const { files } = createDatabase();
    expect(() => openStore(files, 'another').load()).toThrow(
      'NETWORK_PASSPHRASE "another" does not match previous NETWORK_PASSPHRASE',
    );
    files.write(database, 'SQLite format 3');
    expect(() => openStore(files).load()).toThrow('file is not a database');
    files.remove(database);
    expect(() => openStore(files).load()).toThrow('No DB schema version found');
  });

  it('keeps no buckets that its state does not name', () => {
    const { files, close } = createDatabase();
    close(openStore(files), 200);
    const names = files.list('/data/buckets').filter((name) => name.startsWith('bucket-'));
    const [state = ''] = linesOf(files);
    for (const name of names) expect(state).toContain(name.slice('bucket-'.length, -'.xdr'.length));
    expect(names.length).toBeGreaterThan(0);
  });
});
