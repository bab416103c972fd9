import { expect, test } from 'vitest';
import { defineMission, type Mission } from '../../src/index.ts';
import { createPlace, everything } from './drivers.ts';
import { rehearse } from './world.ts';

const namesOf = async (place: ReturnType<typeof createPlace>): Promise<string[]> =>
  [...(await everything(place.cluster)).keys()].filter((name) => name.includes(' ssc-')).sort();

/** Two networks, one after the other; `seen` is called at each stage of their lives. */
const inSequence = (seen: (stage: string) => Promise<void>): Mission =>
  defineMission('InSequence', {
    summary: 'Launches two networks of one validator, one after the other.',
    expectedDuration: '2m',
    async run(_none, { network, phase }) {
      const small = await network('small', { core: { nodes: 1 } });
      const ledger = await phase('look at the first', async () => {
        await small.sets.core.waitForLedgers(2);
        await seen('first');
        return 'closed two';
      });
      await small.remove();
      await seen('first removed');
      const next = await network('next', {
        core: { nodes: 1 },
        watchers: { nodes: 1, role: 'watcher' },
      });
      await phase('look at the second', async () => {
        expect(ledger).toBe('closed two');
        await next.sets.core.upgrade({ protocol: 'latest' });
        const alice = await next.sets.core.createAccount('alice', { balance: '100 XLM' });
        await next.sets.core.expectBalance(alice, '100 XLM');
        await seen('second');
      });
    },
  });

test('a mission has several networks, one after another, and all of them go with the run', async () => {
  const place = createPlace('networks');
  await place.clock.run(async () => {
    const stages = new Map<string, string[]>();
    const driver = place.drive(
      inSequence(async (stage) => void stages.set(stage, await namesOf(place))),
    );
    const result = await driver.go();
    expect(result.error).toBeUndefined();
    expect(result).toMatchObject({ verdict: 'rehearsed', afterwards: [] });
    const { run } = driver;
    const at = (stage: string, network: string): string[] =>
      (stages.get(stage) ?? []).filter((name) => name.includes(` ${run}-${network}`));
    expect(at('first', 'n1')).toEqual(
      expect.arrayContaining([
        `ConfigMap ${run}-n1-anchor`,
        `Pod ${run}-n1-core-0`,
        `Service ${run}-n1`,
        `StatefulSet ${run}-n1-core`,
      ]),
    );
    expect(at('first removed', 'n1').filter((name) => name.startsWith('Pod'))).toEqual([]);
    expect(at('second', 'n1')).toEqual([]);
    expect(at('second', 'n2')).toContain(`Pod ${run}-n2-watchers-0`);
    expect(stages.get('second')).toContain(`Job ${run}-fuse`);
    expect(result.phases.map((phase) => phase.name)).toEqual([
      'bring up',
      'bring up network small',
      'look at the first',
      'check network small',
      'remove network small',
      'bring up network next',
      'look at the second',
      'final checks',
    ]);
    expect(result.checks.map((check) => `${check.name}: ${check.outcome}`)).toEqual([
      'small: every node is in sync: held',
      'small: no two nodes disagree: held',
      'small: no node counts errors: held',
      'every node is in sync: held',
      'no two nodes disagree: held',
      'no node counts errors: held',
    ]);
    await place.clock.sleep(60_000);
    expect(await namesOf(place)).toEqual([]);
  });
});

test('each network leaves its files in a folder of its own', async () => {
  const world = await rehearse(inSequence(async () => {}));
  expect(world.errorText).toBe('');
  const files = [...world.files.keys()];
  expect(files.filter((path) => path.startsWith('configs/'))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      'networks/small/configs/core-0.cfg',
      'networks/small/nodes/core-0/stellar-core.log',
      'networks/small/nodes/core-0/info.json',
      'networks/next/nodes/watchers-0/stellar-core.log',
      'networks/next/kubernetes-events.jsonl',
    ]),
  );
  const [first, second] = ['small', 'next'].map(
    (name) =>
      /NETWORK_PASSPHRASE.*/u.exec(
        world.files.get(`networks/${name}/configs/core-0.cfg`) ?? '',
      )?.[0],
  );
  expect(first).toBe(`NETWORK_PASSPHRASE = "Private test network '${world.run}-n1'"`);
  expect(second).toBe(`NETWORK_PASSPHRASE = "Private test network '${world.run}-n2'"`);
});

test('two networks stand beside each other, and errors name the network of a node', async () => {
  const world = await rehearse(
    defineMission('Beside', {
      summary: 'Two networks at once, of which one loses a node.',
      expectedDuration: '2m',
      network: { core: { nodes: 1 } },
      async run({ core }, { network, phase }) {
        const other = await network('other', { core: { nodes: 1 } });
        await phase('both', async () => {
          await Promise.all([core.waitForLedgers(60), other.sets.core.waitForLedgers(60)]);
        });
      },
    }),
    {},
    async (cluster, clock, pod) => {
      await clock.sleep(50_000);
      cluster.faults.killContainer('default', pod('n1-core-0'), 'stellar-core');
    },
  );
  expect(world.result.verdict).toBe('broken');
  expect(world.result.error?.message).toContain('other/core-0');
});

test('a network that was removed has no nodes to act on', async () => {
  const world = await rehearse(
    defineMission('Removed', {
      summary: 'Acts on a network that it has removed.',
      expectedDuration: '2m',
      async run(_none, { network, phase }) {
        const small = await network('small', { core: { nodes: 1 } });
        await small.remove();
        await phase('act', () => small.sets.core.waitUntilSynced());
      },
    }),
  );
  expect(world.result.verdict).toBe('usage');
  expect(world.errorText).toMatchInlineSnapshot(`
    "✖ SSC_MISSION_INVALID  1 problem in mission Removed; the run ends here
      network "small"    was acted on after its removal"
  `);
});

test('a network that no network can be is refused, with what is wrong', async () => {
  const world = await rehearse(
    defineMission('Wrong', {
      summary: 'Launches networks that cannot be.',
      expectedDuration: '2m',
      async run(_none, { network }) {
        await network('Small one', { core: { nodes: 0 } });
      },
    }),
  );
  expect(world.errorText).toMatchInlineSnapshot(`
    "✖ SSC_MISSION_INVALID  2 problems in mission Wrong; the run ends here
      network "Small one": network.core.nodes    must be 1 to 1000, got 0
      network "Small one"                        a network has a name of 1 to 30 small letters, digits and dashes"
  `);
});
