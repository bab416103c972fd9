import { createVirtualClock } from '@ssc/clock';
import { renderError } from '@ssc/errors';
import { expect, test, vi } from 'vitest';
import { endNativeRun } from '../src/native/end-run.ts';
import type { NativeRun } from '../src/native/site.ts';

const sent: string[] = [];
// A process that the system keeps, whatever it is sent.
vi.mock('@ssc/host', async (original) => ({
  ...(await original()),
  identifyProcess: () => 'since monday',
  signalProcess: (_process: unknown, signal: string) => void sent.push(signal),
}));

test('a driver that does not end when it is killed is told; nobody waits for it for ever', async () => {
  const clock = createVirtualClock({ start: 0 });
  const driver = { pid: 4711, identity: 'since monday', what: 'ssc' };
  const run = { run: 'ssc-1a2b3c', driver } as NativeRun;
  await clock.run(async () => {
    const told = await endNativeRun(run, { clock }).then(() => 'ended', renderError);
    expect(told).toMatchInlineSnapshot(`
      "✖ SSC_DRIVER_NOT_ENDED  process 4711, the driver of ssc-1a2b3c, was killed and does not end
        The system keeps it, for a device or another reason: ps -o stat,wchan -p 4711. Once it is gone: ssc clean ssc-1a2b3c."
    `);
    expect(sent).toEqual(['SIGTERM', 'SIGKILL']);
    expect(clock.now()).toBe(30_000);
  });
});
