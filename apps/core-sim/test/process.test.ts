import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  type Installed,
  info,
  install,
  layOut,
  type Node,
  type Running,
  run,
  start,
  until,
} from './trio.ts';

let installed: Installed;
const running: Running[] = [];
beforeAll(async () => {
  installed = await install();
});
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  installed.remove();
});

const core = (...words: readonly string[]) => run(installed.program, ...words);
const launch = (node: Node): Running => {
  const started = start(installed.program, 'run', '--conf', node.config);
  running.push(started);
  return started;
};
/** A whole reply, byte by byte as it came. */
const raw = (node: Node, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(node.httpPort, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (part) => {
      text += part.toString();
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });

describe('the command line', () => {
  test('says what it is', async () => {
    expect(await core('version')).toEqual({
      code: 0,
      stdout: 'core-sim 0.0.0 (simulates v27.1.0)\nledger protocol version: 27\n',
      stderr: '',
    });
    expect(await run(installed.olderProgram, 'version')).toEqual({
      code: 0,
      stdout: 'core-sim 0.0.0 (simulates v26.0.0)\nledger protocol version: 26\n',
      stderr: '',
    });
    expect((await core('help')).code).toBe(0);
  });

  test('refuses what it does not know with exit code 1', async () => {
    expect(await core('nwe-db')).toMatchObject({ code: 1, stderr: '' });
    expect(await core('run', '--bla')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('Unrecognised token: --bla'),
    });
    const missing = await core('run', '--conf', '/nowhere.cfg');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('FATAL] Got an exception: No config file /nowhere.cfg found');
  });
});

