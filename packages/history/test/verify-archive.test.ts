import { expect, test } from 'vitest';
import { renderArchiveReport, verifyArchive } from '../src/index.ts';
import { sampleArchive } from './sample.ts';

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
