import type { CoreSet, StartData } from '@ssc/formation';
import { describe, expect, test } from 'vitest';
import { defineMission } from '../../src/index.ts';
import { told } from './told.ts';
import { rehearse } from './world.ts';

interface Tools {
  phase(name: string, work: () => Promise<unknown>): Promise<unknown>;
}

/** Three validators with an account, and then what is done to them. */
const changing = (
  act: (core: CoreSet, tools: Tools) => Promise<void>,
  set: { readonly keepsData?: boolean; readonly database?: 'memory' } = { keepsData: true },
) =>
  defineMission('Changing', {
    summary: 'Three validators, stopped and started and changed.',
    expectedDuration: '5m',
    network: { core: { nodes: 3, ...set } },
    async run({ core }, { phase }) {
      await phase('begin', async () => {
        await core.waitUntilSynced();
        await core.upgrade({ protocol: 'latest' });
        await core.createAccount('alice', { balance: '1000 XLM' });
        await core.waitForLedgers(3);
      });
      await act(core, { phase: (name, work) => phase(name, async () => void (await work())) });
    },
  });

const alice = { name: 'alice', publicKey: '' };

/** What the mission does with data kept, and with fresh ones: whether the ledger goes on and the account is there. */
const cases: readonly (readonly [string, (core: CoreSet, data: StartData) => Promise<void>])[] = [
  [
    'stopped and started',
    async (core, data) => {
      await core.stop();
      expect(core.nodes).toEqual([]);
      await core.start({ data });
    },
  ],
  ['changed', (core, data) => core.change({ data, config: { MAX_SLOTS_TO_REMEMBER: 24 } })],
  [
    'changed twice',
    async (core, data) => {
      await core.change({ data, config: { MAX_SLOTS_TO_REMEMBER: 24 } });
      await core.waitUntilSynced();
      await core.change({ data, config: { MAX_SLOTS_TO_REMEMBER: undefined } });
    },
  ],
];

describe.each(cases)('a set that is %s', (_, act) => {
  test('goes on with its data when they are kept', async () => {
    const { errorText, files } = await rehearse(
      changing(async (core, { phase }) => {
        await phase('act', () => act(core, 'kept'));
        await phase('go on', async () => {
          await core.waitUntilSynced();
          await core.expectBalance(alice, '1000 XLM');
        });
      }),
    );
    expect(errorText).toBe('');
    expect(files.get('nodes/core-0/prepare.2.log')).toContain('holds data');
  });

  test('begins anew with fresh ones', async () => {
    const { errorText, files } = await rehearse(
      changing(async (core, { phase }) => {
        await phase('act', () => act(core, 'fresh'));
        await phase('go on', async () => {
          await core.waitUntilSynced();
          await core.expectProtocol(0);
          await expect(core.balanceOf(alice)).rejects.toThrow('alice');
        });
      }),
    );
    expect(errorText).toBe('');
    expect(files.get('nodes/core-0/prepare.2.log')).toContain('preparing data');
  });
});

test('an older stellar-core is replaced by a newer one on the same data, and the ledger goes on', async () => {
  const { errorText, result } = await rehearse(
    defineMission('InPlace', {
      summary: 'Three validators become newer ones.',
      expectedDuration: '5m',
      network: { core: { nodes: 3, image: 'old', keepsData: true } },
      async run({ core }, { phase }) {
        await phase('older', async () => {
          await core.waitUntilSynced();
          await core.upgrade({ protocol: 'latest' });
          await core.expectProtocol(26);
          await core.createAccount('alice', { balance: '1000 XLM' });
        });
        await phase('newer', async () => {
          await core.change({ image: 'new', data: 'kept' });
          await core.waitUntilSynced();
          await core.expectProtocol(26);
          await core.expectBalance(alice, '1000 XLM');
          await core.upgrade({ protocol: 'latest' });
          await core.expectProtocol(27);
        });
      },
    }),
  );
  expect(errorText).toBe('');
  expect(result.verdict).toBe('rehearsed');
});

test('a rolling change takes one node after the other', async () => {
  const { errorText, log, run } = await rehearse(
    changing(async (core, { phase }) => {
      await phase('roll', async () => {
        await core.change({ data: 'kept', rolling: true, config: { MAX_SLOTS_TO_REMEMBER: 24 } });
        await core.waitUntilSynced();
        await core.expectBalance(alice, '1000 XLM');
      });
    }),
  );
  expect(errorText).toBe('');
  const pods = log.flatMap(
    (line) => /(ADDED|DELETED) pods default\/(\S+)/u.exec(line)?.slice(1).join(' ') ?? [],
  );
  const change = (ordinal: number) => [
    `DELETED ${run}-core-${ordinal}`,
    `ADDED ${run}-core-${ordinal}`,
  ];
  expect(pods.slice(3, 9)).toEqual([2, 1, 0].flatMap(change));
});

