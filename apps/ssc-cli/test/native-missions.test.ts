import { randomBytes } from 'node:crypto';
import { createSystemClock } from '@ssc/clock';
import { catalog, findMission } from '@ssc/missions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { createFakeHost } from './fake-host.ts';
import { openWorkshop, type Workshop } from './native-binaries.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

/** As small as it goes: these take place in real time. Of the two that are left out native.test.ts tells more. */
const small: Readonly<Record<string, readonly string[]>> = {
  HistoryGenerateAndCatchup: ['--first-protocol', '27', '--txs', '20', '--uploads', '3'],
  LoadGeneration: ['--accounts', '100', '--txs', '100'],
  ProtocolUpgradeWithLoad: [
    '--accounts',
    '400',
    '--txs',
    '600',
    '--tx-rate',
    '30',
    '--uploads',
    '10',
  ],
  VersionMixConsensus: ['--txs', '40', '--ledgers', '5'],
};

describe.concurrent('every mission, with core-sim as processes of this machine', () => {
  test.each(Object.entries(small))('%s is rehearsed', async (name, params) => {
    const host = createFakeHost(
      {},
      { clock: createSystemClock(), randomBytes: (count) => randomBytes(count) },
    );
    const isMixed = Object.values(findMission(name).network({})).some(
      ({ image }) => image === 'old',
    );
    const code = await main(
      [
        ...['mission', name, '--provider', 'native', '--core-binary', workshop.coreSim],
        ...(isMixed ? ['--old-core-binary', workshop.oldCoreSim] : []),
        ...params,
      ],
      host,
    );
    expect(host.complained()).toBe('');
    expect(code).toBe(0);
    expect(host.printed()).toContain(`${name}: rehearsed`);
  });
});

test('every mission runs natively in a test', () => {
  const elsewhere = ['BootAndSync', 'SimplePayment'];
  expect(Object.keys(catalog).sort()).toEqual([...Object.keys(small), ...elsewhere].sort());
});
