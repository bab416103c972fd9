import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { xdr } from '@stellar/stellar-sdk/base';
import { it } from 'vitest';
import { createGenesis, Ledger } from '../src/ledger/ledger.ts';
import { decodeHeader } from '../src/ledger/header.ts';
import { networkIdOf } from '../src/tx/frame.ts';
import { createTxSet, readTxSet } from '../src/tx/tx-set.ts';
import { passphrase } from './configs.ts';
const root='/tmp/coresim/arch/history/';
const records=(b:Buffer)=>{const o:Buffer[]=[];for(let at=0;at<b.length;){const n=b.readUInt32BE(at)&0x7fffffff;o.push(b.subarray(at+4,at+4+n));at+=4+n;}return o;};
it('archive', () => {
  const id = networkIdOf(passphrase);
  const ledger = new Ledger(createGenesis(id, 0), { supportedProtocol: 27, soroban: { highLimits: false, minPersistentTtl: undefined, eviction: undefined } });
  for (const cp of ['07','0f','17','1f']) {
    const txs = new Map(records(gunzipSync(readFileSync(root+`transactions/00/00/00/transactions-000000${cp}.xdr.gz`))).map(r => { const e = xdr.TransactionHistoryEntry.fromXdr(r); return [e.ledgerSeq, e] as const; }));
    for (const r of records(gunzipSync(readFileSync(root+`ledger/00/00/00/ledger-000000${cp}.xdr.gz`)))) {
      const e = xdr.LedgerHeaderHistoryEntry.fromXdr(r);
      const h = decodeHeader(Buffer.from(e.header.toXdr()));
      if (h.ledgerSeq === 1) continue;
      const t = txs.get(h.ledgerSeq);
      const set = t === undefined ? createTxSet(ledger.hash, ledger.header.ledgerVersion, [], 100n) : t.ext.type === 'generalizedTxSet' ? readTxSet(Buffer.from(t.ext.generalizedTxSet.toXdr()), true, id) : readTxSet(Buffer.from(t.txSet.toXdr()), false, id);
      const c = ledger.close(h.scpValue, set);
      const hash = Buffer.from(e.hash.value).toString('hex');
      console.log(h.ledgerSeq, set.frames.length, set.hash === h.scpValue.txSetHash, c.header.txSetResultHash === h.txSetResultHash, c.header.bucketListHash === h.bucketListHash, c.hash === hash);
      if (c.hash !== hash) { console.log(ledger.live.levels.slice(0,4).map(l => [l.curr.hash.slice(0,8), l.snap.hash.slice(0,8)]), ledger.hot.levels.slice(0,4).map(l => [l.curr.hash.slice(0,8), l.snap.hash.slice(0,8)])); return; }
    }
  }
});
