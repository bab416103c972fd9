// 1,000 configurations rendered and parsed, by this package and by bare smol-toml on the same data, in one process, in turns.

import { type NodeConfig, parseNodeConfig, planNodes, renderNodeConfig } from '@ssc/core-cfg';
import { parse, stringify, type TomlTable } from 'smol-toml';

const COUNT = 1000;
const ROUNDS = 7;
const organisations = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

/** Seven organisations of three validators, which all other nodes listen to: the shape of the public network. */
const nodes = planNodes(
  {
    passphrase: 'Bench ; 2026',
    seed: 'bench',
    sets: Object.fromEntries([
      ...organisations.map((name) => [name, setOf(3)] as const),
      ['watchers', { ...setOf(COUNT - 21), role: 'watcher' as const }] as const,
    ]),
  },
  ({ name }) => ({
    peerHost: `${name}.net`,
    dataFolder: '/data',
    historyUrl: `http://${name}.net`,
  }),
);

function setOf(count: number) {
  return { nodes: count, quorum: { of: organisations }, peers: organisations };
}

/** What bare smol-toml is given: the same keys and values, integers as bigint so that they are written as such. */
function toPlain(value: unknown): unknown {
  if (typeof value === 'number') return BigInt(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]));
}

const configs: readonly NodeConfig[] = nodes.map((node) => node.config);
const plain = configs.map((config) => toPlain(config) as TomlTable);
const texts = configs.map((config) => renderNodeConfig(config, { defaults: 'keep' }));
/** The watchers without their seeds: deriving a public key takes longer than bare parsing of the whole file. */
const seedless = texts.slice(21).map((text) => text.replace(/^NODE_SEED = .*\n/mu, ''));

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const works = {
  'render, bare': () => {
    for (const table of plain) stringify(table, { numbersAsFloat: true });
  },
  'render, ours': () => {
    for (const config of configs) renderNodeConfig(config, { defaults: 'keep' });
  },
  'parse, bare': () => parseBare(texts),
  'parse and check, ours': () => parseOurs(texts),
  'parse without seeds, bare': () => parseBare(seedless),
  'parse and check without seeds, ours': () => parseOurs(seedless),
};

function parseBare(all: readonly string[]): void {
  for (const text of all) parse(text, { integersAsBigInt: true });
}

function parseOurs(all: readonly string[]): void {
  for (const text of all) {
    if (parseNodeConfig(text).problems.length > 0) throw new Error('a planned node has problems');
  }
}

const times = Object.fromEntries(Object.keys(works).map((name) => [name, [] as number[]]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, work] of Object.entries(works)) times[name]?.push(cpuMs(work));
}
const median = (name: keyof typeof works): number =>
  times[name]?.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;

const kib = Math.round(texts.reduce((sum, text) => sum + text.length, 0) / 1024);
console.log(`${COUNT} configurations, ${kib} KiB; CPU time, median of ${ROUNDS} rounds`);
for (const name of Object.keys(works) as (keyof typeof works)[]) {
  console.log(`  ${name.padEnd(36)} ${median(name).toFixed(0).padStart(5)} ms`);
}
const ratio = (ours: keyof typeof works, bare: keyof typeof works): string =>
  `${(median(ours) / median(bare)).toFixed(2)} × bare`;
console.log(`  render ${ratio('render, ours', 'render, bare')}`);
console.log(`  parse and check ${ratio('parse and check, ours', 'parse, bare')}`);
console.log(
  `  parse and check without seeds ${ratio('parse and check without seeds, ours', 'parse without seeds, bare')}`,
);
