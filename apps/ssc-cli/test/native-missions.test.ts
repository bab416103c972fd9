import { randomBytes } from 'node:crypto';
import { createSystemClock } from '@ssc/clock';
import { catalog } from '@ssc/missions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { createFakeHost } from './fake-host.ts';
import { openWorkshop, type Workshop } from './native-binaries.ts';

let workshop: Workshop;
beforeAll(() => {
  workshop = openWorkshop();
}, 60_000);
afterAll(() => workshop.close());

/** As small as it goes: these take place in real time. */
const small: Readonly<Record<string, readonly string[]>> = {
  BootAndSync: [],
  HistoryGenerateAndCatchup: ['--first-protocol', '27', '--txs', '20'],
  LoadGeneration: ['--accounts', '100', '--txs', '100'],
  ProtocolUpgradeWithLoad: ['--accounts', '400', '--txs', '600', '--tx-rate', '30'],
  SimplePayment: [],
  VersionMixConsensus: ['--txs', '40', '--ledgers', '5'],
};

describe.concurrent('every mission, with core-sim as processes of this machine', () => {
  test.each(Object.values(catalog))('$name is rehearsed', async (mission) => {
    const host = createFakeHost(
      {},
      { clock: createSystemClock(), randomBytes: (count) => randomBytes(count) },
    );
    const isMixed = Object.values(mission.network({})).some(({ image }) => image === 'old');
    const code = await main(
      [
        ...['mission', mission.name, '--provider', 'native', '--core-binary', workshop.coreSim],
        ...(isMixed ? ['--old-core-binary', workshop.oldCoreSim] : []),
        ...(small[mission.name] ?? []),
      ],
      host,
    );
    expect(host.complained()).toBe('');
    expect(code).toBe(0);
    expect(host.printed()).toContain(`${mission.name}: rehearsed`);
  });
}, 300_000);
