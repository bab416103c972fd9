import { describe, expect, it } from 'vitest';
import { createTestKey } from '../../src/keys.ts';
import { createGenesis } from '../../src/ledger/genesis.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { signValue } from '../../src/ledger/stellar-value.ts';
import { encodeUpgrade } from '../../src/ledger/upgrade.ts';
import { networkIdOf, readTransaction } from '../../src/tx/frame.ts';
import { createTxSet } from '../../src/tx/tx-set.ts';
import { passphrase } from '../configs.ts';
import { readRecording, recordedStart } from '../replay.ts';
import { usualSoroban } from './chain.ts';

/**
 * Whose value each recorded ledger from the second on holds: found by trying the three nodes, as `/info` does not tell.
 * The hash is right only for the right one, so a wrong digit here fails the test.
 */
const proposers = '02212121200220000010101220120110010202';

describe('39 ledgers of a real network at real cadence', () => {
  const lines = readRecording('real-cadence');
  const networkId = networkIdOf(passphrase);
  const transactions = lines.flatMap((line) =>
    'event' in line && line.event === 'tx'
      ? [readTransaction(Buffer.from(line.envelope ?? '', 'base64'), networkId)]
      : [],
  );
  // The upgrade was armed after ledger 5; the transactions were sent after ledgers 6 and 7.
  const upgradedIn = 6;
  const transactionIn = new Map([7, 8].map((seq, i) => [seq, transactions[i]]));

  it('have the hashes that closing the same values gives', () => {
    const recorded = new Map<number, { readonly hash: string; readonly closeTime: number }>();
    for (const line of lines)
      if ('path' in line && line.body?.info !== undefined)
        recorded.set(line.body.info.ledger.num, line.body.info.ledger);
    const ledger = new Ledger(createGenesis(networkId, 0), {
      supportedProtocol: 27,
      soroban: usualSoroban,
    });
    expect(ledger.hash).toBe(recorded.get(1)?.hash);
    for (const [i, proposer] of [...proposers].entries()) {
      const seq = i + 2;
      const frame = transactionIn.get(seq);
      const set = createTxSet(
        ledger.hash,
        ledger.header.ledgerVersion,
        frame === undefined ? [] : [frame],
        100n,
      );
      const value = signValue(createTestKey(`timeline-${proposer}`, networkId), networkId, {
        txSetHash: set.hash,
        closeTime: recorded.get(seq)?.closeTime ?? 0,
        upgrades: seq === upgradedIn ? [encodeUpgrade({ name: 'protocolversion', value: 27 })] : [],
      });
      ledger.close(value, set);
      expect([seq, ledger.hash]).toEqual([seq, recorded.get(seq)?.hash]);
    }
    expect(ledger.header.ledgerSeq).toBe(39);
    expect(ledger.header.scpValue.closeTime).toBe(recordedStart / 1000 + 285);
  });
});
