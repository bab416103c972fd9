import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { bodyOf } from '@ssc/process';
import { operation, rootKey, signTransaction, testAccountKey } from '@ssc/tx';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderStyled } from '../../src/http/styled-json.ts';
import { passphrase, renderConfigs } from '../configs.ts';
import { createTestNetwork, type TestNetwork } from '../network.ts';

const names = ['node-0', 'node-1', 'node-2'];

const fixture = (name: string): string => {
  const file = new URL(`../fixtures/v27.1.0/http/${name}`, import.meta.url);
  const bytes = readFileSync(file);
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};

/** The keys of a value and of all below it; elements of a list count as one. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [/^\d+$|^[0-9a-f]{6}$/.test(key) ? '#' : key, shapeOf(inner)]),
  );
}

let network: TestNetwork;
/** What was answered to each question, asked once in one life of a network. */
const answers = new Map<string, string>();

const root = rootKey(passphrase);
const alice = testAccountKey('alice');
const signed = (
  sequence: bigint,
  amount: `${number} XLM`,
  more: { fee?: bigint; signers?: (typeof root)[]; from?: typeof root } = {},
): string => {
  const source = more.from ?? root;
  const { base64 } = signTransaction({
    source: source.publicKey,
    sequence,
    operations: [operation.payment({ destination: alice.publicKey, amount })],
    passphrase,
    signers: more.signers ?? [source],
    ...(more.fee !== undefined && { fee: more.fee }),
  });
  return `/tx?blob=${encodeURIComponent(base64)}`;
};

const questions = {
  info: '/info',
  'info full': '/info?compact=false',
  peers: '/peers',
  'peers full': '/peers?compact=false',
  quorum: '/quorum',
  transitive: '/quorum?transitive=true',
  'quorum of a peer': '/quorum?node=node-1',
  'quorum of nobody': '/quorum?node=nosuch',
  scp: '/scp?limit=1',
  metrics: '/metrics',
  'metrics of the ledger': '/metrics?enable=ledger',
  upgrades: '/upgrades?mode=get',
  'upgrades without mode': '/upgrades',
  'upgrades of a mode': '/upgrades?mode=nosuch',
  'upgrades of a time': '/upgrades?mode=set&upgradetime=tomorrow&basefee=100',
  'upgrades of a number': '/upgrades?mode=set&upgradetime=1970-01-01T00:00:00Z&basefee=abc',
  'upgrades of a protocol':
    '/upgrades?mode=set&upgradetime=1970-01-01T00:00:00Z&protocolversion=99',
  'upgrades of Soroban':
    '/upgrades?mode=set&upgradetime=1970-01-01T00:00:00Z&maxsorobantxsetsize=5',
  'upgrades set':
    '/upgrades?mode=set&upgradetime=2030-01-01T00:00:00Z&basefee=300&basereserve=5000000&maxtxsetsize=500&protocolversion=27',
  'upgrades as set': '/upgrades?mode=get',
  'upgrades cleared': '/upgrades?mode=clear',
  root: '/testacc?name=root',
  nobody: '/testacc?name=nosuch',
  'no name': '/testacc',
  ll: '/ll',
  'll set': '/ll?level=debug&partition=scp',
  'll of nothing': '/ll?level=info&partition=nosuch',
  bans: '/bans',
  'a drop of nobody': '/droppeer?node=nosuch',
  'a drop': '/droppeer',
  'tx without a blob': '/tx',
  'tx of no XDR': '/tx?blob=AAAAAAAA',
  'tx of another operation': `/tx?blob=${encodeURIComponent(
    signTransaction({
      source: root.publicKey,
      sequence: 1n,
      operations: [operation.bumpSequence({ to: 5n })],
      passphrase,
      signers: [root],
    }).base64,
  )}`,
  unknown: '/nosuchcommand',
  'a slash at the end': '/info/',
} as const;

const answer = (name: keyof typeof questions | string): string => answers.get(name) ?? '';

