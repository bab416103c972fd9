import { createRandom, createVirtualClock } from '@ssc/clock';
import { isSscError, renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import {
  type CoreClient,
  createCoreClient,
  expectAgreement,
  expectNoErrorMetrics,
  waitUntilConnected,
  waitUntilLedger,
  waitUntilProtocol,
  waitUntilSynced,
  waitUntilUpgraded,
} from '../../src/index.ts';
import { FakeDispatcher, refused } from '../fake-network.ts';
import { type Moment, overTime } from '../recordings.ts';

/*
 * Two networks of three real validators, sampled every second through start, upgrade, loss of a node, loss of the quorum
 * and recovery. Every predicate is begun at every second of them, and must come true in one of the times written down
 * here by hand, soon after they begin, and in no other.
 */

type Network = 'accelerated' | 'real-cadence';

/** From the first to the last second in which something is true, by hand from the recording. */
type Times = readonly (readonly [from: number, to: number])[];

const facts = {
  accelerated: {
    end: 215,
    /** All three close ledgers together. node-2 says "Synced!" from 67 on with its old ledger, until 102. */
    synced: [
      [9, 23],
      [105, 108],
      [191, 210],
    ],
    /** node-0 closes ledgers, whoever with. It says "Synced!" from 1 to 6 and from 109 to 142 too, and closes none. */
    lead: [
      [7, 109],
      [191, 215],
    ],
    /** Each node has two authenticated peers. */
    connected: [
      [9, 23],
      [69, 108],
      [191, 210],
    ],
    protocol27: 12,
    /** Ledgers take up to 4 s here, so two of them and the look after. */
    soon: 9,
  },
  'real-cadence': {
    end: 292,
    synced: [
      [9, 77],
      [116, 145],
      [228, 275],
    ],
    // The last ledger before the kill at 145.3 s is first seen at 146 s.
    lead: [
      [9, 146],
      [228, 292],
    ],
    connected: [
      [9, 77],
      [116, 145],
      [228, 275],
    ],
    protocol27: 29,
    // Two ledgers of 5 s, and up to 5 s before the first.
    soon: 15,
  },
} as const satisfies Record<Network, unknown>;

/** The recorded network, answering at each virtual second what it answered then. */
function replay(network: Network, at: number, change: (moment: Moment) => Moment = (m) => m) {
  const clock = createVirtualClock({ start: at * 1000 });
  const dispatcher = new FakeDispatcher(({ origin, command, path }) => {
    const name = new URL(origin).hostname;
    if (command === 'upgrades') return armed(network, clock.now() / 1000);
    const said = lastAnswer(network, name, path.slice(1), clock.now() / 1000);
    if (said === undefined) return refused();
    const moment = change(said);
    if (moment.error !== undefined) return refused();
    return { status: moment.status ?? 200, body: textOf(moment) };
  });
  const nodes = ['node-0', 'node-1', 'node-2'].map((node) =>
    createCoreClient({
      dispatcher,
      baseUrl: `http://${node}:11626`,
      node,
      clock,
      random: createRandom('1'),
    }),
  );
  return { clock, nodes };
}

/** Network, node, path → the answers by the second; samples lie within 0.1 s after whole seconds. */
const answers = new Map<string, (Moment | undefined)[]>();
for (const network of ['accelerated', 'real-cadence'] as const) {
  for (const moment of overTime(network)) {
    if (moment.path === undefined) continue;
    const key = `${network} ${moment.node} ${moment.path}`;
    const list = answers.get(key) ?? [];
    answers.set(key, list);
    list[Math.ceil(moment.t - 0.1)] = moment;
  }
}

/** What the node answered last. */
function lastAnswer(network: Network, node: string, path: string, at: number): Moment | undefined {
  const list = answers.get(`${network} ${node} ${path.startsWith('metrics') ? 'metrics' : path}`);
  for (let second = Math.min(Math.floor(at), (list?.length ?? 0) - 1); second >= 0; second--) {
    const moment = list?.[second];
    if (moment !== undefined) return moment;
  }
  return undefined;
}

const texts = new WeakMap<Moment, string>();
function textOf(moment: Moment): string {
  let text = texts.get(moment);
  if (text === undefined) {
    const body =
      moment.path === 'metrics'
        ? { ts: '2026-11-22T13:21:04Z', uname: 'vm', metrics: moment.body }
        : moment.body;
    text = typeof body === 'string' ? body : JSON.stringify(body);
    texts.set(moment, text);
  }
  return text;
}

/** The upgrade was set on all nodes at `set`, and applied when the ledgers show protocol 27. */
function armed(network: Network, seconds: number): string {
  const isArmed = seconds >= 9.38 && seconds < facts[network].protocol27;
  const names = [
    'configupgradesetkey',
    'expirationminutes',
    'fee',
    'flags',
    'maxsorobantxsetsize',
    'maxtxsize',
    'nominationtimeoutlimit',
    'reserve',
  ];
  return JSON.stringify({
    time: 1795353664,
    upgradeversion: 1,
    version: isArmed ? { nullopt: false, data: 27 } : { nullopt: true },
    ...Object.fromEntries(names.map((name) => [name, { nullopt: true }])),
  });
}

/** When, in seconds, a wait begun then came true; undefined when it ended with an error of the given code. */
async function cameTrue(
  network: Network,
  at: number,
  code: string,
  wait: (nodes: CoreClient[], clock: ReturnType<typeof replay>['clock']) => Promise<unknown>,
): Promise<number | undefined> {
  const { clock, nodes } = replay(network, at);
  return clock.run(async () => {
    try {
      await wait(nodes, clock);
      return clock.now() / 1000;
    } catch (error) {
      if (!isSscError(error, code)) throw error;
      return undefined;
    }
  });
}

/** Checks one answer against the times in which the thing is true. */
function expectRight(
  at: number,
  came: number | undefined,
  times: Times,
  soon: number,
  end: number,
): void {
  const next = times.find(([from, to]) => to - soon >= Math.max(at, from));
  if (came !== undefined) {
    const inside = times.some(([from, to]) => came >= from && came <= to);
    expect(
      inside,
      `begun at ${at} s, true at ${came} s, which is not in ${JSON.stringify(times)}`,
    ).toBe(true);
  }
  // Waits are patient for 30 s without progress.
  if (next === undefined || next[0] - at > 20 || Math.max(at, next[0]) + soon > end) return;
  expect(
    came,
    `begun at ${at} s, should be true soon after ${Math.max(at, next[0])} s`,
  ).toBeDefined();
  expect(came).toBeLessThanOrEqual(Math.max(at, next[0]) + soon);
}

const seconds = (network: Network) => Array.from({ length: facts[network].end }, (_, at) => at);
const only = (node: string) => (nodes: CoreClient[]) =>
  nodes.filter((client) => client.node === node);

describe.each(['accelerated', 'real-cadence'] as const)('%s', (network) => {
  const { synced, lead, connected, soon, end } = facts[network];
  const patience = { within: '30s' } as const;

  test('synced, at every second', async () => {
    for (const at of seconds(network)) {
      const came = await cameTrue(network, at, 'SSC_NODE_NOT_SYNCED', (nodes, clock) =>
        waitUntilSynced(nodes, { clock, ...patience }),
      );
      expectRight(at, came, synced, soon, end);
    }
  });

  test('the node that stays is in sync only while ledgers close, whatever its state says', async () => {
    let trapped = 0;
    for (const at of seconds(network)) {
      const came = await cameTrue(network, at, 'SSC_NODE_NOT_SYNCED', (nodes, clock) =>
        waitUntilSynced(only('node-0')(nodes), { clock, ...patience }),
      );
      expectRight(at, came, lead, soon, end);
      const info = lastAnswer(network, 'node-0', 'info', at)?.body as
        | { info?: { state: string } }
        | undefined;
      const says = info?.info?.state === 'Synced!';
      if (says && !lead.some(([from, to]) => at >= from && at <= to)) trapped += 1;
    }
    // A wait on the state alone passes at once in each of these seconds: before the first ledger, and for 34 s with
    // node-1 and node-2 killed.
    console.log(`${network}: ${trapped} s in which "Synced!" is said and no ledger closes`);
    expect(trapped).toBeGreaterThanOrEqual(34);
  });

  test('two of three stopped: the message within the 35 s', async () => {
    const lost = lead[0][1];
    const { clock, nodes } = replay(network, lost + 2);
    await clock.run(async () => {
      const alone = only('node-0')(nodes);
      expect((await (alone[0] as CoreClient).info()).state).toBe('Synced!');
      const error = await waitUntilSynced(alone, { clock, within: '25s' }).catch(renderError);
      expect(error).toContain('SSC_NODE_NOT_SYNCED  node-0 did not sync within 25s');
      expect(error).toContain('state "Synced!"');
      expect(error).toContain('no ledger closed since asked');
    });
  });

  test('connected, at every second', async () => {
    for (const at of seconds(network)) {
      const came = await cameTrue(network, at, 'SSC_NODE_NOT_CONNECTED', (nodes, clock) =>
        waitUntilConnected(nodes, {
          clock,
          ...patience,
          peers: { 'node-0': 2, 'node-1': 2, 'node-2': 2 },
        }),
      );
      expectRight(at, came, connected, 0, end);
    }
  });

  test('protocol 27 and its upgrade, at every second until they are there', async () => {
    for (const at of seconds(network)) {
      const came = await cameTrue(network, at, 'SSC_PROTOCOL_NOT_REACHED', (nodes, clock) =>
        waitUntilProtocol(nodes, 27, { clock, ...patience }),
      );
      expect(came, `begun at ${at} s`).toBe(firstSecondAtProtocol(network, at));
      const upgraded = await cameTrue(network, at, 'SSC_UPGRADE_NOT_APPLIED', (nodes, clock) =>
        waitUntilUpgraded(nodes, { protocolVersion: 27 }, { clock, ...patience }),
      );
      expect(upgraded).toBe(came);
    }
  });

  test('every ledger is reached when all three have it, not before', async () => {
    for (const ledger of [1, 2, 4, 6, 15, 20]) {
      const when = firstSecondWithLedger(network, ledger);
      for (const at of ledger === 20 ? seconds(network) : [0, 3, 8, 20, 60, 100]) {
        const came = await cameTrue(network, at, 'SSC_LEDGER_NOT_REACHED', (nodes, clock) =>
          waitUntilLedger(nodes, ledger, { clock, within: '5m' }),
        );
        expect(came, `ledger ${ledger} from ${at} s on`).toBe(when(at));
      }
    }
  });

  test('agreement, at every second, and a changed hash is found', async () => {
    const agreed = new Map<number, string>();
    for (const at of seconds(network)) {
      const { clock, nodes } = replay(network, at);
      const found = await clock.run(() =>
        expectAgreement(nodes, { clock, every: '1s', within: '3s' }).catch((error: unknown) => {
          if (isSscError(error, 'SSC_AGREEMENT_UNKNOWN')) return undefined;
          throw error;
        }),
      );
      const inSync = synced.some(([from, to]) => at >= from && at + 3 <= to);
      if (inSync) expect(found, `at ${at} s`).toBeDefined();
      if (found === undefined) continue;
      expect(agreed.get(found.ledger) ?? found.hash).toBe(found.hash);
      agreed.set(found.ledger, found.hash);

      // The same network in which node-1 has another hash for each ledger.
      const forked = replay(network, at, (moment) =>
        moment.node === 'node-1' && moment.error === undefined ? withOtherHash(moment) : moment,
      );
      const error = await forked.clock.run(() =>
        expectAgreement(forked.nodes, { clock: forked.clock, every: '1s', within: '3s' }).then(
          () => undefined,
          (thrown: unknown) => thrown,
        ),
      );
      expect(isSscError(error, 'SSC_NODES_DISAGREE'), `at ${at} s`).toBe(true);
    }
    expect(agreed.size).toBeGreaterThan(10);
  });

  test('no error metrics, whenever they were read', async () => {
    const read = overTime(network).filter(({ path }) => path === 'metrics');
    const times = [...new Set(read.map(({ t }) => Math.ceil(t)))].filter(
      (at) => !cutOff(network, at),
    );
    expect(times.length).toBeGreaterThan(3);
    for (const at of times) {
      const { clock, nodes } = replay(network, at);
      await clock.run(() => expectNoErrorMetrics(nodes));
    }
  });
});

/** True when a node does not answer at that second. */
function cutOff(network: Network, at: number): boolean {
  return ['node-0', 'node-1', 'node-2'].some((node) => {
    const last = lastAnswer(network, node, 'info', at);
    return last === undefined || last.error !== undefined;
  });
}

/** By the recording: the first second from `at` on, and within 30 s, in which all three answer with protocol 27. */
function firstSecondAtProtocol(network: Network, at: number): number | undefined {
  const isThere = (node: string, second: number): boolean => {
    const body = lastAnswer(network, node, 'info', second)?.body as
      | { info?: { ledger: { version: number } } }
      | undefined;
    return body?.info?.ledger.version === 27;
  };
  for (let second = at; second <= at + 30; second++) {
    if (['node-0', 'node-1', 'node-2'].every((node) => isThere(node, second))) return second;
  }
  return undefined;
}

/** By the recording: from `at` on, the first second in which all three answer with that ledger or a later one. */
function firstSecondWithLedger(
  network: Network,
  ledger: number,
): (at: number) => number | undefined {
  const numOf = (node: string, at: number): number => {
    const moment = lastAnswer(network, node, 'info', at);
    const body = moment?.body as { info?: { ledger: { num: number } } } | undefined;
    return body?.info?.ledger.num ?? 0;
  };
  return (at) => {
    for (let second = at; second <= facts[network].end; second++) {
      if (['node-0', 'node-1', 'node-2'].every((node) => numOf(node, second) >= ledger))
        return second;
    }
    return undefined;
  };
}

function withOtherHash(moment: Moment): Moment {
  const text = JSON.stringify(moment.body).replace(
    /"hash":"([0-9a-f]{63})([0-9a-f])"/u,
    (_all, start: string, last: string) => `"hash":"${start}${last === '0' ? '1' : '0'}"`,
  );
  return { ...moment, body: JSON.parse(text) };
}
