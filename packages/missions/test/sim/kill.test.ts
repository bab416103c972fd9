import { expect, test } from 'vitest';
import { defineMission, findMission } from '../../src/index.ts';
import { createPlace, everything } from './drivers.ts';

const mini = defineMission('Mini', {
  summary: 'One validator closes ledgers.',
  expectedDuration: '1m',
  network: { core: { nodes: 1 } },
  async run({ core }, { phase }) {
    await phase('sync', () => core.waitUntilSynced());
  },
});

test('x', async () => {
  for (const m of [mini, mini, findMission('SimplePayment')]) {
    const t = performance.now();
    const place = createPlace('1');
    await place.clock.run(async () => {
      const beside = place.drive(mini, { name: 'b', keep: true, keepFor: '24h' });
      const r = await beside.go();
      const t0 = performance.now();
      console.log('beside', r.verdict, r.error, t0 - t, place.clock.now());
      const before = await everything(place.cluster);
      void [...before.keys()];
      const d = place.drive(m);
      const c = Object.values(place.cluster.calls).reduce((a, b) => a + b, 0);
      const s = await d.go();
      console.log(Object.values(place.cluster.calls).reduce((a, b) => a + b, 0) - c);
      const t2 = performance.now();
      console.log(s.verdict, s.error, s.afterwards, s.seconds, t2 - t0);
      place.standStill();
      await place.clock.sleep(1_200_000);
      console.log('20 min', performance.now() - t2);
      const after = await everything(place.cluster);
      void [...after.keys()];
    });
  }
});
