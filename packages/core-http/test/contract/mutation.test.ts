import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recorded } from '../recordings.ts';
import { commandOf } from './commands.ts';
import type { Expectation } from './expected/expectation.ts';
import { tables } from './expected/index.ts';
import { answered, outcome, replyOf } from './outcome.ts';

type Path = readonly (string | number)[];

/** All members of a JSON value that are no objects or lists with something in them. */
function* leaves(value: unknown, path: Path = []): Generator<Path> {
  const entries =
    typeof value === 'object' && value !== null
      ? Array.isArray(value)
        ? [...value.entries()]
        : Object.entries(value)
      : [];
  if (entries.length === 0) yield path;
  for (const [key, member] of entries) yield* leaves(member, [...path, key]);
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown>)[key],
    value,
  );
}

/** A copy in which one member is gone, or is something else. */
function changed(json: unknown, path: Path, change: (member: unknown) => unknown): string {
  const copy = structuredClone(json);
  const holder = at(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1) as string | number;
  const next = change(holder[key]);
  if (next !== undefined) holder[key] = next;
  else if (Array.isArray(holder)) holder.splice(key as number, 1);
  else delete holder[key];
  return JSON.stringify(copy);
}

/** A value of another type: what a reader that trusts the type would stumble over. */
function retyped(member: unknown): unknown {
  if (typeof member === 'number') return `${member}`;
  if (typeof member === 'string') return { text: member };
  if (typeof member === 'boolean') return `${member}`;
  if (Array.isArray(member)) return { list: 0 };
  return 'something else';
}

const expectations = new Map<string, Expectation>(tables.flatMap((table) => Object.entries(table)));

/**
 * One reply of each shape, with what its table says. All metrics of a node are 5,000 members of the five types that
 * shorter answers have too.
 */
function oneOfEachShape(): Recorded[] {
  const shapes = new Map<string, Recorded>();
  for (const entry of answered) {
    if (!/^\s*\{/u.test(entry.body) || entry.body.length > 20_000) continue;
    if (expectations.get(entry.file)?.kind !== 'value') continue;
    const members = [...leaves(JSON.parse(entry.body))].map((path) =>
      path.filter((key) => typeof key === 'string' && !/^\d+$/u.test(key)).join('.'),
    );
    const shape = `${commandOf(entry).name} ${[...new Set(members)].join()}`;
    if (!shapes.has(shape)) shapes.set(shape, entry);
  }
  return [...shapes.values()];
}

test('deleting or retyping any one member changes what a reply is taken for', () => {
  const counts = { deletions: 0, retypings: 0, refused: 0, againstTable: 0 };
  const shapes = oneOfEachShape();
  for (const entry of shapes) {
    const command = commandOf(entry);
    const expected = expectations.get(entry.file);
    const json: unknown = JSON.parse(entry.body);
    const before = outcome(command, replyOf(entry, JSON.stringify(json)));
    const isNoticed = (body: string): boolean => {
      const after = outcome(command, replyOf(entry, body));
      if ('error' in after) {
        counts.refused += 1;
        return true;
      }
      // Where the table has the whole value, it must differ from the table; else from what it was.
      if (expected?.kind === 'value' && expected.view === undefined) {
        counts.againstTable += 1;
        return !equal(after.value, expected.value);
      }
      return !equal(after.value, 'value' in before ? before.value : undefined);
    };
    for (const path of leaves(json)) {
      const where = `${entry.file} ${path.join('.')}`;
      // Null and no list at all are the same nothing.
      if (at(json, path) !== null) {
        expect(isNoticed(changed(json, path, () => undefined)), `${where} deleted`).toBe(true);
        counts.deletions += 1;
      }
      expect(isNoticed(changed(json, path, retyped)), `${where} retyped`).toBe(true);
      counts.retypings += 1;
    }
  }
  console.log(
    `${shapes.length} shapes of replies: ${counts.deletions} deletions and ${counts.retypings} changes of type, all noticed: ${counts.refused} by refusing the reply, ${counts.againstTable} by a value that is not the table's, the rest by another value`,
  );
  expect(counts.deletions).toBeGreaterThan(1000);
  expect(counts.refused).toBeGreaterThan(counts.deletions);
});

function equal(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}

const ours = /^SSC_(CORE|PROXY)_[A-Z_]+$/u;

test('mutated replies give a value or one of our named errors', () => {
  const counts: Record<string, number> = {};
  const short = answered.filter((entry) => entry.body.length < 20_000);
  fc.assert(
    fc.property(
      fc.constantFrom(...short),
      fc.constantFrom(...short),
      fc.array(
        fc.tuple(
          fc.nat(20_000),
          fc.constantFrom('', '"', '{', '}', 'null', '-1', '<', ',', '\u0000', '0'),
          fc.nat(40),
        ),
        { maxLength: 4 },
      ),
      fc.constantFrom(200, 200, 200, 404, 400, 500, 503),
      fc.boolean(),
      (entry, other, edits, status, swap) => {
        let body = swap ? other.body : entry.body;
        for (const [index, text, length] of edits) {
          const from = index % (body.length + 1);
          body = body.slice(0, from) + text + body.slice(from + length);
        }
        const found = outcome(commandOf(entry), { ...replyOf(entry, body), status });
        const name = 'error' in found ? found.error.code : 'value';
        counts[name] = (counts[name] ?? 0) + 1;
        if ('error' in found) expect(found.error.code).toMatch(ours);
      },
    ),
    { seed: 1, numRuns: 3000 },
  );
  console.log(`3000 mutated replies: ${JSON.stringify(counts)}`);
  expect(counts['value']).toBeGreaterThan(50);
});