describe('what cannot be is refused, and the network goes on as it was', () => {
  test.each<[string, Parameters<typeof changing>[0], Parameters<typeof changing>[1]]>([
    ['data that went with their pods', (core) => core.change({ data: 'kept' }), {}],
    [
      'tables in memory',
      (core) => core.change({ data: 'kept' }),
      { keepsData: false, database: 'memory' },
    ],
    [
      'a start that does not say what with',
      async (core) => {
        await core.stop();
        await core.start();
      },
      undefined,
    ],
    ['a start of a set that runs', (core) => core.start({ data: 'kept' }), undefined],
    [
      'a stop of a set that does not run',
      async (core) => {
        await core.stop();
        await core.stop();
      },
      undefined,
    ],
    [
      'settings with which stellar-core would not start',
      (core) =>
        core.change({
          data: 'kept',
          config: { MAX_SLOTS_TO_REMEMBER: 0, FAILURE_SAFETY: 3, UNSAFE_QUORUM: false },
        }),
      undefined,
    ],
  ])('%s', async (_, act, set) => {
    const world = await rehearse(
      changing((core, { phase }) => phase('act', () => act(core, { phase })).then(() => {}), set),
    );
    expect(told(world)).toMatchSnapshot();
  });
});

test('a pod that goes once it was replaced ends a rolling change', async () => {
  const world = await rehearse(
    changing(async (core, { phase }) => {
      await phase('roll', () => core.change({ data: 'kept', rolling: true }));
    }),
    {},
    async (cluster, clock, pod) => {
      await clock.sleep(29_000);
      cluster.faults.evictPod('default', pod('core-2'), 'The node was low on resource: memory.');
    },
  );
  expect(told(world)).toMatchInlineSnapshot(`
    "broken in "roll"
    ✖ SSC_POD_EVICTED  pod ssc-091c79-core-2 of core-2 was evicted
      Pod        default/ssc-091c79-core-2: Failed; stellar-core running for TIME; history running for TIME
      Reason     Evicted
      Message    The node was low on resource: memory.
      This says nothing about stellar-core. The machine ran out of something, or was drained."
  `);
});

describe('a set that begins with the state of another one', () => {
  const copying = (
    saves: boolean,
    read: (ledger: number) => void = () => {},
    database?: 'postgres',
  ) =>
    defineMission('Copying', {
      summary: 'A node goes on with what another one wrote.',
      expectedDuration: '5m',
      network: {
        first: { nodes: 1, quorum: { of: ['first'] }, ...(database && { database }) },
        second: {
          nodes: 1,
          startsLater: true,
          startsFrom: { stateOf: 'first' },
          archivesFrom: [],
          quorum: { of: ['second'] },
        },
      },
      async run({ first, second }, { phase }) {
        await phase('begin', async () => {
          await first.waitUntilSynced();
          await first.upgrade({ protocol: 'latest' });
          await first.createAccount('alice', { balance: '1000 XLM' });
          await first.waitForLedgers(3);
        });
        const ledger = await phase('save', async () => (saves ? first.saveState() : 0));
        await phase('go on', async () => {
          await second.start();
          await first.stop();
          read(ledger);
          await second.waitUntilSynced();
          await second.expectBalance(alice, '1000 XLM');
        });
      },
    });

  const closed = (log: string): number[] =>
    [...log.matchAll(/Ledger close complete: (\d+)/gu)].map(([, num]) => Number(num));

  test('has its accounts, and goes on from its ledger', async () => {
    let ledger = 0;
    const { errorText, files } = await rehearse(
      copying(true, (saved) => {
        ledger = saved;
      }),
    );
    expect(errorText).toBe('');
    const log = files.get('nodes/second-0/stellar-core.log') ?? '';
    // It has what came before, so nothing is caught up with.
    expect(log).not.toContain('Catching up');
    expect(closed(log)[0]).toBe(ledger + 1);
  });

  test('is not taken from between two ledgers, however often it has to be copied', async () => {
    // Ledgers close every second.
    let copies = 0;
    const { errorText } = await rehearse(copying(true), {
      execMs: () => [1200, 1100, 100][copies++] ?? 0,
    });
    expect(errorText).toBe('');
    expect(copies).toBe(3);
  });

  test('a state that takes longer than a ledger cannot be saved, and the run says so', async () => {
    const world = await rehearse(copying(true), { execMs: () => 2500 });
    expect(told(world)).toMatchInlineSnapshot(`
      "broken in "save"
      ✖ SSC_STATE_NOT_SAVED  the state of first-0 could not be saved
        Asked         N times in TIME; the last answer is TIME old
        Last saw      it closed ledger N while ledger N was copied
        Unanswered    the last question, for 848ms
        It is copied in its container, with cp, cmp and tar, between two ledgers: a state that takes longer than that cannot be."
    `);
  });

  test('a state that nobody saved cannot be begun with', async () => {
    const world = await rehearse(copying(false));
    expect(told(world)).toMatchInlineSnapshot(`
      "broken in "go on"
      ✖ SSC_PREPARATION_FAILED  the preparation of second-0 ended with exit code 22
        Pod          default/ssc-091c79-second-0: Pending; prepare ended: Error, exit code 22; stellar-core waiting: PodInitializing; history waiting: PodInitializing
        Container    prepare
        Reason       Error
        Message      exit code 22
                     TIME [default INFO] This is core-sim 0.0.0 (simulates v27.1.0), a simulated stellar-core: what follows is no statement about a real one
                     TIME [default INFO] Config from /cfg/ssc-091c79-second-0.cfg
                     cp: ENOENT: no such file or directory: /history/.well-known/stellar-history.json
                     curl: (22) The requested URL returned error: 404
        The log tells which step it was: new-db and new-hist read the same configuration as the node."
    `);
  });

  test('tables in postgres are not copied, and nothing is started', async () => {
    const world = await rehearse(copying(true, () => {}, 'postgres')).catch(String);
    expect(world).toMatchInlineSnapshot(
      `"SscError: the state of a node is copied as the files of its tables, which its history server serves; nothing was started"`,
    );
  });
});
