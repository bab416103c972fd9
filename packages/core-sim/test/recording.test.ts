import { it } from 'vitest';
import { readRecording, recordedStart, replay, seenInRecording } from './replay.ts';

it('prints', async () => {
  const lines = readRecording('real-cadence');
  const t0 = performance.now();
  const { seen, network } = await replay(lines, { startMs: recordedStart + Number(process.env['OFF'] ?? 0) });
  console.log(performance.now() - t0, 'ms');
  const rec = seenInRecording(lines);
  for (const node of ['node-0', 'node-1', 'node-2']) {
    let last = '';
    const out: string[] = [];
    (seen.get(node) ?? []).forEach((s, i) => {
      const r = rec.get(node)?.[i];
      const text = `${s.state} ${s.ledger} v${s.version} p${s.peers} ${s.status} | ${r?.state} ${r?.ledger} v${r?.version} p${r?.peers} ${s.hash === r?.hash ? 'SAME' : s.hash.slice(0,6)}`;
      if (text !== last) out.push(`${s.t} ${node} ${text}`);
      last = text;
    });
    console.log(out.join('\n'));
  }
  console.log(network.machine('node-0').log.slice(0, 4000));
});
