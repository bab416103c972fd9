import { isSscError, renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import {
  bucketPath,
  catArchive,
  createMemoryArchive,
  findFrequency,
  readArchiveInfo,
  recordPath,
  renderArchiveInfo,
  renderArchiveReport,
  statePath,
  verifyArchive,
  wellKnownPath,
} from '../src/index.ts';
import { collect } from './edit.ts';
import { sampleArchive } from './sample.ts';

const cat = async (what: string, archive = sampleArchive()): Promise<string[]> =>
  collect(catArchive(archive, what));

describe('info', () => {
  test('of a real archive', async () => {
    expect(renderArchiveInfo(await readArchiveInfo(sampleArchive()))).toMatchInlineSnapshot(`
      "Archive        sample
      Network        Standalone Network ; February 2017
      Publisher      v27.1.0
      Newest ledger  263
      Its hash       6b9185d7da1f28f4ae7ad42efe2c3c58240725e1dfeae4be90f519c1f2345667
      Closed         2026-11-22T12:36:50Z
      Protocol       27
      Checkpoints    33 of 8 ledgers
      Buckets        10
      State version  2"
    `);
  });

  test('of one whose newest file is damaged, and whose first ones are missing', async () => {
    const archive = sampleArchive();
    archive.files.set(recordPath('ledger', 263), Buffer.from('x'));
    archive.files.delete(statePath(7));
    expect(renderArchiveInfo(await readArchiveInfo(archive))).toMatchInlineSnapshot(`
      "Archive        sample
      Network        Standalone Network ; February 2017
      Publisher      v27.1.0
      Newest ledger  263
      Checkpoints    33 of 8 ledgers, the first ones missing
      Buckets        10
      State version  2"
    `);
  });

  test('of one without a ledger', async () => {
    const archive = sampleArchive();
    archive.files.set(wellKnownPath, archive.files.get(statePath(0)) as Uint8Array);
    expect(renderArchiveInfo(await readArchiveInfo(archive))).toMatchInlineSnapshot(`
      "Archive        sample
      Network        Standalone Network ; February 2017
      Publisher      v27.1.0
      Newest ledger  none
      Checkpoints    none
      Buckets        0
      State version  1"
    `);
  });

  test('the frequency follows from the files', async () => {
    const archive = sampleArchive();
    expect(await findFrequency(archive, 0)).toBe(64);
    expect(await findFrequency(archive, 263)).toBe(8);
    expect(await findFrequency(archive, 255)).toBe(8);
    expect(await findFrequency(createMemoryArchive(), 255)).toBe(64);
  });
});

describe('cat', () => {
  test('a record of one ledger', async () => {
    expect((await cat('results:61')).join('\n')).toMatchInlineSnapshot(`
      "{
        "ledger_seq": 61,
        "tx_result_set": {
          "results": [
            {
              "transaction_hash": "ac6bf18068858de6c58fa4eabe8f48db70bf8560057b2bc8c5462004f751587e",
              "result": {
                "fee_charged": "100",
                "result": {
                  "tx_success": [
                    {
                      "op_inner": {
                        "payment": "success"
                      }
                    }
                  ]
                },
                "ext": "v0"
              }
            }
          ]
        },
        "ext": "v0"
      }"
    `);
    const [header] = await cat('ledger:1');
    expect(JSON.parse(header ?? '')).toMatchObject({
      hash: '76df1b9ff762a7a8af1f3c88549fe742e488e80fde561e34b1b6115bdac8d397',
      header: { ledger_seq: 1, ledger_version: 0 },
    });
  });

  test('whole files, by path or in short', async () => {
    expect(await cat(recordPath('ledger', 15))).toHaveLength(8);
    expect(await cat(recordPath('scp', 7))).toHaveLength(6);
    expect(await cat('state')).toEqual(await cat('state:263'));
    expect(await cat('state:263')).toEqual(await cat(statePath(263)));
    expect(await cat(wellKnownPath)).toEqual(await cat('state'));
  });

  test('buckets of either list', async () => {
    const { state } = await readArchiveInfo(sampleArchive());
    const [live, hot] = [state.currentBuckets[0]?.curr, state.hotArchiveBuckets?.[0]?.curr];
    expect((await cat(`bucket:${live}`))[0]).toMatchInlineSnapshot(`
      "{
        "metaentry": {
          "ledger_version": 27,
          "ext": {
            "v1": "live"
          }
        }
      }"
    `);
    expect((await cat(bucketPath(hot ?? ''))).join('\n')).toMatchInlineSnapshot(`
      "{
        "metaentry": {
          "ledger_version": 27,
          "ext": {
            "v1": "hot_archive"
          }
        }
      }"
    `);
  });

  test('what is refused, and in which words', async () => {
    const lines: string[] = [];
    for (const what of [
      'results:62',
      'scp:400',
      'ledgers:1',
      'ledger:0',
      'ledger:1x',
      'bucket:12',
      '../x',
    ])
      await cat(what).catch((error: unknown) => {
        expect(isSscError(error)).toBe(true);
        lines.push(`${what}: ${renderError(error)}`);
      });
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "results:62: ✖ SSC_HISTORY_INPUT  there is no record of ledger 62 among the results of its checkpoint in sample
        Only ledgers with transactions have one.
      scp:400: ✖ SSC_HISTORY_INPUT  ledger 400 is not in the archive sample: its newest is 263
      ledgers:1: ✖ SSC_HISTORY_INPUT  "ledgers:1" is no file or record of an archive
        Allowed    a path in the archive, state, state:LEDGER, ledger:LEDGER, transactions:LEDGER, results:LEDGER, scp:LEDGER or bucket:HASH
      ledger:0: ✖ SSC_HISTORY_INPUT  "ledger:0" is no file or record of an archive
        Allowed    a path in the archive, state, state:LEDGER, ledger:LEDGER, transactions:LEDGER, results:LEDGER, scp:LEDGER or bucket:HASH
      ledger:1x: ✖ SSC_HISTORY_INPUT  "ledger:1x" is no file or record of an archive
        Allowed    a path in the archive, state, state:LEDGER, ledger:LEDGER, transactions:LEDGER, results:LEDGER, scp:LEDGER or bucket:HASH
      bucket:12: ✖ SSC_HISTORY_INPUT  "bucket:12" is no file or record of an archive
        Allowed    a path in the archive, state, state:LEDGER, ledger:LEDGER, transactions:LEDGER, results:LEDGER, scp:LEDGER or bucket:HASH
      ../x: ✖ SSC_HISTORY_INPUT  "../x" is no file or record of an archive
        Allowed    a path in the archive, state, state:LEDGER, ledger:LEDGER, transactions:LEDGER, results:LEDGER, scp:LEDGER or bucket:HASH"
    `);
  });
});

test('a report with defects', async () => {
  const archive = sampleArchive();
  archive.files.delete(recordPath('ledger', 15));
  archive.files.set(recordPath('results', 23), Buffer.alloc(0));
  const report = await verifyArchive(archive, { from: 8, to: 23, mostDefects: 1 });
  expect(renderArchiveReport(report)).toMatchInlineSnapshot(`
    "missing      ledger/00/00/00/ledger-0000000f.xdr.gz, checkpoint 15, is not in the archive sample
    … and 1 more

    Archive    sample
    Network    Standalone Network ; February 2017
    Ledgers    8 to 23, 2 checkpoints of 8, protocol 27 at the end
    Last hash  6b68421d980a7b1a8790f25b989045ee28611e1f84b4ca58c564660066ac1214
    Read       8 headers, 18 transactions, 16 consensus messages, 8 buckets with 59 entries, 37081 bytes
    Not verified: 2 defects."
  `);
  archive.files.clear();
  expect(renderArchiveReport(await verifyArchive(archive))).toMatchInlineSnapshot(`
    "missing      .well-known/stellar-history.json is not in the archive sample

    Archive    sample
    Network    unknown
    Ledgers    none
    Last hash  none
    Read       0 headers, 0 transactions, 0 consensus messages, 0 buckets with 0 entries, 0 bytes
    Not verified: 1 defect."
  `);
});
