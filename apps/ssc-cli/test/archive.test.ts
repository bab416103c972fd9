import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createSystemClock } from '@ssc/clock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gunzipAny } from '../src/archive-place.ts';
import { createHost } from '../src/host.ts';
import { main } from '../src/main.ts';
import { createFakeHost } from './fake-host.ts';

// A real node's archive, which belongs to the tests of the package that reads it.
const fixture = new URL(
  '../../../packages/history/test/fixtures/archive-v27.1.0.tar.gz',
  import.meta.url,
);

let folder = '';
let address = '';
const server = createServer((request, response) => {
  const path = request.url ?? '';
  if (path.startsWith('/moved/')) {
    response.writeHead(302, { location: path.replace('/moved/', '/archive/') }).end();
    return;
  }
  try {
    response.end(readFileSync(join(folder, path.replace('/archive/', ''))));
  } catch {
    response.writeHead(404).end('nothing here');
  }
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ssc-archive-'));
  const tar = gunzipSync(readFileSync(fixture));
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const text = (from: number, length: number) =>
      tar.toString('latin1', at + from, at + from + length).replace(/\0.*$/su, '');
    const size = Number.parseInt(text(124, 12), 8);
    const path = join(folder, text(0, 100));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function run(...line: string[]) {
  // Pauses between tries are over at once.
  const clock = { ...createSystemClock(), sleep: async () => {} };
  const host = createFakeHost({}, { read: createHost().read, clock });
  const code = await main(['archive', ...line], host);
  const told = (text: string) => text.replaceAll(folder, 'FOLDER').replaceAll(address, 'ADDRESS');
  return { code, out: told(host.printed()), err: told(host.complained()) };
}

describe('ssc archive verify', () => {
  test('a good archive ends in 0', async () => {
    const { code, out, err } = await run('verify', folder);
    expect(out).toMatchInlineSnapshot(`
      "Archive    FOLDER
      Network    Standalone Network ; February 2017
      Ledgers    1 to 263, 33 checkpoints of 8, protocol 27 at the end
      Last hash  6b9185d7da1f28f4ae7ad42efe2c3c58240725e1dfeae4be90f519c1f2345667
      Read       263 headers, 43 transactions, 262 consensus messages, 110 buckets with 343 entries, 361806 bytes
      Verified: no defect.
      "
    `);
    expect([code, err]).toEqual([0, '']);
  });

  test('also over HTTP, also through a redirect', async () => {
    for (const place of ['archive', 'moved']) {
      const { code, out } = await run('verify', `${address}/${place}/`, '--concurrency', '4');
      expect(out).toContain('Verified: no defect.');
      expect(code).toBe(0);
    }
  });

  test('options: a range, a trusted ledger, JSON', async () => {
    const hash = '6b9185d7da1f28f4ae7ad42efe2c3c58240725e1dfeae4be90f519c1f2345667';
    const { code, out } = await run(
      'verify',
      folder,
      '--json',
      '--from=200',
      `--trusted=263:${hash}`,
      '--frequency',
      '8',
    );
    expect(JSON.parse(out)).toMatchObject({ from: 200, to: 263, ledgers: 64, defects: [] });
    expect(code).toBe(0);
  });

  test('a bad one ends in 1, and in no archive there is nothing to verify', async () => {
    const bad = await run('verify', folder, '--passphrase', 'Public', '--to', '7');
    expect(bad.out).toMatchInlineSnapshot(`
      "passphrase   history/00/00/00/history-00000000.json, checkpoint 0: the network is "Standalone Network ; February 2017", and "Public" was expected
      passphrase   history/00/00/00/history-00000007.json, ledger 7: the network is "Standalone Network ; February 2017", and "Public" was expected

      Archive    FOLDER
      Network    Standalone Network ; February 2017
      Ledgers    1 to 7, 1 checkpoint of 8, protocol 27 at the end
      Last hash  eec84f32338e27af72fbf740040eb171828b8905356e2785e6c01d188a62471c
      Read       7 headers, 0 transactions, 6 consensus messages, 4 buckets with 22 entries, 24979 bytes
      Not verified: 2 defects.
      "
    `);
    expect(bad.code).toBe(1);
    expect((await run('verify', `${address}/nowhere`)).code).toBe(1);
  });

  test('a server that does not answer says nothing about the archive: 3', async () => {
    const { code, err } = await run('info', 'http://127.0.0.1:9');
    expect(err).toContain('SSC_HISTORY_SOURCE');
    expect(code).toBe(3);
  });

  test('what is refused before anything is read', async () => {
    const errors: string[] = [];
    for (const line of [
      ['verify'],
      ['verify', 'a', 'b'],
      ['verify', folder, '--from', '0'],
      ['verify', folder, '--trusted', '7'],
      ['verify', folder, '--frequency', '32'],
      ['verify', `${folder}/nowhere`],
      ['info', `${folder}/.well-known/stellar-history.json`],
      ['cat', folder],
      ['cat', folder, 'everything'],
      ['verify', folder, '--to', '999'],
    ]) {
      const { code, err, out } = await run(...line);
      expect([code, out]).toEqual([2, '']);
      errors.push(err);
    }
    expect(errors.join('')).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_ARCHIVE  archive verify takes one archive: its address (http, https) or its folder
      ✖ SSC_USAGE_ARCHIVE  archive verify takes one archive: its address (http, https) or its folder
      ✖ SSC_USAGE_OPTIONS  one option cannot be used; nothing was started
        --from    must be a whole number from 1 to 4294967295; got "0"
      ✖ SSC_USAGE_OPTIONS  one option cannot be used; nothing was started
        --trusted    must be a ledger, a colon and its hash in 64 lower-case hexadecimal digits, got "7"
      ✖ SSC_USAGE_OPTIONS  one option cannot be used; nothing was started
        --frequency    must be one of 8, 64; got "32"
      ✖ SSC_USAGE_ARCHIVE  there is no folder FOLDER/nowhere
        An archive is the folder that has .well-known in it, or its address: http:// or https://.
      ✖ SSC_USAGE_ARCHIVE  FOLDER/.well-known/stellar-history.json is no folder
        An archive is the folder that has .well-known in it, or its address: http:// or https://.
      ✖ SSC_USAGE_ARCHIVE  archive cat takes an archive, by its address or folder, and what to print of it
        What    a path in the archive, state, state:LEDGER, ledger:LEDGER, transactions:LEDGER, results:LEDGER, scp:LEDGER or bucket:HASH
      ✖ SSC_HISTORY_INPUT  "everything" is no file or record of an archive
        Allowed    a path in the archive, state, state:LEDGER, ledger:LEDGER, transactions:LEDGER, results:LEDGER, scp:LEDGER or bucket:HASH
      ✖ SSC_HISTORY_INPUT  ledger 999 was asked for, and the archive FOLDER ends with ledger 263
      "
    `);
  });
});

test('ssc archive info and cat', async () => {
  expect((await run('info', folder)).out).toContain('Newest ledger  263');
  expect(JSON.parse((await run('info', folder, '--json')).out)).toMatchObject({ frequency: 8 });
  expect(JSON.parse((await run('cat', folder, 'ledger:5')).out)).toMatchObject({
    header: { ledger_seq: 5, ledger_version: 27 },
  });
});

describe('decompression', () => {
  // Too various to be compressed below what is taken whole.
  const content = Buffer.alloc(5 * 2 ** 20);
  for (let i = 0, x = 1; i < content.length; i++) {
    x = (x * 1103515245 + 12345) % 2147483648;
    content[i] = x >> 16;
  }
  const compressed = gzipSync(content);

  async function* parts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  }
  async function inflate(stream: AsyncIterable<Uint8Array>): Promise<number> {
    let size = 0;
    for await (const part of gunzipAny(stream)) {
      expect(content.compare(part, 0, part.length, size, size + part.length)).toBe(0);
      size += part.length;
    }
    return size;
  }

  test('of large files, part by part', async () => {
    expect(await inflate(parts(compressed))).toBe(content.length);
  });

  test('a large file that is cut off or changed is no whole file', async () => {
    await expect(inflate(parts(compressed.subarray(0, -9)))).rejects.toThrow(
      'unexpected end of file',
    );
    const changed = Buffer.from(compressed);
    changed[changed.length - 6] = (changed.at(-6) ?? 0) ^ 1;
    await expect(inflate(parts(changed))).rejects.toThrow('incorrect data check');
  });

  test('an error of the stream comes out as it is', async () => {
    const cause = new Error('the disk is gone');
    async function* failing() {
      yield* parts(compressed.subarray(0, 3 * 2 ** 20));
      throw cause;
    }
    await expect(inflate(failing())).rejects.toBe(cause);
  });
});