describe('three processes on this machine', () => {
  test('prepare, form a network, upgrade, pay, and end on a signal', async () => {
    const nodes = await layOut(installed.folder, ['node-0', 'node-1', 'node-2']);
    await Promise.all(
      nodes.map(async (node) => {
        expect(await core('new-db', '--conf', node.config)).toMatchObject({ code: 0, stdout: '' });
        const made = await core('new-hist', 'local', '--conf', node.config);
        expect(made).toMatchObject({ code: 0 });
        expect(made.stderr).toContain("Initialized history archive 'local'");
        const state = join(node.folder, 'history/.well-known/stellar-history.json');
        expect(JSON.parse(readFileSync(state, 'utf8'))).toMatchObject({ currentLedger: 0 });
        const again = await core('new-hist', 'local', '--conf', node.config);
        expect(again.code).toBe(1);
        expect(again.stderr).toContain("History archive 'local' already initialized!");
      }),
    );
    const processes = nodes.map(launch);

    const first = nodes[0] as Node;
    await until(async () => ((await info(first)) === undefined ? undefined : true));
    const reply = await raw(first, '/info');
    expect(reply.slice(0, reply.indexOf('\r\n\r\n')).split('\r\n')).toEqual([
      'HTTP/1.0 200 OK',
      expect.stringMatching(/^Content-Length: \d+$/u),
      'Content-Type: application/json',
      expect.stringMatching(/^X-Core-Sim: /u),
    ]);
    expect(await raw(first, '/nothing')).toMatch(/^HTTP\/1\.0 404 Not Found\r\n/u);

    const soon = `${new Date().toISOString().slice(0, 19)}Z`;
    for (const node of nodes) {
      await until(() => info(node));
      const path = `/upgrades?mode=set&upgradetime=${soon}&protocolversion=27`;
      expect(await ask(node, path)).toBe('');
    }
    for (const node of nodes)
      await until(async () => ((await info(node))?.ledger.version === 27 ? true : undefined));

    const paid = JSON.parse(
      await ask(first, '/testtx?from=root&to=alice&amount=1000000000&create=true'),
    ) as object;
    expect(paid).toMatchObject({ status: 'PENDING' });
    for (const node of nodes)
      await until(async () =>
        (await ask(node, '/testacc?name=alice')).includes('1000000000') ? true : undefined,
      );
    // On a busy machine a node may lag for a while.
    for (const node of nodes)
      await until(async () => ((await info(node))?.state === 'Synced!' ? true : undefined));

    const said = await core('http-command', 'info', '--conf', first.config);
    expect(said.code).toBe(0);
    // As recorded: two headers, an empty line, the body, and one more end of line.
    const [, length, body = ''] =
      /^Content-Length: (\d+)\nContent-Type: application\/json\n\n(.*\n)\n$/su.exec(said.stdout) ??
      [];
    expect(body).toHaveLength(Number(length));
    expect(JSON.parse(body)).toMatchObject({ info: { state: 'Synced!' } });

    // A second process on the same ports: as core, it says why and ends.
    const second = await core('run', '--conf', first.config);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/FATAL\] Got an exception: .*(Address already in use|locked)/u);

    for (const { child } of processes.slice(0, 2)) child.kill('SIGTERM');
    processes[2]?.child.kill('SIGINT');
    for (const { ended } of processes) {
      const { code, stderr } = await ended;
      expect(code).toBe(0);
      expect(stderr).toMatch(/got signal (15|2), shutting down/u);
      expect(stderr.split('\n')[0]).toContain('This is core-sim');
    }
    const after = await core('http-command', 'info', '--conf', first.config);
    expect(after).toMatchObject({ code: 0, stdout: '' });
    expect(after.stderr).toContain('http failed(');
    expect(existsSync(join(first.folder, 'buckets'))).toBe(true);
  });

  test.each([
    ['httpPort', 1, '[default FATAL] Got an exception: bind: Address already in use\n'],
    [
      'peerPort',
      134,
      'current exception: std::system_error(98, "Address already in use", "bind: Address already in use")\n',
    ],
  ] as const)(
    'whose %s is taken ends as core does, with code %d',
    async (which, expected, words) => {
      const [node] = (await layOut(installed.folder, [which])) as [Node];
      expect((await core('new-db', '--conf', node.config)).code).toBe(0);
      const other = createServer();
      await new Promise<void>((resolve) => {
        other.listen(node[which], '0.0.0.0', resolve);
      });
      const { code, stderr } = await core('run', '--conf', node.config);
      expect(stderr).toContain(words);
      expect(code).toBe(expected);
      other.close();
    },
  );

  test('whose httpPort is taken reads nothing: another process may be writing it', async () => {
    const [node] = (await layOut(installed.folder, ['torn'])) as [Node];
    expect((await core('new-db', '--conf', node.config)).code).toBe(0);
    const database = join(node.folder, 'stellar.db');
    writeFileSync(database, readFileSync(database).subarray(0, 100));
    const torn = 'Got an exception: the database was not made by core-sim: file is not a database';
    expect((await core('run', '--conf', node.config)).stderr).toContain(torn);
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(node.httpPort, '127.0.0.1', resolve);
    });
    const { code, stderr } = await core('run', '--conf', node.config);
    other.close();
    expect(stderr).toContain('[default FATAL] Got an exception: bind: Address already in use\n');
    expect(stderr).not.toContain(torn);
    expect(code).toBe(1);
  });

  test('one that is killed goes on from where it was', async () => {
    const [node] = (await layOut(installed.folder, ['lonely'])) as [Node];
    await core('new-db', '--conf', node.config);
    await core('new-hist', 'local', '--conf', node.config);
    const before = launch(node);
    const height = await until(async () => {
      const seen = await info(node);
      return seen !== undefined && seen.ledger.num > 3 ? seen.ledger.num : undefined;
    });
    before.child.kill('SIGKILL');
    expect((await before.ended).code).toBeNull();
    const after = launch(node);
    const seen = await until(() => info(node));
    expect(seen.ledger.num).toBeGreaterThanOrEqual(height);
    after.child.kill('SIGTERM');
    expect((await after.ended).code).toBe(0);
  });

  test("one that is new takes another one's ledgers out of its archive, or its data", async () => {
    const [node] = (await layOut(installed.folder, ['giver'])) as [Node];
    await core('new-db', '--conf', node.config);
    await core('new-hist', 'local', '--conf', node.config);
    const giver = launch(node);
    const state = join(node.folder, 'history/.well-known/stellar-history.json');
    // Half of it is there while it is copied.
    const published = (): number =>
      Number(/"currentLedger": ?(\d+)/u.exec(readFileSync(state, 'utf8'))?.[1] ?? 0);
    await until(async () => (published() >= 7 ? true : undefined));
    const [heir, twin] = (await layOut(installed.folder, ['heir', 'twin'])) as [Node, Node];

    const config = readFileSync(heir.config, 'utf8');
    writeFileSync(
      heir.config,
      config.replace(`cp ${heir.folder}/history/{0}`, `cp ${node.folder}/history/{0}`),
    );
    await core('new-db', '--conf', heir.config);
    const { code, stdout } = await core('catchup', '7/max', '--conf', heir.config);
    expect(code).toBe(0);
    const caughtUp = (JSON.parse(stdout) as { info: { ledger: { num: number; hash: string } } })
      .info;
    expect(caughtUp.ledger.num).toBe(7);
    expect(giver.log()).toContain(`[seq=8, prev=${caughtUp.ledger.hash.slice(0, 6)}`);

    giver.child.kill('SIGTERM');
    expect((await giver.ended).code).toBe(0);
    for (const name of ['stellar.db', 'stellar-misc.db', 'buckets'])
      cpSync(join(node.folder, name), join(twin.folder, name), { recursive: true });
    const [mine, theirs] = await Promise.all(
      [node, twin].map(({ config: file }) => core('offline-info', '--conf', file)),
    );
    const ledgerOf = (text = ''): object =>
      (JSON.parse(text) as { info: { ledger: object } }).info.ledger;
    expect(ledgerOf(theirs?.stdout)).toEqual({
      ...ledgerOf(mine?.stdout),
      age: expect.any(Number),
    });
  });
});
