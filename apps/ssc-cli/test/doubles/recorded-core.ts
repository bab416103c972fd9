/*
 * Stands in for the executable of a real stellar-core: takes the commands that a node's life is made of, and answers what
 * v27.1.0 answered when three of its validators were recorded, second by second. It decides nothing: ledgers close and the
 * protocol changes when they did then.
 *
 * What it is strict about is what a real one would not forgive: commands and options that it does not have, a working directory or
 * a configuration that is not there, new-hist where an archive is, run without new-db, a second process on the same buckets.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';

interface Recording {
  readonly answers: readonly { t: number; node: string; path: string; body: unknown }[];
  readonly [text: string]: unknown;
}

const fixture = join(import.meta.dirname, '../fixtures/trio-27.1.0.json.gz');
const recording = JSON.parse(gunzipSync(readFileSync(fixture)).toString()) as Recording;
const text = (name: string): string => String(recording[name]);

/** The recorded network was whole from here on. */
const firstSecond = 6.2;

const options: Readonly<Record<string, readonly string[]>> = {
  version: [],
  help: [],
  'new-db': ['--console'],
  'new-hist': ['--console'],
  run: ['--console', '--wait-for-consensus'],
};

function print(stream: 1 | 2, words: string): void {
  writeSync(stream, words);
}

function end(code: number, stream: 1 | 2, words: string): never {
  print(stream, words);
  process.exit(code);
}

let logFile = '';
const log = (words: string): void => {
  const line = `${new Date().toISOString().slice(0, 23)} GDOUB [default INFO] ${words}\n`;
  print(2, line);
  if (logFile !== '') appendFileSync(logFile, line);
};
const refuse = (reason: string): never =>
  end(
    1,
    2,
    `${new Date().toISOString().slice(0, 23)} [default FATAL] Got an exception: ${reason}\n`,
  );

/** What a configuration says, as far as the double reads it. */
interface Config {
  readonly node: string;
  readonly httpPort: number;
  readonly peerPort: number;
  readonly buckets: string;
  readonly database: string;
  readonly archive: string;
  readonly logFile: string;
}

function readConfig(path: string): Config {
  if (!existsSync(path)) return refuse(`No config file ${path} found`);
  const content = readFileSync(path, 'utf8');
  const value = (key: string): string =>
    new RegExp(`^${key} = "?([^"\\n]*)"?$`, 'mu').exec(content)?.[1] ??
    refuse(`the double reads ${key}, and it is not there`);
  for (const key of [
    'FAILURE_SAFETY = 0',
    'UNSAFE_QUORUM = true',
    'ALLOW_LOCALHOST_FOR_TESTING = true',
  ])
    if (!content.includes(key)) refuse(`SCP unsafe: ${key} is missing`);
  if (content.includes('PUBLIC_HTTP_PORT = true')) refuse('the admin port is open to everybody');
  return {
    node: value('NODE_SEED').split(' ')[1] ?? '',
    httpPort: Number(value('HTTP_PORT')),
    peerPort: Number(value('PEER_PORT')),
    buckets: value('BUCKET_DIR_PATH'),
    database: value('DATABASE').replace('sqlite3://', ''),
    logFile: value('LOG_FILE_PATH'),
    archive:
      /^put = "cp \{0\} (\S+)\/\{1\}"$/mu.exec(content)?.[1] ?? refuse('no archive is written'),
  };
}

const [command = '', ...words] = process.argv.slice(2);
const known = options[command];
if (known === undefined) end(1, 1, text('unknownCommand'));
const positional: string[] = [];
let configFile = 'stellar-core.cfg';
for (let i = 0; i < words.length; i++) {
  const word = words[i] ?? '';
  if (word === '--conf') configFile = words[++i] ?? '';
  else if (word.startsWith('--')) {
    if (!known.includes(word)) end(1, 2, text('unknownOption'));
  } else positional.push(word);
}

if (command === 'version') end(0, 1, text('version'));
if (command === 'help') end(0, 1, text('help'));
const config = readConfig(configFile);
if (!statSync('.').isDirectory()) refuse('no working directory');
const wellKnown = join(config.archive, '.well-known/stellar-history.json');

