import { operation, signTransaction } from '@ssc/tx';
import { describe, expect, it } from 'vitest';
import { networkIdOf, readTransaction } from '../../src/tx/frame.ts';
import { passphrase } from '../configs.ts';
import { networkId, root } from '../ledger/chain.ts';

const bytes = Buffer.from(
  signTransaction({
    source: root.publicKey,
    sequence: 1n,
    operations: [operation.payment({ destination: root.publicKey, amount: '1 XLM' })],
    passphrase,
    signers: [root],
  }).base64,
  'base64',
);

describe('a transaction', () => {
  it('is read once for all who share its bytes, and is the same to who has a copy', () => {
    const frame = readTransaction(bytes, networkId);
    expect(readTransaction(bytes, networkId)).toBe(frame);
    const copy = readTransaction(Buffer.from(bytes), networkId);
    expect(copy).not.toBe(frame);
    expect(copy.hash).toBe(frame.hash);
  });

  it('is another one on another network', () => {
    const here = readTransaction(bytes, networkId).hash;
    expect(readTransaction(bytes, networkIdOf('another network')).hash).not.toBe(here);
    expect(readTransaction(bytes, networkId).hash).toBe(here);
  });

  it('that cannot be read is refused each time', () => {
    const torn = bytes.subarray(0, 40);
    for (let i = 0; i < 2; i++) expect(() => readTransaction(torn, networkId)).toThrow();
  });
});
