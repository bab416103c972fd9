import { createTestKey } from '../keys.ts';
import { type Account, accountKey, encodeAccount } from './account.ts';
import { entryRecord } from './bucket.ts';
import { BucketList } from './bucket-list.ts';
import { genesisHeader, totalCoins } from './header.ts';
import type { LedgerState } from './ledger.ts';

/** The account that holds all coins at first, and test accounts that share them (stellar-core: GENESIS_TEST_ACCOUNT_COUNT). */
export function createGenesis(networkId: Uint8Array, testAccounts: number): LedgerState {
  const share = totalCoins / BigInt(testAccounts + 1);
  const accounts: Account[] = [];
  const add = (name: string, balance: bigint): void => {
    const { id } = createTestKey(name, networkId);
    accounts.push({ id, balance, seqNum: 0n, lastModified: 1, seqChanged: undefined });
  };
  add('root', totalCoins - share * BigInt(testAccounts));
  for (let i = 0; i < testAccounts; i++) add(`TestAccount-${i}`, share);
  const live = new BucketList('live');
  live.add(
    1,
    0,
    accounts.map((a) => entryRecord('live', accountKey(a.id), encodeAccount(a))),
  );
  return {
    header: genesisHeader(live.hash()),
    live,
    hot: new BucketList('hot'),
  };
}
