import { type Connection, NetError, type ProcessContext } from '@ssc/process';
import { DatabaseError } from './database-error.ts';
import { answerScram, scramFirst, scramHeader } from './scram.ts';

/** What DATABASE says of a postgres, in the words of libpq. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** @default that of PGPASSWORD */
  readonly password?: string;
}

/** A session with a postgres. */
export interface PostgresSession {
  /** Asks one question and gives the rows of its answer as texts. Rejects with a DatabaseError. */
  query(sql: string): Promise<(string | null)[][]>;
  /** Called when the server ends it, and not when it is closed here. */
  onLost(lost: (reason: string) => void): void;
  close(): void;
}

const prefix = 'postgresql://';
const known = ['host', 'hostaddr', 'port', 'user', 'dbname', 'password'];

/** The address in a DATABASE that begins with `postgresql://`; a text that names what is not known. */
export function parsePostgresUrl(url: string): PostgresAddress | string {
  const settings = new Map<string, string>();
  for (const word of url.slice(prefix.length).split(/\s+/u).filter(Boolean)) {
    const [name = '', ...value] = word.split('=');
    if (!known.includes(name)) return `"${name}"`;
    settings.set(name, value.join('='));
  }
  const user = settings.get('user') ?? '';
  const password = settings.get('password');
  return {
    host: settings.get('hostaddr') ?? settings.get('host') ?? 'localhost',
    port: Number(settings.get('port') ?? 5432),
    user,
    database: settings.get('dbname') ?? user,
    ...(password !== undefined && { password }),
  };
}

// Version 3.0 of the protocol; the types of messages are letters (postgresql.org, "Message Formats").
const protocolVersion = 0x0003_0000;

/** Opens a session as libpq does for core: start-up, password, ready. Rejects with a DatabaseError that says why not. */
export async function openPostgres(
  self: ProcessContext,
  address: PostgresAddress,
): Promise<PostgresSession> {
  const { host, port } = address;
  let connection: Connection;
  try {
    connection = await self.net.connect(host, port, 'none');
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw new DatabaseError(
      `Cannot establish connection to the database. connection to server at "${host}", port ${port} failed: ${error.message}`,
    );
  }
  const messages = new Messages(connection);
  try {
    await signIn(self, messages, address);
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    query: (sql) => ask(messages, sql),
    onLost: (lost) => messages.onLost(lost),
    close: () => messages.close(),
  };
}

async function signIn(
  self: ProcessContext,
  messages: Messages,
  { user, database, password = self.env['PGPASSWORD'] ?? '' }: PostgresAddress,
): Promise<void> {
  const version = Buffer.alloc(4);
  version.writeInt32BE(protocolVersion);
  const parameters = `user\0${user}\0database\0${database}\0\0`;
  messages.send('', Buffer.concat([version, Buffer.from(parameters)]));
  const clientFirst = scramFirst(Buffer.from(self.random.bytes(18)).toString('base64'));
  let proof: string | undefined;
  for (;;) {
    const { type, body } = await messages.next();
    if (type === 'E') throw connectFailed(describeRefusal(body));
    if (type === 'Z') return;
    if (type !== 'R') continue;
    const text = body.subarray(4).toString();
    switch (body.readInt32BE(0)) {
      case 0:
        break;
      case 3:
        messages.send('p', Buffer.from(`${password}\0`));
        break;
      case 10: {
        if (!text.split('\0').includes('SCRAM-SHA-256'))
          throw connectFailed('no way of authentication that both sides know');
        const first = Buffer.from(`${scramHeader}${clientFirst}`);
        const length = Buffer.alloc(4);
        length.writeInt32BE(first.length);
        messages.send('p', Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), length, first]));
        break;
      }
      case 11: {
        const answer = answerScram(password, clientFirst, text);
        if (answer === undefined) throw connectFailed('malformed SCRAM message');
        proof = answer.proof;
        messages.send('p', Buffer.from(answer.final));
        break;
      }
      case 12:
        if (text !== proof) throw connectFailed('incorrect server signature');
        break;
      default:
        throw connectFailed(`authentication method ${body.readInt32BE(0)} not supported`);
    }
  }
}

const connectFailed = (why: string): DatabaseError =>
  new DatabaseError(`Cannot establish connection to the database. ${why}`);

async function ask(messages: Messages, sql: string): Promise<(string | null)[][]> {
  messages.send('Q', Buffer.from(`${sql}\0`));
  const rows: (string | null)[][] = [];
  let refusal: string | undefined;
  for (;;) {
    const { type, body } = await messages.next();
    if (type === 'D') rows.push(readRow(body));
    else if (type === 'E') refusal = describeRefusal(body);
    else if (type === 'Z') {
      if (refusal !== undefined)
        throw new DatabaseError(`Cannot execute query. ${refusal} while executing "${sql}".`);
      return rows;
    }
  }
}

function readRow(body: Buffer): (string | null)[] {
  let at = 2;
  return Array.from({ length: body.readInt16BE(0) }, () => {
    const length = body.readInt32BE(at);
    at += 4;
    if (length < 0) return null;
    at += length;
    return body.subarray(at - length, at).toString();
  });
}

/** @example 'FATAL:  password authentication failed for user "ssc"' */
function describeRefusal(body: Buffer): string {
  const fields = new Map(
    body
      .toString()
      .split('\0')
      .map((field) => [field.slice(0, 1), field.slice(1)]),
  );
  return `${fields.get('S') ?? 'ERROR'}:  ${fields.get('M') ?? ''}`;
}

interface Message {
  /** A letter; empty for the first one of a client. */
  readonly type: string;
  readonly body: Buffer;
}

/** Messages over a byte stream: a letter, four bytes of length, the rest. */
class Messages {
  readonly #connection: Connection;
  readonly #waiting: Message[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  #closed: string | undefined;
  #lost: ((reason: string) => void) | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.onMessage((piece) => this.#take(piece));
    connection.onClose((reason) => {
      if (this.#closed !== undefined) return;
      this.#closed = reason;
      this.#wake?.();
      this.#lost?.(reason);
    });
  }

  send(type: string, body: Uint8Array): void {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    this.#connection.send(Buffer.concat([Buffer.from(type), length, body]));
  }

  async next(): Promise<Message> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) return message;
      if (this.#closed !== undefined)
        throw connectFailed('server closed the connection unexpectedly');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  onLost(lost: (reason: string) => void): void {
    this.#lost = lost;
    if (this.#closed !== undefined) lost(this.#closed);
  }

  close(): void {
    if (this.#closed !== undefined) return;
    this.#closed = 'closed here';
    this.send('X', new Uint8Array());
    this.#connection.close();
  }

  #take(piece: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, piece]);
    while (this.#rest.length >= 5) {
      const length = this.#rest.readInt32BE(1);
      if (this.#rest.length < length + 1) break;
      this.#waiting.push({
        type: String.fromCharCode(this.#rest[0] ?? 0),
        body: Buffer.from(this.#rest.subarray(5, length + 1)),
      });
      this.#rest = Buffer.from(this.#rest.subarray(length + 1));
    }
    this.#wake?.();
  }
}
