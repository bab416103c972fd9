import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { createFakeHost } from './fake-host.ts';

async function run(line: readonly string[], files: Record<string, string> = {}) {
  const host = createFakeHost(
    {},
    {
      read: async (path) => {
        const content = files[path];
        if (content === undefined)
          throw new Error(`ENOENT: no such file or directory, open '${path}'`);
        return Buffer.from(content);
      },
    },
  );
  const code = await main(line, host);
  return { code, out: host.printed(), err: host.complained() };
}

const good = [
  'NETWORK_PASSPHRASE = "x"',
  'RUN_STANDALONE = true',
  'NODE_IS_VALIDATOR = true',
  'UNSAFE_QUORUM = true',
  'FAILURE_SAFETY = 0',
  'NODE_SEED = "SBGWSG6BTNCKCOB3DIFBGCVMUPQFYPA2G4O34RMTB343OYPXU5DJDVMN self"',
  '[QUORUM_SET]',
  'THRESHOLD_PERCENT = 100',
  'VALIDATORS = ["$self"]',
].join('\n');

describe('ssc config check', () => {
  test('a good file is good, a bad one names its problems and ends in 2', async () => {
    const both = await run(['config', 'check', 'good.cfg', '-'], {
      'good.cfg': good,
      '-': 'NODE_SEDE = "x"\n',
    });
    expect(both.code).toBe(2);
    expect(both.out).toMatchInlineSnapshot(`
      "✔ good.cfg  no problems
      ✖ standard input  3 problems with which stellar-core does not start
        ✖ 1:1  NODE_SEDE: stellar-core has no key "NODE_SEDE"; did you mean "NODE_SEED"?
               SSC_CFG_UNKNOWN_KEY, core says: Unknown configuration entry: 'NODE_SEDE'
        ✖ -    NETWORK_PASSPHRASE is not set
               SSC_CFG_MISSING_KEY, core says: NETWORK_PASSPHRASE not configured
        ✖ -    HISTORY: the node knows no archive to read; give it one with a get command, its own will do
               SSC_CFG_ARCHIVE_MISSING, core says: No readable archives configured, catchup will fail.
      "
    `);
    expect((await run(['config', 'check', 'good.cfg'], { 'good.cfg': good })).code).toBe(0);
  });

  test('reports can be read by programs', async () => {
    const { out, code } = await run(['config', 'check', '--json', '-'], {
      '-': 'HTTP_PORT = "many"',
    });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject([{ file: 'standard input', verdict: 'refused' }]);
  });

  test('no file, and a missing one, are refused', async () => {
    expect((await run(['config', 'check'])).err).toContain('SSC_USAGE_NO_FILE');
    expect((await run(['config', 'check', 'none.cfg'])).err).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_FILE  the file none.cfg cannot be read
        because  ENOENT: no such file or directory, open 'none.cfg'
      "
    `);
  });
});

test('ssc config explain and schema', async () => {
  expect((await run(['config', 'explain', 'UNSAFE_QUORUM'])).out).toContain('Default    false');
  expect((await run(['config', 'explain', 'UNSAFE_QUORM'])).err).toContain(
    'Did you mean    UNSAFE_QUORUM',
  );
  expect((await run(['config', 'explain'])).err).toContain('SSC_USAGE_NO_KEY');
  expect(JSON.parse((await run(['config', 'schema'])).out)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
  });
});

describe('ssc tx decode', () => {
  const badSequence = 'AAAAAAAAAGT////7AAAAAA==';

  test('takes base64, a file with base64 or bytes, and standard input', async () => {
    const direct = await run(['tx', 'decode', badSequence]);
    expect(direct.code).toBe(0);
    expect(direct.out).toContain(
      'txBAD_SEQ: the sequence number is not the next one of its account',
    );
    expect(
      (await run(['tx', 'decode', 'result.b64'], { 'result.b64': `${badSequence}\n` })).out,
    ).toBe(direct.out);
    expect((await run(['tx', 'decode', '-'], { '-': badSequence })).out).toBe(direct.out);
    expect(JSON.parse((await run(['tx', 'decode', badSequence, '--json'])).out)).toMatchObject({
      result: 'tx_bad_seq',
    });
  });

  test('refuses garbage with the position', async () => {
    expect((await run(['tx', 'decode', 'nowhere/result.b64'])).err).toMatch(
      /"\." at character 14\n {2}File {4}none is called nowhere\/result\.b64\n$/u,
    );
    const { code, err } = await run(['tx', 'decode', 'AAAA']);
    expect(code).toBe(2);
    expect(err).toContain('SSC_TX_XDR');
    expect(err).toContain('offset 0');
    expect((await run(['tx', 'decode'])).err).toContain('SSC_USAGE_NO_XDR');
  });
});
