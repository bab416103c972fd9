import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type CoreLogLine,
  coreStopsAt,
  parseNodeConfig,
  refusalLines,
  testingKeyLines,
} from '../src/index.ts';

/**
 * Configurations that a real stellar-core v27.1.0 (with the testing keys) was started with, and what it logged at
 * ERROR and FATAL before it ended. `exit` is "timeout" where it ran until it was stopped.
 */
const folder = new URL('fixtures/recorded/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

interface Recorded {
  readonly command: string;
  readonly exit: number | 'timeout';
  readonly lines: readonly (readonly [CoreLogLine['level'], string])[];
  readonly testing: readonly string[];
}
const recorded = JSON.parse(read('expected.json')) as Readonly<Record<string, Recorded>>;

// Whether PostgreSQL was compiled in is no matter of the file.
const isRefused = (name: string): boolean =>
  recorded[name]?.exit === 1 && name !== 'database.postgres-not-built';
const names = Object.keys(recorded);

test.each(names)('%s is refused in the words of core, or accepted', (name) => {
  const { command, lines = [] } = recorded[name] ?? {};
  const stop = coreStopsAt(
    parseNodeConfig(read(`${name}.cfg`)),
    command === 'run' ? 'run' : 'create',
  );
  const said = (stop?.core === undefined ? [] : refusalLines(stop.core, 'stellar-core.cfg'))
    .filter(({ level, partition }) => partition === undefined && /FATAL|ERROR/u.test(level))
    .map(({ level, text }) => [level, text]);
  expect(said).toEqual(isRefused(name) ? lines : []);
});

test.each(names.filter((name) => !isRefused(name)))('%s: the keys for tests are told', (name) => {
  const { config } = parseNodeConfig(read(`${name}.cfg`));
  const told = testingKeyLines(config ?? {}).map(({ text }) => text);
  expect(told.sort()).toEqual(recorded[name]?.testing);
});

test('so many are refused and accepted', () => {
  expect([names.filter(isRefused).length, names.length]).toEqual([46, 54]);
});

const ran = readdirSync(folder).filter((file) => file.startsWith('ran.'));

test.each(ran)('%s, which ran, has no problem that stops it', (file) => {
  const { stops } = parseNodeConfig(read(file));
  // Recorded: without a readable archive `run` ends at once, and only the commands before it work.
  const expected = file === 'ran.extra.no-archive.cfg' ? ['SSC_CFG_ARCHIVE_MISSING'] : [];
  expect(stops.map((problem) => problem.code)).toEqual(expected);
});
