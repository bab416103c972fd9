import { describe, expect, it } from 'vitest';
import { createTestKey } from '../../src/keys.ts';
import { createGenesis, Ledger } from '../../src/ledger/ledger.ts';
import { signValue } from '../../src/ledger/stellar-value.ts';
import { encodeUpgrade } from '../../src/ledger/upgrade.ts';
import { networkIdOf, readTransaction } from '../../src/tx/frame.ts';
import { createTxSet } from '../../src/tx/tx-set.ts';
import { passphrase } from '../configs.ts';
import { readRecording, recordedNodes } from '../replay.ts';

it('search', async () => {
  for (const [rec, start] of [['real-cadence', 1795353657], ['accelerated', 0]] as const) {
  const id = networkIdOf(passphrase);
  const lines = readRecording(rec as never);
  const known = new Map<number, { hash: string; closeTime: number; version: number }>();
  for (const l of lines) if ('path' in l && l.body?.info) known.set(l.body.info.ledger.num, l.body.info.ledger);
  const txs = lines.flatMap((l) => 'event' in l && l.event === 'tx' ? [readTransaction(Buffer.from(l.envelope ?? '', 'base64'), id)] : []);
  const soroban = { highLimits: false, minPersistentTtl: undefined, eviction: undefined };
  type Step = { signer: number; ct: number; up: boolean; tx: number };
  const run = (path: Step[]) => {
    const ledger = new Ledger(createGenesis(id, 0), { supportedProtocol: 27, soroban });
    for (const { signer, ct, up, tx } of path) {
      const set = createTxSet(ledger.hash, ledger.header.ledgerVersion, tx < 0 ? [] : [txs[tx]!], 100n);
      ledger.close(signValue(createTestKey(`timeline-${signer}`, id), id, { txSetHash: set.hash, closeTime: ct, upgrades: up ? [encodeUpgrade({ name: 'protocolversion', value: 27 })] : [] }), set);
    }
    return ledger;
  };
  const path: Step[] = []; let usedTx = 0; let prevVersion = 0;
  for (let n = 2; n <= 200; n++) {
    const k = known.get(n); 
    if (!k) { console.log(rec, 'unknown', n); break; }
    let hit: Step | undefined;
    const up = k.version === 27 && prevVersion === 0;
    for (const tx of [-1, ...(usedTx < txs.length ? [usedTx] : [])]) for (const signer of [0, 1, 2]) {
      const step = { signer, ct: k.closeTime, up, tx };
      if (!hit && run([...path, step]).hash === k.hash) { hit = step; if (tx >= 0) usedTx++; }
    }
    if (!hit) { console.log(rec, 'no match', n, k); const l = run([...path, {signer:0,ct:k.closeTime,up:false,tx:-1}]); 
    const { sha256Hex } = await import('../../src/keys.ts'); const { encodeHeader } = await import('../../src/ledger/header.ts');
    const M = l.hot.levels[0]!.curr.hash, Z = '0'.repeat(64);
    const lh = (c: string, n: string) => sha256Hex(Buffer.from(c + n, 'hex'));
    const liveLevels = l.live.levels.map((q) => [q.curr.hash, q.snap.hash] as [string, string]);
    const pool = [...new Set([Z, ...liveLevels.slice(0,3).flat()])];
    const hv = (bits: number) => sha256Hex(Buffer.from(Array.from({ length: 11 }, (_, i) => lh(i < 3 && bits & (1 << (2*i)) ? M : Z, i < 3 && bits & (1 << (2*i+1)) ? M : Z)).join(''), 'hex'));
    for (const s of [0,1,2]) { const q = run([...path, {signer:s,ct:k.closeTime,up:false,tx:-1}]);
      for (let bits = 0; bits < 64; bits++) for (let lv = -1; lv < pool.length ** 2; lv++) {
        const ll = liveLevels.slice(); if (lv >= 0) ll[2] = [pool[lv % pool.length]!, pool[Math.floor(lv / pool.length)]!];
        const live = sha256Hex(Buffer.from(ll.map(([a,b]) => lh(a,b)).join(''), 'hex'));
        const b = sha256Hex(Buffer.from(live + hv(bits), 'hex'));
        if (sha256Hex(encodeHeader({ ...q.header, bucketListHash: b })) === k.hash) console.log('FOUND', s, bits.toString(2), lv);
      } }
    break; }
    prevVersion = k.version; path.push(hit);
    console.log(rec, n, JSON.stringify(hit));
  }
  }
}, 100000);
