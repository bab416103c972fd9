import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { fakeNode, refused, reset } from '../fake-network.ts';
import { type Recorded, recorded, recording } from '../recordings.ts';
import { commandOf } from './commands.ts';
import type { Expectation } from './expected/expectation.ts';
import { tables } from './expected/index.ts';
import { answered, outcome, replyOf } from './outcome.ts';

/** Requests that no reply came to, and what the client must say of them. */
const unanswered: Readonly<Record<string, { readonly code: string; readonly definite?: boolean }>> =
  {
    'http-extra/info.watcher.err-connectionrefusederror.txt': { code: 'SSC_CORE_UNREACHABLE' },
    // The process was aborted while it closed the ledger: nobody knows whether it was.
    'http-standalone/manual-close.8-2.manualclose.txt': {
      code: 'SSC_CORE_REPLY_LOST',
      definite: false,
    },
    'http-standalone/manual-close.8-3.manualclose.txt': {
      code: 'SSC_CORE_UNREACHABLE',
      definite: true,
    },
    'http-trio/generateload.risky.create-upgrade-without-setup.node-0.txt': {
      code: 'SSC_CORE_REPLY_LOST',
      definite: false,
    },
  };

test('the tables speak of every recorded exchange once, and of nothing else', () => {
  const spokenOf = [...tables.flatMap((table) => Object.keys(table)), ...Object.keys(unanswered)];
  expect(spokenOf.toSorted()).toEqual(recorded.map(({ file }) => file).toSorted());
  expect(new Set(spokenOf).size).toBe(509);
});

function check(entry: Recorded, expected: Expectation): void {
  const command = commandOf(entry);
  const found = outcome(command, replyOf(entry));
  if (expected.kind === 'value') {
    const shown = 'value' in found ? found.value : `${found.error.code}: ${found.error.message}`;
    const view = (expected.view ?? ((value: unknown) => value)) as (value: unknown) => unknown;
    expect.soft('value' in found ? view(shown) : shown, entry.file).toEqual(expected.value);
    return;
  }
  if ('value' in found) {
    expect.soft(found.value, entry.file).toEqual(expected.code);
    return;
  }
  const { error } = found;
  expect.soft(error.code, entry.file).toBe(expected.code);
  // The error quotes core's words, the request and the reply, and names the node.
  expect.soft(error.message, entry.file).toContain(expected.words ?? 'core-0');
  const facts = Object.fromEntries(error.facts);
  expect.soft(facts['Sent'], entry.file).toContain(command.name);
  expect.soft(facts['Answered'], entry.file).toMatch(new RegExp(`^${entry.status} `, 'u'));
  if (command.kind === 'act') expect.soft(error.definite, entry.file).toBeTypeOf('boolean');
}

test.each(tables)('every recorded reply is taken for what it is (table %#)', (table) => {
  for (const [file, expected] of Object.entries(table)) check(recording(file), expected);
});

/** A value as text, big numbers and maps too, members by name. */
const wholeText = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === 'bigint') return `${member}n`;
    if (member instanceof Map) return [...member];
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

test('what the tables leave out of long values stays what it is, to the last member', () => {
  const digests = tables
    .flatMap((table) => Object.entries(table))
    .filter(([, expected]) => expected.kind === 'value' && expected.view !== undefined)
    .map(([file]) => {
      const entry = recording(file);
      const found = outcome(commandOf(entry), replyOf(entry));
      const value = 'value' in found ? wholeText(found.value) : found.error.code;
      return `${createHash('sha256').update(value).digest('hex').slice(0, 16)}  ${value.length}  ${file}`;
    });
  expect(`${digests.join('\n')}\n`).toMatchSnapshot();
});

test('a request without a reply is never done, and is over only when nobody was there', async () => {
  for (const [file, expected] of Object.entries(unanswered)) {
    const { body, request } = recording(file);
    const { client, clock } = fakeNode(() => (body === '' ? reset() : refused()));
    const ask = () =>
      request.startsWith('/info')
        ? client.info({ readWithin: 0 })
        : request.startsWith('/manualclose')
          ? client.manualClose()
          : client.generateLoad({ mode: 'create_upgrade', settings: { ledgerMaxTxCount: 100 } });
    const error: unknown = await clock.run(() => ask().catch((thrown: unknown) => thrown));
    expect.soft(error, file).toMatchObject(expected);
  }
});

test('no reply to one command is taken for success of another that answers another shape', () => {
  // A reply that lost its way: everything recorded, offered to the commands whose success is worth most.
  const tx = commandOf({ request: '/tx?blob=AAAA' } as Recorded);
  const load = commandOf({ request: '/generateload?mode=pay' } as Recorded);
  for (const entry of answered) {
    const { name } = commandOf(entry);
    if (name !== 'tx' && name !== 'testtx') {
      expect('error' in outcome(tx, replyOf(entry)), entry.file).toBe(true);
    }
    if (name !== 'generateload') {
      expect('error' in outcome(load, replyOf(entry)), entry.file).toBe(true);
    }
  }
});
