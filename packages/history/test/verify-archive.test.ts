import { gunzipSync } from 'node:zlib';
import { createRandom, createVirtualClock } from '@ssc/clock';
import { isSscError, renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import {
  type ArchiveSource,
  readArchive,
  recordPath,
  renderArchiveReport,
  type VerifyOptions,
  type VerifyProgress,
  verifyArchive,
} from '../src/index.ts';
import { sampleArchive } from './sample.ts';

const zeroHash = '0'.repeat(64);

test('the archive of a real node verifies wholly', async () => {
  const report = await verifyArchive(sampleArchive());
  expect(report).toMatchInlineSnapshot(`
    {
      "archive": "sample",
      "bucketEntries": 343,
      "buckets": 110,
      "checkpoints": 33,
      "defects": [],
      "defectsLeftOut": 0,
      "frequency": 8,
      "from": 1,
      "lastHash": "6b9185d7da1f28f4ae7ad42efe2c3c58240725e1dfeae4be90f519c1f2345667",
      "ledgers": 263,
      "oddities": [],
      "passphrase": "Standalone Network ; February 2017",
      "protocol": 27,
      "scpMessages": 262,
      "storedBytes": 361806,
      "to": 263,
      "transactions": 43,
    }
  `);
  expect(renderArchiveReport(report)).toMatchInlineSnapshot(`
    "Archive    sample
    Network    Standalone Network ; February 2017
    Ledgers    1 to 263, 33 checkpoints of 8, protocol 27 at the end
    Last hash  6b9185d7da1f28f4ae7ad42efe2c3c58240725e1dfeae4be90f519c1f2345667
    Read       263 headers, 43 transactions, 262 consensus messages, 110 buckets with 343 entries, 361806 bytes
    Verified: no defect."
  `);
});

describe('how it goes about it', () => {
  test('with progress, checkpoint after checkpoint', async () => {
    const seen: VerifyProgress[] = [];
    await verifyArchive(sampleArchive(), { onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ checkpoint }) => checkpoint)).toEqual(
      Array.from({ length: 33 }, (_, i) => 7 + 8 * i),
    );
    expect(seen[1]).toEqual({
      checkpoint: 15,
      checkpointsDone: 2,
      checkpointsAll: 33,
      ledgers: 15,
      buckets: seen[1]?.buckets,
      defects: 0,
    });
  });

  test('a range is verified on top of the ledger before it', async () => {
    const report = await verifyArchive(sampleArchive(), { from: 70, to: 80 });
    expect([report.from, report.to, report.ledgers, report.defects]).toEqual([64, 87, 24, []]);
  });

  test('no more files are open than asked for, and what is found does not depend on which is read first', async () => {
    const reports = new Set<string>();
    for (const [concurrency, seed] of [
      [1, 'a'],
      [5, 'a'],
      [5, 'b'],
      [40, 'c'],
    ] as const) {
      const archive = sampleArchive();
      for (const path of [...archive.files.keys()].filter((_, i) => i % 9 === 8))
        archive.files.set(path, Buffer.from('damaged'));
      const clock = createVirtualClock({ start: 0 });
      const random = createRandom(seed);
      let [open, most] = [0, 0];
      const source: ArchiveSource = {
        name: 'slow',
        async fetch(path) {
          open += 1;
          most = Math.max(most, open);
          await clock.sleep(1 + random.int(500));
          open -= 1;
          return archive.fetch(path);
        },
      };
      const report = await clock.run(() => verifyArchive(source, { concurrency }));
      expect(most).toBe(concurrency);
      expect(report.defects.length).toBeGreaterThan(20);
      reports.add(JSON.stringify(report));
    }
    expect(reports.size).toBe(1);
  });

  test('a source that cannot tell ends it, with no word about the archive', async () => {
    const archive = sampleArchive();
    const source: ArchiveSource = {
      name: 'broken disk',
      async fetch(path) {
        if (path.startsWith('results')) throw new Error('EIO: i/o error');
        return archive.fetch(path);
      },
    };
    const error = await verifyArchive(source).catch((cause: unknown) => cause);
    expect(isSscError(error, 'SSC_HISTORY_SOURCE') && error.verdict).toBe('broken');
    expect(renderError(error)).toMatchInlineSnapshot(`
      "✖ SSC_HISTORY_SOURCE  results/00/00/00/results-00000007.xdr.gz of the archive broken disk could not be read
        This says nothing about the archive.
        because  EIO: i/o error"
    `);
  });

  test.each<[string, VerifyOptions]>([
    ['a range that ends before it begins', { from: 9, to: 8 }],
    ['ledger 0', { from: 0 }],
    ['a ledger beyond the newest', { to: 264 }],
    ['a range beyond the newest', { from: 300 }],
    ['a hash that is none', { trusted: { ledger: 1, hash: 'AB' } }],
    ['a trusted ledger beyond the newest', { trusted: { ledger: 264, hash: zeroHash } }],
    ['a trusted ledger before the range', { from: 70, trusted: { ledger: 63, hash: zeroHash } }],
    ['a trusted ledger after the range', { to: 80, trusted: { ledger: 88, hash: zeroHash } }],
    ['no file at once', { concurrency: 0 }],
  ])('refuses %s', async (_, options) => {
    const error = await verifyArchive(sampleArchive(), options).catch((cause: unknown) => cause);
    expect(isSscError(error, 'SSC_HISTORY_INPUT') && error.verdict).toBe('usage');
  });

  test.each([64, 87])('takes a trusted ledger at an end of the range: %d', async (ledger) => {
    const options = { from: 70, to: 80, trusted: { ledger, hash: zeroHash } };
    const { defects } = await verifyArchive(sampleArchive(), options);
    expect(defects.map(({ kind }) => kind)).toEqual(['trusted']);
  });

  test('in which words', async () => {
    const messages: string[] = [];
    for (const options of [
      { from: 9, to: 8 },
      { to: 264 },
      { from: 300 },
      { trusted: { ledger: 1, hash: 'AB' } },
      { from: 70, to: 80, trusted: { ledger: 63, hash: zeroHash } },
      { concurrency: 0 },
    ])
      await verifyArchive(sampleArchive(), options).catch((error: Error) =>
        messages.push(error.message),
      );
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "the first ledger, 9, comes after the last one, 8
      ledger 264 was asked for, and the archive sample ends with ledger 263
      ledger 300 was asked for, and the archive sample ends with ledger 263
      a ledger's hash is 64 lower-case hexadecimal digits, got "AB"
      the trusted ledger 63 is none of those that are verified, 64 to 87
      concurrency must be a whole number from 1 on, got 0"
    `);
  });
});

test('a big file is read part by part: no more than a record and a part is held', async () => {
  const archive = sampleArchive();
  const path = recordPath('ledger', 15);
  const content = gunzipSync(archive.files.get(path) ?? Buffer.alloc(0));
  // Each part is handed out only when the one before was used up.
  let given = 0;
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += 10) {
      given += 1;
      yield content.subarray(at, at + 10);
    }
  }
  const reader = readArchive(archive, { gunzip: () => parts() });
  for await (const { header } of reader.headers(15)) {
    expect(header.ledgerSeq).toBe(8);
    break;
  }
  expect(given).toBeLessThan(50);
});