beforeAll(async () => {
  network = createTestNetwork(renderConfigs(names));
  const { clock } = network;
  await clock.run(async () => {
    for (const name of names) await network.command(name, 'new-db');
    for (const name of names) network.start(name);
    await clock.sleep(120);
    answers.set('booting', (await network.ask('node-0', '/info')) ?? '');
    await clock.sleep(40_000);
    for (const [name, path] of Object.entries(questions))
      answers.set(name, (await network.ask('node-0', path)) ?? '');
    // Transactions in the form that the network takes come with protocol 13.
    for (const name of names)
      await network.ask(
        name,
        `/upgrades?mode=set&upgradetime=${new Date(clock.now()).toISOString().slice(0, 19)}Z&protocolversion=27`,
      );
    await clock.sleep(15_000);
    const tx = async (name: string, path: string): Promise<void> => {
      answers.set(name, (await network.ask('node-0', path)) ?? '');
    };
    await tx('too low a fee', signed(1n, '1 XLM', { fee: 99n }));
    await tx('a wrong signer', signed(1n, '1 XLM', { signers: [alice] }));
    await tx('one signer too many', signed(1n, '1 XLM', { signers: [root, alice] }));
    await tx('a gap', signed(7n, '1 XLM'));
    await tx('no account', signed(1n, '1 XLM', { from: alice }));
    await tx('pending', signed(1n, '1 XLM'));
    await tx('twice', signed(1n, '1 XLM'));
    await tx('another of the source', signed(2n, '1 XLM'));
    await clock.sleep(10_000);
    await tx('applied before', signed(1n, '1 XLM'));
    await clock.sleep(80_000);
    await tx('applied long before', signed(1n, '1 XLM'));
  });
});

