import type { Clock } from '@ssc/clock';
import {
  type Connection,
  NetError,
  type ProcessContext,
  type Program,
  type Programs,
  readText,
  resolvePath,
} from '@ssc/process';

/*
 * A postgres as far as a client meets it: start-up, password, and tables of two columns. Passwords are asked for in clear
 * text, which a client must know besides SCRAM. What it does not know it refuses with SQLSTATE 0A000, as a server does.
 */

const port = 5432;
const partingMs = 10;
const versionFile = 'PG_VERSION';
const accountFile = 'ssc-account.json';
const tablesFile = 'ssc-tables.json';

interface Account {
  readonly user: string;
  readonly password: string;
}

/** Name → rows by their key. */
type Tables = Record<string, Record<string, string>>;

/** The value after an option. */
const optionOf = (self: ProcessContext, ...names: readonly string[]): string | undefined => {
  const at = self.argv.findIndex((word) => names.includes(word));
  return at < 0 ? undefined : self.argv[at + 1];
};

const initdb: Program = async (self) => {
  const folder = resolvePath(optionOf(self, '--pgdata', '-D') ?? '', self.cwd);
  if (self.files.info(folder) !== undefined && self.files.list(folder).length > 0) {
    self.stderr(`initdb: error: directory "${folder}" exists but is not empty\n`);
    return 1;
  }
  const passwordFile = optionOf(self, '--pwfile');
  const [password = ''] =
    passwordFile === undefined ? [] : readText(self.files, passwordFile).split('\n');
  const account: Account = { user: optionOf(self, '--username', '-U') ?? 'postgres', password };
  self.files.makeFolder(folder);
  self.files.write(`${folder}/${accountFile}`, JSON.stringify(account));
  self.files.write(`${folder}/${tablesFile}`, '{}');
  self.files.write(`${folder}/${versionFile}`, '15\n');
  self.stdout(`Success. You can now start the database server of ${folder}.\n`);
  return 0;
};

const postgres: Program = async (self) => {
  const folder = resolvePath(optionOf(self, '-D') ?? '', self.cwd);
  if (self.files.info(`${folder}/${versionFile}`) === undefined) {
    self.stderr(`postgres: could not find the database system in "${folder}"\n`);
    return 2;
  }
  const account = JSON.parse(readText(self.files, `${folder}/${accountFile}`)) as Account;
  try {
    self.net.listen(port, (connection) => {
      // "localhost" is all that it listens to.
      if (connection.remoteHost === self.net.address)
        serve(connection, new Server(self, folder, account), self.clock);
      else connection.close();
    });
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    self.stderr(`FATAL:  could not create any TCP/IP sockets: ${error.message}\n`);
    return 1;
  }
  self.stderr('LOG:  database system is ready to accept connections (simulated)\n');
  const stopped = new Promise<number>((resolve) => self.onSignal(() => resolve(0)));
  const code = await self.clock.awaiting('postgres serves until it is stopped', stopped);
  self.stderr('LOG:  database system is shut down\n');
  return code;
};

