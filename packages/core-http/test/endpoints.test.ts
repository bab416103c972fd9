import { isSscError, renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { targetOf } from '../src/command.ts';
import { endpointCommand, endpointNames } from '../src/index.ts';
import { commandOf } from './contract/commands.ts';
import { outcome, replyOf } from './contract/outcome.ts';
import { fakeNode } from './fake-network.ts';
import { recorded, recording } from './recordings.ts';

/** The endpoint and the parameters of a recorded request; undefined where they are refused before they are sent. */
function asked({ request, blob }: (typeof recorded)[number]) {
  const url = new URL(request.replaceAll('+', '%2B'), 'http://x');
  const query = Object.fromEntries(url.searchParams);
  try {
    return endpointCommand(url.pathname.slice(1), {
      ...query,
      ...(blob !== undefined && { blob }),
    });
  } catch (error) {
    if (isSscError(error, 'SSC_CORE_ARGUMENT')) return undefined;
    throw error;
  }
}

describe('any endpoint by its name', () => {
  test('every recorded reply is taken for what the typed call takes it for', () => {
    const answered = recorded.filter(({ status }) => status !== undefined);
    const known = answered.flatMap((entry) => {
      const command = asked(entry);
      return command === undefined ? [] : [{ entry, command }];
    });
    for (const { entry, command } of known) {
      const [ours, typed] = [command, commandOf(entry)].map((one) => outcome(one, replyOf(entry)));
      const told = [ours, typed].map((found) =>
        found === undefined || 'value' in found ? 'yes' : found.error.code,
      );
      expect.soft(told[0], entry.file).toBe(told[1]);
    }
    expect([answered.length, known.length]).toMatchInlineSnapshot(`
      [
        505,
        392,
      ]
    `);
    const names = new Set(known.map(({ command }) => command.name));
    expect(endpointNames.filter((name) => !names.has(name))).toMatchInlineSnapshot(`[]`);
  });

  test('the answer comes back word for word', async () => {
    const { body } = recording('http-solo/upgrades__mode-get.all-set-future.json');
    const { client, clock, dispatcher } = fakeNode(() => body);
    expect(await clock.run(() => client.raw('upgrades', { mode: 'get' }))).toBe(body);
    expect(dispatcher.requests[0]?.path).toBe('/upgrades?mode=get');
  });

  test('what is no yes of core is an error with what it said', async () => {
    const { client, clock } = fakeNode(() => 'Error setting configUpgradeSet');
    const error = await clock.run(() =>
      client
        .raw('upgrades', { mode: 'set', upgradetime: '2026-11-27T15:00:00Z' })
        .catch((reason: unknown) => reason),
    );
    expect(renderError(error)).toMatchInlineSnapshot(`
      "✖ SSC_CORE_TEXT  core-0 answered "Error setting configUpgradeSet" (upgrades)   (definite: nothing was changed)
        Sent          GET upgrades?mode=set&upgradetime=2026-11-27T15:00:00Z
        Answered      200 Error setting configUpgradeSet
        Success is    an empty body"
    `);
  });

  test.each([
    ['inof', {}],
    ['info', { compct: 'false' }],
    ['upgrades', { mode: 'gte' }],
    ['generateload', { mode: 'pay', accounts: '-5' }],
    ['droppeer', {}],
    ['tx', { blob: 'no base64!' }],
    ['unban', { node: 'a&b' }],
  ])('%s %o is refused before it is sent', async (name, query) => {
    const { client, clock, dispatcher } = fakeNode(() => '');
    const error = await clock.run(() => client.raw(name, query).catch((reason: unknown) => reason));
    expect(renderError(error)).toMatchSnapshot();
    expect(dispatcher.requests).toEqual([]);
  });

  test('says whether it changes the node', () => {
    expect(endpointCommand('info').kind).toBe('read');
    expect(endpointCommand('upgrades', { mode: 'clear' }).kind).toBe('act');
    expect(endpointCommand('banaccounts').kind).toBe('read');
    expect(targetOf(endpointCommand('generateload', { mode: 'pay', accounts: '7' }))).toBe(
      'generateload?mode=pay&accounts=7',
    );
  });
});