describe('a reply', () => {
  const styled = ['info', 'peers', 'quorum', 'scp', 'bans', 'll', 'root', 'upgrades'];
  it.each(styled)('%s is written as core writes JSON', (name) => {
    const text = answer(name);
    const exact = text.replace(/: (\d{16,})/g, ': "$1"');
    expect(renderStyled(JSON.parse(exact)).replace(/"(\d{16,})"/g, '$1')).toBe(text);
  });

  it.each([
    'info.node-0.json',
    'info__compact-false.three.node-0.json',
    'peers.node-0.json',
    'peers__compact-false.three.node-0.json',
    'quorum.node-0.json',
    'quorum__transitive-true.three.node-0.json',
    'scp__limit-1.three.node-0.json',
    'upgrades__mode-get.all-set-future.json',
    'll.json',
  ])('%s of a real node is written the same way by our writer', (file) => {
    const text = fixture(file);
    expect(renderStyled(JSON.parse(text))).toBe(text);
  });

  it.each([
    ['info', 'info.node-0.json'],
    ['info full', 'info__compact-false.three.node-0.json'],
    ['quorum', 'quorum.node-0.json'],
    ['transitive', 'quorum__transitive-true.three.node-0.json'],
    ['ll', 'll.json'],
    ['root', 'testacc__name-root.json'],
    ['upgrades', 'upgrades__mode-get.initial.json'],
    ['bans', 'bans.json'],
  ])('%s has the keys of %s', (name, file) => {
    const ours = shapeOf(JSON.parse(answer(name))) as { info?: Record<string, unknown> };
    const theirs = shapeOf(JSON.parse(fixture(file))) as typeof ours;
    // The recorded node was publishing a checkpoint just then.
    delete theirs.info?.['status'];
    // A list or number may be null, and names may be text or lists of it.
    const loose = (shape: unknown): unknown =>
      JSON.parse(
        JSON.stringify(shape).replace(/(?<=[:[])("(string|number)"|null|\["string"\])/g, '"*"'),
      );
    expect(loose(ours)).toEqual(loose(theirs));
  });

  it('peers has the keys of a real node for every peer', () => {
    for (const [name, file] of [
      ['peers', 'peers.node-0.json'],
      ['peers full', 'peers__compact-false.three.node-0.json'],
    ] as const) {
      const ours = JSON.parse(answer(name)).authenticated_peers;
      const theirs = JSON.parse(fixture(file)).authenticated_peers;
      const peers = [...(ours.inbound ?? []), ...(ours.outbound ?? [])];
      expect(peers).toHaveLength(2);
      for (const peer of peers) expect(shapeOf(peer)).toEqual(shapeOf(theirs.inbound[0]));
    }
  });

  it('metrics are those of a real node before load and Soroban, with the same fields', () => {
    const ours = JSON.parse(answer('metrics')).metrics;
    const theirs = JSON.parse(fixture('metrics.three.node-0.json.gz')).metrics;
    const late = /^(loadgen|soroban|herder\.pending-soroban-txs)\b/;
    expect(Object.keys(ours)).toEqual(Object.keys(theirs).filter((name) => !late.test(name)));
    for (const name of Object.keys(ours)) {
      expect([name, Object.keys(ours[name])]).toEqual([name, Object.keys(theirs[name])]);
      expect(ours[name].type).toBe(theirs[name].type);
      expect(ours[name].event_type).toBe(theirs[name].event_type);
    }
    expect(ours['ledger.ledger.close'].count).toBeGreaterThan(5);
    expect(ours['scp.envelope.invalidsig'].count).toBe(0);
    expect(Object.keys(JSON.parse(answer('metrics of the ledger')).metrics)[0]).toMatch(/^ledger/);
  });
});

describe('words', () => {
  it.each([
    ['booting', '{"error": "Core is booting, try again later"}'],
    ['quorum of nobody', '{"exception": "unknown name"}'],
    ['upgrades without mode', 'mode required'],
    ['upgrades of a mode', 'Unknown mode: nosuch'],
    ['upgrades of a time', "could not parse upgradetime: 'tomorrow'"],
    ['upgrades of a number', `{"exception": "Failed to parse 'basefee' argument"}`],
    [
      'upgrades of a protocol',
      '{"exception": "Protocol version error: supported is up to 27, passed is 99"}',
    ],
    [
      'upgrades of Soroban',
      '{"exception": "maxsorobantxsetsize cannot be used before protocol v20"}',
    ],
    ['upgrades set', ''],
    ['upgrades cleared', ''],
    ['nobody', 'null\n'],
    ['ll set', '{\n   "SCP" : "Debug"\n}\n'],
    ['ll of nothing', '{"exception": "not a valid partition"}'],
    ['a drop', 'Must specify at least peer id: droppeer?node=NODE_ID'],
    ['a drop of nobody', 'Peer nosuch not found'],
    ['tx without a blob', '{"exception": "Must specify a tx blob: tx?blob=<tx in xdr format>"}'],
    ['tx of no XDR', '{"exception": "xdr_generic_get: message size not multiple of 4"}'],
    [
      'tx of another operation',
      '{"exception": "core-sim does not simulate the operation bumpSequence"}',
    ],
  ])('%s: %s', (name, text) => {
    expect(answer(name)).toBe(text);
  });

  it.each([
    ['pending', '{"status":"PENDING"}\n'],
    ['twice', '{"status":"DUPLICATE"}\n'],
    ['another of the source', '{"status":"TRY_AGAIN_LATER"}\n'],
    ['applied before', '{"status":"TRY_AGAIN_LATER"}\n'],
    // Results as a real node gave them for the same mistakes.
    ['too low a fee', '{"error":"AAAAAAAAAGT////3AAAAAA==","status":"ERROR"}\n'],
    ['a wrong signer', '{"error":"AAAAAAAAAGT////6AAAAAA==","status":"ERROR"}\n'],
    ['one signer too many', '{"error":"AAAAAAAAAGT////2AAAAAA==","status":"ERROR"}\n'],
    ['a gap', '{"error":"AAAAAAAAAGT////7AAAAAA==","status":"ERROR"}\n'],
    ['applied long before', '{"error":"AAAAAAAAAGT////7AAAAAA==","status":"ERROR"}\n'],
    ['no account', '{"error":"AAAAAAAAAGT////4AAAAAA==","status":"ERROR"}\n'],
  ])('the transaction that is %s: %s', (name, text) => {
    expect(answer(name)).toBe(text);
  });
});

describe('the server', () => {
  it('says in every reply that it is core-sim, and knows no other routes', async () => {
    const visitor = network.net.addHost('10.0.2.1').open().net;
    await network.clock.run(async () => {
      for (const [path, status, type] of [
        ['/info', 200, 'application/json'],
        ['/nosuchcommand', 404, 'text/html'],
        ['/info/', 404, 'text/html'],
        ['/setcursor', 404, 'text/html'],
      ] as const) {
        const response = await visitor.request(`http://node-0:11626${path}`);
        const body = await bodyOf(response);
        expect([path, response.status]).toEqual([path, status]);
        expect(response.headers).toEqual({
          'content-length': String(body.length),
          'content-type': type,
          'x-core-sim': '0.0.0',
        });
      }
    });
  });
});