if (command === 'new-db') {
  rmSync(config.buckets, { recursive: true, force: true });
  mkdirSync(config.buckets);
  writeFileSync(config.database, 'genesis');
  end(0, 2, text('newDb'));
}
if (command === 'new-hist') {
  if (positional.join() !== 'local')
    refuse(`Can't initialize unknown history archive '${positional}'`);
  if (existsSync(wellKnown)) end(1, 2, text('newHistAgain'));
  mkdirSync(join(config.archive, '.well-known'), { recursive: true });
  writeFileSync(wellKnown, text('historyState'));
  end(0, 2, text('newHist'));
}
logFile = config.logFile;
if (command === 'run') run(config);

function run({ node, httpPort, peerPort, buckets, database }: Config): void {
  if (!existsSync(database)) end(1, 2, text('runBeforeNewDb'));
  if (!existsSync(wellKnown)) refuse('No readable archives configured, catchup will fail.');
  const startedAt = Date.now();
  // The folder of the run: all its nodes tell the recorded seconds alike.
  const clockFile = join(buckets, '../../../../recorded-clock');
  try {
    writeFileSync(clockFile, String(startedAt), { flag: 'wx' });
  } catch {
    // Another node was first.
  }
  const firstAt = Number(readFileSync(clockFile, 'utf8'));
  let armed: { protocol: number; time: number } | undefined;
  // Recorded time goes on with the clock, but by no more than a second a question: on a machine that is too busy to ask, the
  // recording would be over before its end was asked for.
  let second = firstSecond;
  const latest = (path: string): { t: number; body: unknown } | undefined => {
    const now = firstSecond + (Date.now() - firstAt) / 1000;
    if (path === 'info') second = Math.min(second + 1, now);
    const mine = recording.answers.filter(
      (one) => one.path === path && `core-${one.node.at(-1)}` === node,
    );
    return mine.findLast((one) => one.t <= second) ?? mine[0];
  };

  function answer(path: string): string {
    const [route = '', query = ''] = path.slice(1).split('?');
    if (Date.now() - startedAt < 500) return text('booting');
    if (['metrics', 'peers', 'scp'].includes(route)) return text(route);
    if (route === 'info' || route === 'quorum') {
      const styled = JSON.stringify(latest(route)?.body, null, 3).replaceAll('": ', '" : ');
      return `${styled}\n`;
    }
    if (route === 'upgrades') {
      const given = new URLSearchParams(query);
      if (given.get('mode') === 'set') {
        armed = {
          protocol: Number(given.get('protocolversion')),
          time: Date.parse(given.get('upgradetime') ?? '') / 1000,
        };
        return '';
      }
      const seen = latest('info')?.body as { info: { ledger: { version: number } } } | undefined;
      if (armed?.protocol === seen?.info.ledger.version) armed = undefined;
      const none = recording['upgradesNone'] as object;
      const set = armed && { time: armed.time, version: { data: armed.protocol, nullopt: false } };
      return `${JSON.stringify({ ...none, ...set }, null, 3)}\n`;
    }
    return '{"exception": "the double was not recorded with this"}';
  }

  const admin = createServer((socket) => {
    socket.on('error', () => {});
    let head = '';
    socket.on('data', (part) => {
      head += part.toString();
      if (!head.includes('\r\n\r\n')) return;
      const body = Buffer.from(answer(head.split(' ')[1] ?? '/'));
      const headers = `Content-Length: ${body.length}\r\nContent-Type: application/json\r\n\r\n`;
      socket.end(Buffer.concat([Buffer.from(`HTTP/1.0 200 OK\r\n${headers}`), body]));
    });
  });
  const aborted = (error: Error): void => {
    refuse(`bind: ${error.message}`);
  };
  admin.on('error', aborted).listen(httpPort, '127.0.0.1');
  createServer((socket) => socket.destroy())
    .on('error', aborted)
    .listen(peerPort, '0.0.0.0');
  log(`Starting stellar-core ${text('version').split('\n')[0]}`);
  log(`Listening on 127.0.0.1:${httpPort} for HTTP requests`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      log(`got signal ${signal === 'SIGTERM' ? 15 : 2}, shutting down`);
      setTimeout(() => process.exit(0), 30);
    });
}
