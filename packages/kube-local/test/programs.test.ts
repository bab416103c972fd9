import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, createVirtualClock } from '@ssc/clock';
import { createSimNetwork, createVolume, readText, startProgram, textResponse } from '@ssc/process';
import { describe, expect, test } from 'vitest';
import { createBasePrograms, createPostgresPrograms } from '../src/index.ts';

const content = {
  '/data/a': 'one\ntwo\n',
  '/data/sub/b': 'b',
  '/empty': '',
  '/table': ' a b c \nx\n\nd\te  f\nrest',
};

/** Runs a program on a volume of its own, beside a host `web` with two ports. */
async function run(
  argv: readonly string[],
  env: Record<string, string> = {},
  more: Readonly<Record<string, Uint8Array>> = {},
) {
  const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
  const random = createRandom('x');
  const network = createSimNetwork({ clock });
  const web = network.addHost('10.0.0.1', ['web']).open().net;
  web.listenHttp(80, async (request) =>
    textResponse(request.path === '/ok' ? 200 : 404, `${request.method} ${request.path}`),
  );
  web.listenHttp(81, () => new Promise(() => {}));
  const host = network.addHost('10.0.0.2');
  const files = createVolume({ content });
  for (const [path, bytes] of Object.entries(more)) files.write(path, bytes);
  const output = { stdout: '', stderr: '' };
  return clock.run(async () => {
    const code = await startProgram(createBasePrograms(), {
      argv,
      env,
      files,
      openNet: host.open,
      clock,
      random,
      stdout: (text) => {
        output.stdout += text;
      },
      stderr: (text) => {
        output.stderr += text;
      },
    }).exited;
    return { code, ...output, files, ms: clock.now() - Date.UTC(2026, 0, 1) };
  });
}

describe('sh -c', () => {
  // Text, output, exit code: as dash gives them.
  test.each([
    ['echo a && echo b', 'a\nb\n', 0],
    ['{ false && echo a; } || echo b', 'b\n', 0],
    ['true || echo a', '', 0],
    ['if test -f /data/a; then echo yes; else echo no; fi', 'yes\n', 0],
    ['if test -f /nope; then echo yes; fi', '', 0],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the shell
    ['export X=1; echo "${X}/${Y}/${NOPE}"', '1/why/\n', 0],
    ["echo 'one' > /data/new && echo two >> /data/new && cat /data/new", 'one\ntwo\n', 0],
    ['exit 7; echo never', '', 7],
    ['false; exit', '', 1],
    ['grep -qsxF -e two /data/a', '', 0],
    ['grep -qsxF -e tw /data/a', '', 1],
    ['grep -qsF -e tw /data/a', '', 0],
    ['grep -qsF -e tw /nope', '', 2],
    ['mkdir -p /x/y && cp -r /data /x/y && ls /x/y/data', 'a\nsub\n', 0],
    ["mv /data/a /data/c && test '!' -e /data/a && cat /data/c", 'one\ntwo\n', 0],
    ['rm -rf /data && test -e /data', '', 1],
    ["test 3 -gt 2 && test a '!=' b && test -s /data/a && test -n x", '', 0],
    ['test -s /empty', '', 1],
    ['date +%s', '1767225600\n', 0],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of the shell
      'while read -r A B; do echo "<${A}|${B}>"; done < /table; echo "(${A}|${B})"',
      '<a|b c>\n<x|>\n<|>\n<d|e  f>\n(rest|)\n',
      0,
    ],
    ['while read -r A; do echo x; done < /nope', '', 2],
    ["touch /n; while test '!' -e /n2; do echo turn && cp /n /n2; done", 'turn\n', 0],
    ["mv /data/sub /data/moved && cat /data/moved/b && test '!' -e /data/sub", 'b', 0],
    ['exec echo a; echo never', 'a\n', 0],
    ['exec cat /nope; echo never', '', 1],
    ['touch /data/t && test -f /data/t', '', 0],
    ["'[' a = a ']'", '', 0],
  ])('%s', async (text, stdout, code) => {
    expect(await run(['sh', '-c', text], { Y: 'why' })).toMatchObject({ stdout, code });
  });

  test('says each step with -x', async () => {
    expect((await run(['sh', '-x', '-c', 'echo "a b"; true'])).stderr).toBe('+ echo a b\n+ true\n');
  });

  test('ends with 127 at what it does not know', async () => {
    expect(await run(['sh', '-c', 'echo $(date)'])).toMatchObject({ code: 127 });
    expect((await run(['sh', '-c', 'echo $(date)'])).stderr).toMatchInlineSnapshot(`
      "sh: shell text cannot be read at line 1, column 6: expected a variable: a dollar sign and its name in braces
      "
    `);
    expect(await run(['sh', 'script.sh'])).toMatchObject({
      code: 127,
      stderr: 'sh: only "sh -c TEXT" is known here\n',
    });
    expect(await run(['sh', '-c', 'nope --now'])).toMatchObject({
      code: 127,
      stderr: 'nope: not found\n',
    });
  });
});

