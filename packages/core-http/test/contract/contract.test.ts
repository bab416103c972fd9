import { readFileSync } from 'node:fs';
import { isSscError, SscError } from '@ssc/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command } from '../../src/command.ts';
import type { HttpReply } from '../../src/exchange.ts';
import { recognise } from '../../src/recognise.ts';
import { type Recorded, recorded } from '../recordings.ts';
import { commandOf } from './commands.ts';
import { digest } from './digest.ts';

const answered = recorded.filter((entry) => entry.status !== undefined);

const replyOf = (entry: Recorded, body = entry.body): HttpReply => ({
  status: entry.status ?? 0,
  headers: { 'content-type': entry.contentType ?? '' },
  body,
});

/** What a reply was taken for: the value, or the code and words of the refusal. */
function outcome(
  command: Command<unknown>,
  reply: HttpReply,
): { value: unknown } | { error: SscError } {
  try {
    return { value: recognise('core-0', command, reply) };
  } catch (error) {
    if (!(error instanceof SscError)) throw error;
    return { error };
  }
}

/** Codes whose words are core's own, and so are compared too. */
const quoted = /answered (?:the exception |the error )?"([\s\S]*)" \(/u;

function line(entry: Recorded): string {
  const command = commandOf(entry);
  const found = outcome(command, replyOf(entry));
  if ('value' in found) return digest(command.name, found.value);
  const words = quoted.exec(found.error.message)?.[1];
  return `${found.error.code}${words === undefined ? '' : ` ${words}`}`;
}

test('every recorded reply is taken for what it is', () => {
  const expected = readFileSync(new URL('expected.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const lines = answered.map((entry) => `${entry.file} → ${line(entry)}`.trimEnd());
  const cut = (text: string) =>
    text.length > 200 && text.includes('SSC_CORE_') ? text.slice(0, 200) : text;
  expect(lines.map(cut)).toEqual(expected.map(cut));
  console.log(`${lines.length} recorded replies`);
});

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

/** Members that nobody reads and that the value does not keep. */
const unread = /^upgradeversion$/u;

test('deleting or retyping any one member changes what a reply is taken for', {
  timeout: 60_000,
}, () => {
  let [deletions, retypings, refusals] = [0, 0, 0];
  // One reply of each shape. All metrics of a node are 5,000 members of the five types that shorter answers have too.
  const shapes = new Map<string, Recorded>();
  for (const entry of answered) {
    const command = commandOf(entry);
    if (!/^\s*\{/u.test(entry.body) || entry.body.length > 20_000) continue;
    if (!('value' in outcome(command, replyOf(entry)))) continue;
    const members = [...leaves(JSON.parse(entry.body))].map((path) =>
      path.filter((key) => typeof key === 'string' && !/^\d+$/u.test(key)).join('.'),
    );
    const shape = `${command.name} ${[...new Set(members)].join()}`;
    if (!shapes.has(shape)) shapes.set(shape, entry);
  }
  for (const entry of shapes.values()) {
    const command = commandOf(entry);
    const json: unknown = JSON.parse(entry.body);
    const before = outcome(command, replyOf(entry, JSON.stringify(json)));
    const isSame = (body: string): boolean => {
      const after = outcome(command, replyOf(entry, body));
      if ('error' in after) {
        refusals += 1;
        return false;
      }
      return same('value' in before ? before.value : undefined, after.value);
    };
    for (const path of leaves(json)) {
      if (path.length === 0 || unread.test(String(path.at(-1)))) continue;
      const where = `${entry.file} ${path.join('.')}`;
      // Null and no list at all are the same nothing.
      const empty = at(json, path) === null;
      if (!empty) {
        expect(isSame(changed(json, path, () => undefined)), `${where} deleted`).toBe(false);
        deletions += 1;
      }
      expect(isSame(changed(json, path, retyped)), `${where} retyped`).toBe(false);
      retypings += 1;
    }
  }
  console.log(
    `${shapes.size} shapes of replies: ${deletions} deletions and ${retypings} changes of type, all noticed, ${refusals} by refusing the reply`,
  );
  expect(deletions).toBeGreaterThan(1000);
  expect(refusals).toBeGreaterThan(deletions);
});

function same(a: unknown, b: unknown): boolean {
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

test('no reply to one command is taken for success of another that answers another shape', () => {
  // A reply that lost its way: everything recorded, offered to the commands whose success is worth most.
  const tx = commandOf({ request: '/tx?blob=AAAA' } as Recorded);
  const load = commandOf({ request: '/generateload?mode=pay' } as Recorded);
  for (const entry of answered) {
    const name = commandOf(entry).name;
    if (name !== 'tx' && name !== 'testtx') {
      expect(
        isSscError(
          'error' in outcome(tx, replyOf(entry)) &&
            (outcome(tx, replyOf(entry)) as { error: unknown }).error,
        ),
        entry.file,
      ).toBe(true);
    }
    if (name !== 'generateload')
      expect('error' in outcome(load, replyOf(entry)), entry.file).toBe(true);
  }
});
