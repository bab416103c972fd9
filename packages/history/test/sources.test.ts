import { createVirtualClock } from '@ssc/clock';
import { isSscError, renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import {
  type ArchiveSource,
  type FileContent,
  folderArchive,
  type HttpFileReply,
  httpArchive,
  isVerified,
  verifyArchive,
} from '../src/index.ts';
import { sampleArchive } from './sample.ts';

type Answer = HttpFileReply | Error;

const reply = (status: number, body: FileContent = Buffer.from('body')): Answer => ({
  status,
  body,
});

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('bo');
  throw new Error('ECONNRESET');
}

/** Asks for one file of a server that gives these answers, one after the other. */
async function fetchWith(answers: Answer[]) {
  const clock = createVirtualClock({ start: 0 });
  const asked: string[] = [];
  const source = httpArchive('https://example.org/archive/', {
    clock,
    async get(url) {
      asked.push(`${clock.now()} ms ${url}`);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('asked too often');
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  let outcome: unknown;
  await clock.run(async () => {
    outcome = await source.fetch('a/b').catch((error: unknown) => error);
  });
  return { outcome, asked };
}

describe('over HTTP', () => {
  test('200 is a file, 404 and 410 say that there is none', async () => {
    const { outcome, asked } = await fetchWith([reply(200)]);
    expect(outcome).toEqual(Buffer.from('body'));
    expect(asked).toEqual(['0 ms https://example.org/archive/a/b']);
    expect((await fetchWith([reply(404)])).outcome).toBeUndefined();
    expect((await fetchWith([reply(410)])).outcome).toBeUndefined();
  });

  test('what may pass is tried again', async () => {
    const { outcome, asked } = await fetchWith([
      new Error('ECONNREFUSED'),
      reply(200, broken()),
      reply(200),
    ]);
    expect(outcome).toEqual(Buffer.from('body'));
    expect(asked.map((line) => line.split(' ')[0])).toEqual(['0', '1000', '3000']);
    expect((await fetchWith([reply(503), reply(429), reply(404)])).asked).toHaveLength(3);
  });

  test('a long file comes in parts, and what breaks in it is not hidden', async () => {
    async function* long(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 6; i++) yield Buffer.alloc(2 ** 20, i);
      throw new Error('ECONNRESET');
    }
    const { outcome } = await fetchWith([reply(200, long())]);
    const sizes: number[] = [];
    const read = async () => {
      for await (const part of outcome as AsyncIterable<Uint8Array>) sizes.push(part.length);
    };
    await expect(read()).rejects.toThrow('ECONNRESET');
    expect(sizes).toHaveLength(6);
  });

  test('all else says nothing about the archive', async () => {
    const errors = [
      await fetchWith([reply(403)]),
      await fetchWith([reply(500), reply(502), reply(503)]),
      await fetchWith([new Error('a'), new Error('b'), new Error('c')]),
      await fetchWith([reply(200, broken()), reply(200, broken()), reply(200, broken())]),
    ].map(({ outcome }) => {
      expect(isSscError(outcome, 'SSC_HISTORY_SOURCE') && outcome.verdict).toBe('broken');
      return renderError(outcome);
    });
    expect(errors.join('\n')).toMatchInlineSnapshot(`
      "✖ SSC_HISTORY_SOURCE  https://example.org/archive/a/b answered 403 instead of 200 or 404
        This says nothing about the archive.
      ✖ SSC_HISTORY_SOURCE  https://example.org/archive/a/b answered 503 instead of 200 or 404
        This says nothing about the archive.
      ✖ SSC_HISTORY_SOURCE  https://example.org/archive/a/b gave no reply
        This says nothing about the archive.
        because  c
      ✖ SSC_HISTORY_SOURCE  https://example.org/archive/a/b broke off its reply
        This says nothing about the archive.
        because  ECONNRESET"
    `);
  });

  test('an address that is none', () => {
    const options = {
      clock: createVirtualClock({ start: 0 }),
      get: () => Promise.reject(new Error()),
    };
    expect(() => httpArchive('ftp://x', options)).toThrowErrorMatchingInlineSnapshot(
      `[SscError: the address of an archive begins with http:// or https:// and has no query, got "ftp://x"]`,
    );
    expect(() => httpArchive('https://x/?a', options)).toThrow('has no query');
  });
});

describe('in a folder', () => {
  test('paths stand below it', async () => {
    const { files } = sampleArchive();
    const archive = folderArchive('/data/archive/', {
      read: async (path) => files.get(path.replace('/data/archive/', '')),
    });
    expect(isVerified(await verifyArchive(archive))).toBe(true);
    await expect(archive.put('a', Buffer.alloc(0))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[SscError: /data/archive/ was opened for reading only; a was not written]`,
    );
  });

  test('writing goes there too', async () => {
    const written: string[] = [];
    const archive = folderArchive('/data', {
      read: async () => undefined,
      write: async (path) => void written.push(path),
    });
    await archive.put('history/x', Buffer.alloc(1));
    expect(written).toEqual(['/data/history/x']);
  });
});

test('a source may give its files in parts of any size', async () => {
  const { files } = sampleArchive();
  async function* parts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  }
  const source: ArchiveSource = {
    name: 'parts',
    async fetch(path) {
      const bytes = files.get(path);
      return bytes && parts(bytes);
    },
  };
  const report = await verifyArchive(source, { to: 15 });
  expect([report.defects, report.oddities, report.ledgers]).toEqual([[], [], 15]);
});