describe('refusals in the words of the C library', () => {
  test.each([
    [['cat', '/nope'], 'cat: ENOENT: no such file or directory: /nope\n', 1],
    [['mkdir', '/data'], 'mkdir: EEXIST: file exists: /data\n', 1],
    [['rm', '/data'], 'rm: EISDIR: is a directory: /data\n', 1],
    [['cp', '/data', '/x'], "cp: -r not specified; omitting directory '/data'\n", 1],
    [['cp', '--strange', '/a', '/b'], "cp: unrecognized option '--strange'\n", 1],
    [['grep', '-e', 'a.*', '/data/a'], 'grep: only fixed texts are searched here: use -F\n', 2],
    [['sleep', 'long'], "sleep: invalid time interval 'long'\n", 1],
    [['test', 'a', '-older', 'b'], "test: the expression 'a -older b' is not known here\n", 2],
    [['date', '+%j'], "date: the format '+%j' is not known here\n", 1],
  ] as const)('%j', async (argv, stderr, code) => {
    expect(await run(argv)).toMatchObject({ stderr, code });
  });
});

describe('tar', () => {
  const machineTar = (args: readonly string[], input: Uint8Array): Uint8Array => {
    const folder = mkdtempSync(join(tmpdir(), 'ssc-tar-'));
    try {
      writeFileSync(join(folder, 'in.tar'), input);
      return execFileSync('tar', args, { cwd: folder, maxBuffer: 2 ** 24 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const script = (...steps: readonly string[]) => run(['sh', '-c', steps.join(' && ')]);

  test('what it packs it unpacks, and so does the tar of this machine', async () => {
    const { code, stderr, files } = await script(
      'mkdir -p /new',
      'tar cf /new/a.tar -C / data empty -C /data sub',
      'tar xof /new/a.tar -C /new',
    );
    expect([code, stderr]).toEqual([0, '']);
    const packed = files.read('/new/a.tar');
    const names = ['data/', 'data/a', 'data/sub/', 'data/sub/b', 'empty', 'sub/', 'sub/b'];
    expect(
      String(machineTar(['tf', 'in.tar'], packed))
        .trim()
        .split('\n'),
    ).toEqual(names);
    expect(String(machineTar(['xOf', 'in.tar', 'data/a'], packed))).toBe('one\ntwo\n');
    expect(readText(files, '/new/data/a')).toBe('one\ntwo\n');
    expect(readText(files, '/new/sub/b')).toBe('b');
    expect(files.read('/new/empty')).toHaveLength(0);
  });

  test('unpacks what the tar of this machine packed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssc-tar-'));
    mkdirSync(join(folder, 'deep/deeper'), { recursive: true });
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251));
    writeFileSync(join(folder, 'deep/deeper/bytes'), bytes);
    const packed = execFileSync('tar', ['cf', '-', '-C', folder, 'deep'], { maxBuffer: 2 ** 24 });
    rmSync(folder, { recursive: true });
    const { code, stderr, files } = await run(
      ['tar', 'xf', '/in.tar', '-C', '/out'],
      {},
      {
        '/in.tar': packed,
      },
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(Buffer.compare(files.read('/out/deep/deeper/bytes'), bytes)).toBe(0);
  });

  test.each([
    ['tar cf /a.tar -C / nope', 'tar: nope: Cannot stat: No such file or directory\n'],
    ['tar xf /nope.tar', 'tar: ENOENT: no such file or directory: /nope.tar\n'],
    ['tar xf /data/a', 'tar: Unexpected EOF in archive\n'],
  ])('%s', async (text, complaint) => {
    const { code, stderr } = await run(text.split(' '));
    expect(code).toBe(2);
    expect(stderr).toContain(complaint);
  });

  test('an archive that was cut, or changed, is not taken for a whole one', async () => {
    const { files } = await run(['tar', 'cf', '/a.tar', '-C', '/', 'data']);
    const whole = Buffer.from(files.read('/a.tar'));
    const cut = await run(['tar', 'xf', '/in.tar'], {}, { '/in.tar': whole.subarray(0, 1100) });
    expect(cut.stderr).toContain('Unexpected EOF in archive');
    whole[3] = 0x78;
    const changed = await run(['tar', 'xf', '/in.tar'], {}, { '/in.tar': whole });
    expect(changed.stderr).toContain('This does not look like a tar archive');
  });
});

test.each([
  ['cmp -s /data/a /data/a', 0],
  ['cmp -s /data/a /data/sub/b', 1],
  ['cmp -s -n 2 /data/a /one', 0],
  ['cmp -s -n 20 /data/a /one', 1],
  ['cmp -s /data/a /nope', 1],
])('%s ends with %i', async (text, code) => {
  expect((await run(text.split(' '), {}, { '/one': Buffer.from('on') })).code).toBe(code);
});