const pgIsReady: Program = async (self) => {
  try {
    (await self.net.connect(optionOf(self, '-h') ?? 'localhost', port, 'none')).close();
    self.stdout(`localhost:${port} - accepting connections\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    self.stdout(`localhost:${port} - no response\n`);
    return 2;
  }
};

/** The programs of an image of postgres, beside the usual ones. */
export const createPostgresPrograms = (): Programs => ({
  initdb,
  postgres,
  pg_isready: pgIsReady,
});

const integer = (number: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(number);
  return bytes;
};

const message = (type: string, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(type), integer(body.length + 4), body]);

const refusal = (severity: 'FATAL' | 'ERROR', code: string, text: string): Buffer =>
  message('E', Buffer.from(`S${severity}\0C${code}\0M${text}\0\0`));

const ready = message('Z', Buffer.from('I'));
const done = (what: string): Buffer => message('C', Buffer.from(`${what}\0`));

/** Each piece that comes is one message, as clients send them. */
function serve(connection: Connection, server: Server, clock: Clock): void {
  let step: 'start' | 'password' | 'open' = 'start';
  connection.onMessage((bytes) => {
    const piece = Buffer.from(bytes);
    if (step === 'start') {
      step = 'password';
      server.greet(piece);
      connection.send(message('R', integer(3)));
    } else if (step === 'password') {
      const problem = server.signIn(piece.subarray(5, -1).toString());
      if (problem !== undefined) {
        connection.send(problem);
        // What was sent comes before the end, as over a wire.
        clock.timer(partingMs, () => connection.close());
        return;
      }
      step = 'open';
      connection.send(Buffer.concat([message('R', integer(0)), ready]));
    } else if (piece.toString('latin1', 0, 1) === 'Q')
      connection.send(Buffer.concat([server.answer(piece.subarray(5, -1).toString()), ready]));
    else connection.close();
  });
}

const text = "'((?:[^']|'')*)'";
const forms = {
  drop: /^DROP TABLE IF EXISTS (\w+)$/u,
  create: /^CREATE TABLE (\w+) \(\w+ \w+(?:\(\d+\))? PRIMARY KEY, \w+ TEXT\)$/u,
  insert: new RegExp(String.raw`^INSERT INTO (\w+) VALUES \(${text}, ${text}\)$`, 'u'),
  select: new RegExp(String.raw`^SELECT state FROM (\w+) WHERE statename = ${text}$`, 'u'),
} as const;

const unquote = (quoted = ''): string => quoted.replaceAll("''", "'");

class Server {
  readonly #self: ProcessContext;
  readonly #folder: string;
  readonly #account: Account;
  #asked = '';

  constructor(self: ProcessContext, folder: string, account: Account) {
    this.#self = self;
    this.#folder = folder;
    this.#account = account;
  }

  /** Hears who wants in. */
  greet(startup: Buffer): void {
    const words = startup.subarray(8).toString().split('\0');
    this.#asked = words[words.indexOf('user') + 1] ?? '';
  }

  /** Why somebody may not come in; undefined when they may. */
  signIn(password: string): Buffer | undefined {
    const { user, password: right } = this.#account;
    if (this.#asked === user && password === right) return undefined;
    const words = `password authentication failed for user "${this.#asked}"`;
    this.#self.stderr(`FATAL:  ${words}\n`);
    return refusal('FATAL', '28P01', words);
  }

  answer(sql: string): Buffer {
    const tables = JSON.parse(this.#read()) as Tables;
    const [form, found] = Object.entries(forms)
      .map(([name, pattern]) => [name, pattern.exec(sql)] as const)
      .find(([, match]) => match !== null) ?? [undefined, null];
    const [, name = '', first, second] = found ?? [];
    const table = tables[name];
    switch (form) {
      case 'drop':
        return this.#change(tables, name, undefined, 'DROP TABLE');
      case 'create':
        if (table !== undefined)
          return refusal('ERROR', '42P07', `relation "${name}" already exists`);
        return this.#change(tables, name, {}, 'CREATE TABLE');
      case 'insert': {
        if (table === undefined) return noRelation(name);
        const rows = { ...table, [unquote(first)]: unquote(second) };
        return this.#change(tables, name, rows, 'INSERT 0 1');
      }
      case 'select': {
        if (table === undefined) return noRelation(name);
        const value = table[unquote(first)];
        if (value === undefined) return done('SELECT 0');
        const bytes = Buffer.from(value);
        const row = Buffer.concat([Buffer.from([0, 1]), integer(bytes.length), bytes]);
        return Buffer.concat([message('D', row), done('SELECT 1')]);
      }
      default:
        return refusal('ERROR', '0A000', `this simulated postgres does not know: ${sql}`);
    }
  }

  #read(): string {
    return readText(this.#self.files, `${this.#folder}/${tablesFile}`);
  }

  #change(tables: Tables, name: string, rows: Tables[string] | undefined, what: string): Buffer {
    const { [name]: _before, ...others } = tables;
    const after = rows === undefined ? others : { ...others, [name]: rows };
    this.#self.files.write(`${this.#folder}/${tablesFile}`, JSON.stringify(after));
    return done(what);
  }
}

const noRelation = (name: string): Buffer =>
  refusal('ERROR', '42P01', `relation "${name}" does not exist`);
