import { Account, Asset, Keypair, Operation, TransactionBuilder } from '@stellar/stellar-sdk/base';
import { describe, expect, it } from 'vitest';
import { passphrase, renderConfigs } from './configs.ts';
import { createTestNetwork } from './network.ts';

const names = ['node-0', 'node-1', 'node-2'];
const root = Keypair.master(passphrase);
const alice = Keypair.fromRawEd25519Seed(Buffer.from('alice'.padEnd(32, '.')));

function sign(
  operation: Parameters<TransactionBuilder['addOperation']>[0],
  sequence: string,
): string {
  const builder = new TransactionBuilder(new Account(root.publicKey(), sequence), {
    fee: '100',
    networkPassphrase: passphrase,
    timebounds: { minTime: 0, maxTime: 0 },
  });
  const tx = builder.addOperation(operation).build();
  tx.sign(root);
  return encodeURIComponent(tx.toXdr() as unknown as string);
}

describe('three nodes', () => {
  it('form a network, upgrade it, make an account and pay', async () => {
    const network = createTestNetwork(renderConfigs(names));
    const { clock } = network;
    await clock.run(async () => {
      for (const name of names) {
        expect((await network.command(name, 'new-db')).code).toBe(0);
        expect((await network.command(name, 'new-hist', 'local')).code).toBe(0);
      }
      for (const name of names) network.start(name);
      await clock.sleep(1000);
      for (const name of names)
        expect(await network.info(name)).toMatchObject({ state: 'Synced!', ledger: { num: 1 } });
      await clock.sleep(20_000);
      const time = new Date(clock.now()).toISOString().slice(0, 19);
      for (const name of names)
        expect(
          await network.ask(name, `/upgrades?mode=set&upgradetime=${time}Z&protocolversion=27`),
        ).toBe('');
      await clock.sleep(12_000);
      for (const name of names)
        expect(await network.info(name)).toMatchObject({
          ledger: { version: 27, maxSorobanTxSetSize: 1 },
        });
      const create = Operation.createAccount({
        destination: alice.publicKey(),
        startingBalance: '1000',
      });
      expect(await network.ask('node-0', `/tx?blob=${sign(create, '0')}`)).toBe(
        '{"status":"PENDING"}\n',
      );
      await clock.sleep(12_000);
      for (const name of names)
        expect(JSON.parse((await network.ask(name, '/testacc?name=alice')) ?? '')).toMatchObject({
          balance: 10_000_000_000,
          id: alice.publicKey(),
        });
      const pay = Operation.payment({
        destination: alice.publicKey(),
        asset: Asset.native(),
        amount: '10',
      });
      expect(await network.ask('node-1', `/tx?blob=${sign(pay, '1')}`)).toBe(
        '{"status":"PENDING"}\n',
      );
      await clock.sleep(12_000);
      for (const name of names)
        expect(JSON.parse((await network.ask(name, '/testacc?name=alice')) ?? '')).toMatchObject({
          balance: 10_100_000_000,
        });
      const hashes = new Set<string>();
      for (const name of names) hashes.add((await network.info(name)).ledger.hash);
      expect(hashes.size).toBe(1);
    });
  });
});