test('sleep takes its time', async () => {
  expect(await run(['sleep', '1.5m'])).toMatchObject({ code: 0, ms: 90_000 });
});

describe('curl', () => {
  test('writes the body where it is told', async () => {
    expect(await run(['curl', '-sf', 'http://web/ok'])).toMatchObject({
      code: 0,
      stdout: 'GET /ok',
    });
    const { code, files } = await run(['curl', '-sf', '-o', '/data/out', 'web/ok']);
    expect([code, Buffer.from(files.read('/data/out')).toString()]).toEqual([0, 'GET /ok']);
  });

  test.each([
    [['-f', 'http://web/nope'], 'curl: (22) The requested URL returned error: 404\n', 22],
    [['-sf', 'http://web/nope'], '', 22],
    [['-sSf', 'http://nowhere/'], 'curl: (6) Could not resolve host: nowhere\n', 6],
    [['http://web:82/'], 'curl: (7) Failed to connect to web:82: Connection refused\n', 7],
    [['-m', '3', 'http://web:81/'], 'curl: (28) Operation timed out after 3000 milliseconds\n', 28],
    [
      ['-o', '/nope/x', 'http://web/ok'],
      'curl: (23) client returned ERROR on write, ENOENT: no such file or directory: /nope/x\n',
      23,
    ],
    [['--http3', 'http://web/ok'], 'curl: (2) option --http3: is unknown\n', 2],
  ] as const)('%j', async (argv, stderr, code) => {
    expect(await run(['curl', ...argv])).toMatchObject({ stderr, code });
  });
});

describe('postgres', () => {
  const programs = { ...createBasePrograms(), ...createPostgresPrograms() };

  /** A server made by initdb, and what a client on its machine, or on another, is told. */
  async function ask(pieces: readonly Buffer[], from: 'here' | 'elsewhere' = 'here') {
    const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
    const random = createRandom('x');
    const network = createSimNetwork({ clock });
    const host = network.addHost('10.0.0.1');
    const files = createVolume({ content: { '/secret/password': 'only-a-test\n' } });
    const start = (argv: readonly string[]) =>
      startProgram(programs, { argv, files, openNet: host.open, clock, random });
    return clock.run(async () => {
      const before = await start(['pg_isready', '-h', 'localhost']).exited;
      const made = await start(
        'initdb --pgdata /pg --username ssc --pwfile /secret/password'.split(' '),
      ).exited;
      const again = await start('initdb --pgdata /pg'.split(' ')).exited;
      start(['postgres', '-D', '/pg']);
      await clock.sleep(10);
      const after = await start(['pg_isready', '-h', 'localhost']).exited;
      const { net } = (from === 'here' ? host : network.addHost('10.0.0.2')).open();
      const connection = await net.connect('10.0.0.1', 5432, 'none');
      let said = '';
      connection.onMessage((bytes) => {
        said += Buffer.from(bytes).toString('latin1');
      });
      let closed = false;
      connection.onClose(() => {
        closed = true;
      });
      for (const piece of pieces) {
        connection.send(piece);
        await clock.sleep(10);
      }
      return { codes: [before, made, again, after], said, closed };
    });
  }

  const message = (type: string, text: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(text.length + 5);
    return Buffer.concat([Buffer.from(type), length, Buffer.from(`${text}\0`)]);
  };
  const hello = message('', '\0\x03\0\0user\0ssc\0database\0postgres\0');
  const signIn = [hello, message('p', 'only-a-test')];

  test('initdb makes a cluster once, and pg_isready says when the server listens', async () => {
    const { codes, said } = await ask(signIn);
    expect(codes).toEqual([2, 0, 1, 0]);
    expect(said).toContain('Z\0\0\0\x05I');
  });

  test('a wrong password, and a client of another machine, get no further', async () => {
    const wrong = await ask([hello, message('p', 'guessed'), message('Q', '')]);
    expect(wrong.said).toContain('C28P01\0Mpassword authentication failed for user "ssc"');
    expect(wrong.closed).toBe(true);
    const { said, closed } = await ask([hello], 'elsewhere');
    expect([said, closed]).toEqual(['', true]);
  });

  test('a table of two columns, and a refusal of all else', async () => {
    const ask1 = (sql: string) => ask([...signIn, message('Q', sql)]);
    const { said } = await ask([
      ...signIn,
      message('Q', 'CREATE TABLE t (statename CHARACTER(70) PRIMARY KEY, state TEXT)'),
      message('Q', "INSERT INTO t VALUES ('key', 'it''s')"),
      message('Q', "SELECT state FROM t WHERE statename = 'key'"),
    ]);
    expect(said).toContain("it's");
    expect((await ask1("SELECT state FROM t WHERE statename = 'key'")).said).toContain(
      'C42P01\0Mrelation "t" does not exist',
    );
    expect((await ask1('VACUUM')).said).toContain(
      'C0A000\0Mthis simulated postgres does not know: VACUUM',
    );
  });
});
