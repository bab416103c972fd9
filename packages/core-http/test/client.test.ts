import { createRandom } from '@ssc/clock';
import { renderError, type SscError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import type { CoreClient } from '../src/index.ts';
import { type FakeReply, fakeNode, refused, reset } from './fake-network.ts';
import { recording } from './recordings.ts';

const goodInfo = recording('http-solo/info.end.json').body;
const booting = recording('http-solo/info.state-solo-booting-error.json').body;

/** What one call to a node that answers so gives: its value, or the text of its error. */
async function say(
  reply: FakeReply,
  call: (client: CoreClient) => Promise<unknown> = (client) => client.info({ readWithin: 0 }),
): Promise<unknown> {
  const { client, clock } = fakeNode(() => reply);
  return clock.run(() => call(client).catch((error: SscError) => renderError(error)));
}

describe('what is no success', () => {
  test('nobody there', async () => {
    expect(await say(refused())).toMatchInlineSnapshot(`
      "✖ SSC_CORE_UNREACHABLE  core-0 cannot be reached (info)
        Sent    GET info
        because  connect ECONNREFUSED 127.0.0.1:11626"
    `);
  });
  test('a reply that was lost, of a read and of an act', async () => {
    expect(await say(reset())).toMatchInlineSnapshot(`
      "✖ SSC_CORE_REPLY_LOST  core-0 gave no whole reply (info)
        Sent    GET info
        because  read ECONNRESET"
    `);
    expect(await say(reset(), (client) => client.submit('AAAA'))).toMatchInlineSnapshot(`
      "✖ SSC_CORE_REPLY_LOST  core-0 gave no whole reply (tx)   (indefinite: it may have happened)
        Sent    GET tx?blob=AAAA
        The node may have acted on it. Look at its state before sending it again.
        because  read ECONNRESET"
    `);
    expect(await say(refused(), (client) => client.submit('AAAA'))).toMatchInlineSnapshot(`
      "✖ SSC_CORE_UNREACHABLE  core-0 cannot be reached (tx)   (definite: nothing was changed)
        Sent    GET tx?blob=AAAA
        because  connect ECONNREFUSED 127.0.0.1:11626"
    `);
  });
  test('silence', async () => {
    expect(await say(undefined)).toMatchInlineSnapshot(`
      "✖ SSC_CORE_REPLY_LOST  core-0 did not answer within 30s (info)
        Sent    GET info"
    `);
    expect(await say(undefined, (client) => client.toggleOverlayOnlyMode())).toMatchInlineSnapshot(`
      "✖ SSC_CORE_REPLY_LOST  core-0 did not answer within 30s (toggleoverlayonlymode)   (indefinite: it may have happened)
        Sent    GET toggleoverlayonlymode
        The node may have acted on it. Look at its state before sending it again."
    `);
  });
  test('booting', async () => {
    expect(await say(booting)).toMatchInlineSnapshot(`
      "✖ SSC_CORE_BOOTING  core-0 is booting: its last closed ledger is not loaded yet (info)
        Sent          GET info
        Answered      200 {"error": "Core is booting, try again later"}
        Success is    a JSON object with "info""
    `);
    expect(await say(booting, (client) => client.upgrades.clear())).toMatchInlineSnapshot(`
      "✖ SSC_CORE_BOOTING  core-0 is booting: its last closed ledger is not loaded yet (upgrades)   (definite: nothing was changed)
        Sent          GET upgrades?mode=clear
        Answered      200 {"error": "Core is booting, try again later"}
        Success is    an empty body"
    `);
  });
  test('an error', async () => {
    const body = recording('http-solo/banaccounts.invalid.json').body;
    expect(await say(body, (client) => client.banAccounts(['GARBAGE']))).toMatchInlineSnapshot(`
      "✖ SSC_CORE_ERROR  core-0 answered the error "invalid address: 'GARBAGE'" (banaccounts)   (definite: nothing was changed)
        Sent          GET banaccounts?accountids=GARBAGE
        Answered      200 {"error": "invalid address: 'GARBAGE'"}
        Success is    a JSON object whose "status" is "banned accounts updated""
    `);
    const detail = recording('http-solo/testacc.json').body;
    expect(await say(detail, (client) => client.testAccount('x'))).toMatchInlineSnapshot(`
      "✖ SSC_CORE_ERROR  core-0 answered the error "Bad HTTP GET: try something like: testacc?name=bob" (testacc)
        Sent          GET testacc?name=x
        Answered      200 { "detail" : "Bad HTTP GET: try something like: testacc?name=bob", "status" : "error" }
        Success is    a JSON object with "balance" and "seqnum", or null for no such account"
    `);
  });
  test('an exception, also one that is no JSON', async () => {
    const body = recording(
      'http-solo/upgrades__mode-set_upgradetime-1970-01-01T00.00.00Z_protocolversion-99.json',
    ).body;
    expect(
      await say(body, (client) => client.upgrades.set(0, { protocolVersion: 99 })),
    ).toMatchInlineSnapshot(`
      "✖ SSC_CORE_EXCEPTION  core-0 answered the exception "Protocol version error: supported is up to 27, passed is 99" (upgrades)   (definite: nothing was changed)
        Sent          GET upgrades?mode=set&upgradetime=1970-01-01T00:00:00Z&protocolversion=99
        Answered      200 {"exception": "Protocol version error: supported is up to 27, passed is 99"}
        Success is    an empty body"
    `);
    expect(await say('{"exception": "no "quotes" escaped"}')).toMatchInlineSnapshot(`
      "✖ SSC_CORE_EXCEPTION  core-0 answered the exception "no "quotes" escaped" (info)
        Sent          GET info
        Answered      200 {"exception": "no "quotes" escaped"}
        Success is    a JSON object with "info""
    `);
  });
  test('bare text', async () => {
    expect(
      await say('Error setting configUpgradeSet', (client) =>
        client.upgrades.set(1795351583, { configUpgradeSetKey: 'ab+/'.repeat(24) }),
      ),
    ).toMatchInlineSnapshot(`
      "✖ SSC_CORE_TEXT  core-0 answered "Error setting configUpgradeSet" (upgrades)   (definite: nothing was changed)
        Sent          GET upgrades?mode=set&upgradetime=2026-11-22T12:46:23Z&configupgradesetkey=ab%2B%2Fab%2…%2B%2F (192 characters)
        Answered      200 Error setting configUpgradeSet
        Success is    an empty body"
    `);
  });
  test('a command that the build does not have', async () => {
    const page = { status: 404, body: recording('http-solo/nosuchcommand.html').body };
    expect(
      await say(page, (client) => client.testAccount('alice', { readWithin: 0 })),
    ).toMatchInlineSnapshot(`
      "✖ SSC_CORE_COMMAND_MISSING  core-0 has no such command: this build has no testacc (testacc)
        Sent          GET testacc?name=alice
        Answered      404 <b>Welcome to stellar-core!</b><p>Supported HTTP commands are listed in the <a href="https://github.com/stellar/stellar-core/blob/master/docs/software/commands.md#http-commands">docs</a> as well as in the man pages.</p><p>Have fun!</p>
        Success is    a JSON object with "balance" and "seqnum", or null for no such account
        Only builds with the testing commands (BUILD_TESTS) have it. Use an image whose package version ends in "~buildtests"."
    `);
    expect(await say(page, (client) => client.peers({ readWithin: 0 }))).toMatchInlineSnapshot(`
      "✖ SSC_CORE_COMMAND_MISSING  core-0 has no such command (peers)
        Sent          GET peers
        Answered      404 <b>Welcome to stellar-core!</b><p>Supported HTTP commands are listed in the <a href="https://github.com/stellar/stellar-core/blob/master/docs/software/commands.md#http-commands">docs</a> as well as in the man pages.</p><p>Have fun!</p>
        Success is    a JSON object with "authenticated_peers" and "pending_peers"
        A node with RUN_STANDALONE=true does not have it."
    `);
  });
  test("the API server's words", async () => {
    const status = (code: number, reason: string, message: string) => ({
      status: code,
      body: JSON.stringify({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message,
        reason,
        code,
      }),
    });
    expect(
      await say(
        status(
          503,
          'ServiceUnavailable',
          'error trying to reach service: dial tcp 10.0.0.7:11626: connect: connection refused',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "✖ SSC_PROXY_STATUS  core-0 did not answer, the API server did: 503 ServiceUnavailable (info)
        Sent          GET info
        Answered      503 {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"error trying to reach service: dial tcp 10.0.0.7:11626: connect: connection refused","reason":"ServiceUnavailable","code":503}
        Success is    a JSON object with "info"
        API server    error trying to reach service: dial tcp 10.0.0.7:11626: connect: connection refused"
    `);
    expect(
      await say(status(500, 'InternalError', 'error trying to reach service: EOF'), (client) =>
        client.submit('AAAA'),
      ),
    ).toMatchInlineSnapshot(`
      "✖ SSC_PROXY_STATUS  core-0 did not answer, the API server did: 500 InternalError (tx)   (indefinite: it may have happened)
        Sent          GET tx?blob=AAAA
        Answered      500 {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"error trying to reach service: EOF","reason":"InternalError","code":500}
        Success is    a JSON object whose "status" is PENDING, DUPLICATE, TRY_AGAIN_LATER, FILTERED or ERROR
        API server    error trying to reach service: EOF"
    `);
    // With status 200 it is still not core's.
    expect(await say(status(200, 'Weird', 'x'))).toContain('SSC_PROXY_STATUS');
  });
  test("a proxy's page", async () => {
    const body = '<html><head><title>502 Bad Gateway</title></head></html>';
    expect(await say({ status: 502, body })).toMatchInlineSnapshot(`
      "✖ SSC_PROXY_HTML  core-0 was not heard: a page of HTML came, "502 Bad Gateway" (info)
        Sent          GET info
        Answered      502 <html><head><title>502 Bad Gateway</title></head></html>
        Success is    a JSON object with "info"
        Something between here and the node answered. Look at the way of access."
    `);
    expect(await say({ status: 200, body })).toContain('SSC_PROXY_HTML');
  });
  test('an empty body', async () => {
    expect(await say('')).toMatchInlineSnapshot(`
      "✖ SSC_CORE_EMPTY_REPLY  core-0 answered nothing (info)
        Sent          GET info
        Answered      200 with an empty body
        Success is    a JSON object with "info""
    `);
  });
  test('an empty body where one is success, but not labelled as core labels everything', async () => {
    const clear = (client: CoreClient) => client.upgrades.clear();
    expect(await say('', clear)).toBeUndefined();
    expect(await say({ body: '', headers: { 'content-type': 'text/plain' } }, clear)).toContain(
      'SSC_CORE_EMPTY_REPLY',
    );
  });
  test('JSON of another shape, or cut off', async () => {
    expect(await say(goodInfo.replace('"state"', '"stat"'))).toMatchInlineSnapshot(`
      "✖ SSC_CORE_REPLY_UNEXPECTED  core-0 answered JSON of another shape (info)
        Sent          GET info
        Answered      200 { "info" : { "build" : "v27.1.0", "ledger" : { "age" : 0, "baseFee" : 100, "baseReserve" : 5000000, "closeTime" : 1795351015, "hash" : "3008550e0365dbdaca120ff914460ba0050272359950cee769b7816c2e483fef", "maxSorobanTxSetSize" : 100, "maxTxSetSize" : 1000, "num" : 268, "version" : 27 }, "network" : "Standalone Network ; February 2017", "peers" : { "authenticated_count" : 0, "pending_count" : 0 }, "p… (1246 characters)
        Success is    a JSON object with "info"
        Differs       ✖ Invalid option: expected one of "Booting"|"Joining SCP"|"Connected"|"Catching up"|"Synced!"|"Stopping"
                        → at info.state"
    `);
    expect(await say(goodInfo.slice(0, 200))).toMatchInlineSnapshot(`
      "✖ SSC_CORE_REPLY_UNEXPECTED  core-0 answered JSON that is not whole (info)
        Sent          GET info
        Answered      200 { "info" : { "build" : "v27.1.0", "ledger" : { "age" : 0, "baseFee" : 100, "baseReserve" : 5000000, "closeTime" : 1795351015, "hash" : "3008
        Success is    a JSON object with "info""
    `);
  });
  test('a request that could not be parsed, and a status nobody gives', async () => {
    const body =
      '<html><head><title>Bad Request</title></head><body><h1>400 Bad Request</h1></body></html>';
    expect(await say({ status: 400, body })).toMatchInlineSnapshot(`
      "✖ SSC_CORE_BAD_REQUEST  core-0 could not parse the request (info)
        Sent          GET info
        Answered      400 <html><head><title>Bad Request</title></head><body><h1>400 Bad Request</h1></body></html>
        Success is    a JSON object with "info""
    `);
    expect(await say({ status: 429, body: 'slow down' })).toMatchInlineSnapshot(`
      "✖ SSC_CORE_STATUS_UNEXPECTED  core-0 answered with status 429; stellar-core answers 200 (info)
        Sent          GET info
        Answered      429 slow down
        Success is    a JSON object with "info"
        Something between here and the node answered. Look at the way of access."
    `);
  });
});

describe('repeating', () => {
  test('a proxy that is not ready is asked again, one that forbids is not', async () => {
    const replies: FakeReply[] = [
      { status: 503, body: 'upstream connect error' },
      { status: 502, body: '<html><head><title>502 Bad Gateway</title></head></html>' },
      { status: 200, body: '' },
      {
        status: 429,
        body: '{"kind":"Status","apiVersion":"v1","code":429,"reason":"TooManyRequests"}',
      },
      goodInfo,
    ];
    const patient = fakeNode(() => replies.shift());
    await patient.clock.run(async () => {
      expect((await patient.client.info()).state).toBe('Synced!');
    });
    expect(patient.dispatcher.requests.length).toBe(5);

    const forbidden = fakeNode(() => ({
      status: 403,
      body: '{"kind":"Status","apiVersion":"v1","code":403,"reason":"Forbidden","message":"pods/proxy is forbidden"}',
    }));
    expect(
      await forbidden.clock.run(() => forbidden.client.info().catch(renderError)),
    ).toMatchInlineSnapshot(`
      "✖ SSC_PROXY_STATUS  core-0 did not answer, the API server did: 403 Forbidden (info)
        Sent          GET info
        Answered      403 {"kind":"Status","apiVersion":"v1","code":403,"reason":"Forbidden","message":"pods/proxy is forbidden"}
        Success is    a JSON object with "info"
        API server    pods/proxy is forbidden"
    `);
    expect(forbidden.dispatcher.requests.length).toBe(1);
  });

  test('one that forbids what it allowed before is asked again: it may have started anew, without its roles', async () => {
    const forbidding = {
      status: 403,
      body: '{"kind":"Status","apiVersion":"v1","code":403,"reason":"Forbidden","message":"pods/proxy is forbidden"}',
    };
    const replies = [goodInfo, forbidding, forbidding, goodInfo];
    const { client, clock, dispatcher } = fakeNode(() => replies.shift() ?? forbidding);
    await clock.run(async () => {
      await client.info();
      expect((await client.info()).state).toBe('Synced!');
      expect(dispatcher.requests.length).toBe(4);
      // Not for ever, and what acts is sent once, as ever.
      const told = await client.info().catch(renderError);
      expect(told).toMatch(/the API server did: 403 Forbidden[\s\S]*Asked +\d+ times in/);
      const before = dispatcher.requests.length;
      await expect(client.manualClose()).rejects.toMatchObject({
        problem: { code: 'SSC_PROXY_STATUS', status: 403 },
        definite: true,
      });
      expect(dispatcher.requests.length).toBe(before + 1);
    });
  });

  test('a read is repeated until somebody answers, with jitter from the seed', async () => {
    let asked = 0;
    const { client, clock } = fakeNode(() => {
      asked += 1;
      return asked > 4 ? goodInfo : [refused(), booting, reset(), undefined][asked - 1];
    });
    await clock.run(async () => {
      expect((await client.info({ answerWithin: '1s' })).ledger.num).toBe(268);
    });
    expect(asked).toBe(5);
  });

  test('ends with the deadline and says how often it asked', async () => {
    const { client, clock } = fakeNode(() => refused());
    const text = await clock.run(() => client.info().catch(renderError));
    expect(text).toMatchInlineSnapshot(`
      "✖ SSC_CORE_UNREACHABLE  core-0 cannot be reached (info)
        Sent     GET info
        Asked    15 times in 29s
        because  connect ECONNREFUSED 127.0.0.1:11626"
    `);
    expect(clock.now()).toBeLessThan(30_000);
  });

  test('clients of one seed do not come back together', async () => {
    const times = async (node: string) => {
      const at: number[] = [];
      const { client, clock } = fakeNode(
        () => {
          at.push(clock.now());
          return refused();
        },
        { node, random: createRandom('7') },
      );
      await clock.run(() => client.info().catch(() => {}));
      return at;
    };
    expect(await times('core-0')).toEqual(await times('core-0'));
    expect(await times('core-0')).not.toEqual(await times('core-1'));
  });

  test.each<[string, (client: CoreClient) => Promise<unknown>]>([
    ['submit', (client) => client.submit('AAAA')],
    ['upgrades set', (client) => client.upgrades.set(0, { baseFee: 100 })],
    [
      'generateload',
      (client) => client.generateLoad({ mode: 'pay', accounts: 1, txs: 1, txRate: 1 }),
    ],
    ['toggleoverlayonlymode', (client) => client.toggleOverlayOnlyMode()],
    ['manualclose', (client) => client.manualClose()],
    ['testtx', (client) => client.testPayment({ from: 'a', to: 'b', amount: 1 })],
    ['droppeer', (client) => client.dropPeer('GABC')],
    ['self-check', (client) => client.selfCheck()],
  ])('%s is never repeated, and a lost reply is indefinite', async (_name, call) => {
    for (const reply of [reset(), undefined]) {
      const { client, clock, dispatcher } = fakeNode(() => reply);
      const error = await clock.run(() => call(client).catch((thrown: SscError) => thrown));
      expect(error).toMatchObject({ code: 'SSC_CORE_REPLY_LOST', definite: false });
      expect(dispatcher.requests.length).toBe(1);
    }
  });

  test('a request that is given up is aborted', async () => {
    const { client, clock, dispatcher } = fakeNode(() => undefined);
    const stop = new AbortController();
    clock.timer(500, () => stop.abort(new Error('enough')));
    await expect(clock.run(() => client.info({ signal: stop.signal }))).rejects.toThrow('enough');
    expect(dispatcher.aborted).toBe(1);
  });
});

describe('the request', () => {
  test('a path in the base URL is put before the command, and headers are sent', async () => {
    const { client, clock, dispatcher } = fakeNode(() => goodInfo, {
      baseUrl: 'https://kube.invalid/api/v1/namespaces/n/pods/http:core-0:11626/proxy/',
      headers: { host: 'x' },
    });
    await clock.run(() => client.info({ bucketList: true }));
    expect(dispatcher.requests[0]).toMatchObject({
      origin: 'https://kube.invalid',
      path: '/api/v1/namespaces/n/pods/http:core-0:11626/proxy/info?compact=false',
      headers: { host: 'x' },
    });
  });

  test('base64 is percent-encoded', async () => {
    const { client, clock, dispatcher } = fakeNode(() => '{"status":"PENDING"}\n');
    await clock.run(() => client.submit('ab+/cd=='));
    expect(dispatcher.requests[0]?.path).toBe('/tx?blob=ab%2B%2Fcd%3D%3D');
  });

  test('190 KiB pass; a way that cannot carry them refuses before anything is sent', async () => {
    const blob = `${'A+/z'.repeat(33_000)}`;
    const { client, clock, dispatcher } = fakeNode(() => '{"status":"PENDING"}\n');
    await clock.run(() => client.submit(blob));
    expect(dispatcher.requests[0]?.path.length).toBeGreaterThan(190 * 1024);
    expect(dispatcher.requests[0]?.query.get('blob')).toBe(blob);

    const narrow = fakeNode(() => '{"status":"PENDING"}\n', {
      urlLimit: { bytes: 65_536, hint: 'Use --access port-forward.' },
    });
    const text = await narrow.clock.run(() => narrow.client.submit(blob).catch(renderError));
    expect(text).toMatchInlineSnapshot(`
      "✖ SSC_CORE_URL_TOO_LONG  the request tx to core-0 needs a URL of 264028 bytes, and this way of access carries 65536   (definite: nothing was changed)
        Request    GET tx?blob=A%2B%2FzA%2B…2B%2Fz (264000 characters)
        Use --access port-forward."
    `);
    expect(narrow.dispatcher.requests).toEqual([]);
  });

  test.each<[string, (client: CoreClient) => unknown]>([
    ['a name with &', (client) => client.testAccount('a&b')],
    ['an empty name', (client) => client.testAccount('')],
    ['a number below 0', (client) => client.upgrades.set(0, { baseFee: -1 })],
    ['no whole number', (client) => client.upgrades.set(0, { baseFee: 1.5 })],
    ['more than 32 bits', (client) => client.upgrades.set(0, { maxTxSetSize: 2 ** 32 })],
    [
      'negative accounts',
      (client) => client.generateLoad({ mode: 'pay', accounts: -5, txs: 1, txRate: 1 }),
    ],
    ['no base64', (client) => client.submit('not base64')],
    [
      'ledger entries without a query port',
      (client) => client.rawLedgerEntries({ keys: ['AAAA'] }),
    ],
  ])('%s is refused and nothing is sent', async (_name, call) => {
    const { client, clock, dispatcher } = fakeNode(() => goodInfo);
    const error = await clock.run(async () => {
      try {
        return await call(client);
      } catch (thrown) {
        return thrown;
      }
    });
    expect(error).toMatchObject({ verdict: 'usage' });
    expect(dispatcher.requests).toEqual([]);
  });

  test.each(['core-0:11626', 'ftp://core-0', 'http://core-0/?x=1', ''])(
    'the base URL "%s" is refused',
    (baseUrl) => {
      expect(() => fakeNode(() => goodInfo, { baseUrl })).toThrow('baseUrl must be a URL');
    },
  );

  test('what a refusal of arguments says', async () => {
    const { client } = fakeNode(() => goodInfo);
    const load = { mode: 'pay', accounts: -5, txs: 1, txRate: 1 } as const;
    expect(await client.generateLoad(load).catch(renderError)).toMatchInlineSnapshot(`
      "✖ SSC_CORE_ARGUMENT  accounts must be a whole number from 1 to 4294967295, got "-5"
        Nothing was sent to the node."
    `);
    expect(
      await client.upgrades.set(0, { protocolversion: 27 } as object).catch(renderError),
    ).toMatchInlineSnapshot(`
      "✖ SSC_CORE_ARGUMENT  there is no upgrade "protocolversion"; did you mean "protocolVersion"?
        Known    protocolVersion, baseFee, baseReserve, maxTxSetSize, maxSorobanTxSetSize, flags, nominationTimeoutLimit, expirationMinutes, configUpgradeSetKey
        Nothing was sent to the node."
    `);
    expect(
      await client.rawLedgerEntries({ keys: ['AAAA'] }).catch(renderError),
    ).toMatchInlineSnapshot(`
      "✖ SSC_CORE_NO_QUERY_PORT  core-0 has no query port, which getledgerentryraw is asked on
        Set HTTP_QUERY_PORT in its configuration (core allows it on watchers and with RUN_STANDALONE=true) and give its URL."
    `);
  });

  test('a seed in a request or reply is not shown', async () => {
    const seed = `S${'A'.repeat(55)}`;
    const text = await say(`no account ${seed}`, (client) => client.testAccount(seed));
    expect(text).not.toContain(seed);
    expect(text).toContain('redacted');
  });
});

test('what a node said it is stays known when it is another one now', async () => {
  let build = 'v26.0.0';
  const { client, clock } = fakeNode(() => goodInfo.replace('"v27.1.0"', `"${build}"`));
  expect(client.builds).toEqual([]);
  await clock.run(async () => {
    await client.info();
    build = 'v27.1.0';
    await client.info();
    await client.info();
  });
  expect(client.builds).toEqual(['v26.0.0', 'v27.1.0']);
});

describe('the mark of core-sim', () => {
  test('in build, and in a header', async () => {
    const plain = fakeNode(() => goodInfo);
    expect(plain.client.simulated).toBe(undefined);
    await plain.clock.run(async () => {
      expect((await plain.client.info()).simulated).toBe(false);
    });
    expect(plain.client.simulated).toBe(false);
    expect(plain.client.builds).toEqual(['v27.1.0']);

    const inBuild = fakeNode(() =>
      goodInfo.replace('"v27.1.0"', '"core-sim 0.0.0 (simulates v27.1.0)"'),
    );
    await inBuild.clock.run(async () => {
      expect((await inBuild.client.info()).simulated).toBe(true);
    });

    const inHeader = fakeNode(({ command }) => ({
      headers: { 'X-Core-Sim': '0.0.0' },
      body: command === 'info' ? goodInfo : '{"status":"PENDING"}',
    }));
    await inHeader.clock.run(() => inHeader.client.submit('AAAA'));
    expect(inHeader.client.simulated).toBe(true);
    await inHeader.clock.run(async () => {
      expect((await inHeader.client.info()).simulated).toBe(true);
    });
  });
});
