import { createRandom, createVirtualClock } from '@ssc/clock';
import { createSimNetwork, createVolume, type Programs, startProgram } from '@ssc/process';
import { describe, expect, test } from 'vitest';
import { createStellarCore } from '../../src/index.ts';
import { parsePostgresUrl } from '../../src/store/postgres.ts';
import { renderConfig } from '../configs.ts';

const integer = (number: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(number);
  return bytes;
};
const message = (type: string, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(type), integer(body.length + 4), body]);
const refusal = (severity: string, text: string): Buffer =>
  message('E', Buffer.from(`S${severity}\0M${text}\0\0`));
const ready = message('Z', Buffer.from('I'));

/** What a server says to the password and to each question. Answers come in pieces, as over a wire. */
interface Script {
  readonly signIn?: Buffer;
  answer(sql: string): Buffer;
}

const remembers = (): Script => {
  let passphrase: string | undefined;
  return {
    answer(sql) {
      passphrase =
        /^INSERT INTO \w+ VALUES \('networkpassphrase', '(.*)'\)$/u.exec(sql)?.[1] ?? passphrase;
      if (!sql.startsWith('SELECT')) return message('C', Buffer.from('OK\0'));
      if (passphrase === undefined) return refusal('ERROR', 'relation "storestate" does not exist');
      const value = Buffer.from(passphrase);
      const row = Buffer.concat([Buffer.from([0, 1]), integer(value.length), value]);
      return Buffer.concat([message('D', row), message('C', Buffer.from('SELECT 1\0'))]);
    },
  };
};

/** A node beside a server on one machine. */
function createMachine(script?: Script) {
  const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
  const host = createSimNetwork({ clock }).addHost('10.0.0.1');
  const config = renderConfig('node-0', ['node-0'], { thresholdPercent: 100 }).replace(
    /^DATABASE = .*$/mu,
    'DATABASE = "postgresql://dbname=postgres user=ssc host=localhost"',
  );
  const files = createVolume({ content: { '/stellar-core.cfg': config, '/data/kept': '' } });
  const programs: Programs = { 'stellar-core': createStellarCore() };
  const passwords: string[] = [];
  const server = host.open();
  if (script !== undefined)
    server.net.listen(5432, (connection) => {
      let step = 0;
      connection.onMessage((piece) => {
        step += 1;
        const text = Buffer.from(piece).subarray(5, -1).toString();
        const answer =
          step === 1
            ? message('R', integer(3))
            : step === 2
              ? (script.signIn ?? Buffer.concat([message('R', integer(0)), ready]))
              : Buffer.concat([script.answer(text), ready]);
        if (step === 2) passwords.push(text);
        for (const byte of answer) connection.send(Uint8Array.of(byte));
      });
    });
  const log: string[] = [];
  const start = (...argv: string[]) =>
    startProgram(programs, {
      argv: ['stellar-core', ...argv, '--console'],
      files,
      env: { PGPASSWORD: 'only-a-test' },
      openNet: () => host.open(),
      clock,
      random: createRandom('1'),
      stdout: (text) => log.push(text),
      stderr: (text) => log.push(text),
    });
  const fatal = () =>
    log
      .join('')
      .split('\n')
      .filter((line) => line.includes('Got an exception'))
      .map((line) => line.replace(/^.*Got an exception: /u, ''));
  return { clock, start, fatal, log, passwords, server, files };
}

describe('DATABASE = "postgresql://…"', () => {
  test('is connected to with the password of PGPASSWORD, and ledgers close', async () => {
    const { clock, start, passwords, log } = createMachine(remembers());
    await clock.run(async () => {
      expect(await start('new-db').exited).toBe(0);
      const node = start('run');
      await clock.sleep(30_000);
      node.signal('SIGTERM');
      expect(await node.exited).toBe(0);
    });
    expect(passwords).toEqual(['only-a-test', 'only-a-test']);
    expect(log.join('')).toContain(
      'Connected to postgres database postgres at localhost:5432; core-sim keeps its ledger in /data/buckets/core-sim.db',
    );
  });

  test('a node that loses its server dies, as by an exception that nobody catches', async () => {
    const { clock, start, server } = createMachine(remembers());
    await clock.run(async () => {
      await start('new-db').exited;
      const node = start('run');
      await clock.sleep(10_000);
      server.close();
      expect(await node.exited).toBe(134);
    });
  });

  test.each<[string, Script | undefined, string]>([
    [
      'nobody listens',
      undefined,
      'Cannot establish connection to the database. connection to server at "localhost", port 5432 failed: ECONNREFUSED: 10.0.0.1:5432 is not open',
    ],
    [
      'a wrong password',
      { ...remembers(), signIn: refusal('FATAL', 'password authentication failed for user "ssc"') },
      'Cannot establish connection to the database. FATAL:  password authentication failed for user "ssc"',
    ],
    [
      'a way in that is not known',
      { ...remembers(), signIn: message('R', integer(7)) },
      'Cannot establish connection to the database. authentication method 7 not supported',
    ],
    [
      'a question that is refused',
      { answer: () => refusal('ERROR', 'permission denied for schema public') },
      'Cannot execute query. ERROR:  permission denied for schema public while executing "DROP TABLE IF EXISTS storestate".',
    ],
  ])('%s ends new-db', async (_, script, said) => {
    const { clock, start, fatal } = createMachine(script);
    expect(await clock.run(() => start('new-db').exited)).toBe(1);
    expect(fatal()).toEqual([said]);
  });

  test('a database that new-db has not made ends run, though the files are there', async () => {
    const { clock, start, fatal } = createMachine(remembers());
    expect(await clock.run(() => start('run').exited)).toBe(1);
    expect(fatal()).toEqual([
      `Cannot execute query. ERROR:  relation "storestate" does not exist while executing "SELECT state FROM storestate WHERE statename = 'networkpassphrase'".`,
    ]);
  });

  test("another network's database ends run", async () => {
    const other = remembers();
    other.answer("INSERT INTO storestate VALUES ('networkpassphrase', 'Another network')");
    const { clock, start, fatal } = createMachine(other);
    expect(await clock.run(() => start('run').exited)).toBe(1);
    expect(fatal()).toEqual([
      'NETWORK_PASSPHRASE "Standalone Network ; February 2017" does not match previous NETWORK_PASSPHRASE "Another network"',
    ]);
  });
});

test('a setting that is not known is named', () => {
  expect(parsePostgresUrl('postgresql://dbname=a sslmode=require')).toBe('"sslmode"');
  expect(parsePostgresUrl('postgresql://user=me host=db port=5433 password=a=b')).toEqual({
    host: 'db',
    port: 5433,
    user: 'me',
    database: 'me',
    password: 'a=b',
  });
});
