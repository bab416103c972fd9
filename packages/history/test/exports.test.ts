import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "archivePath",
      "bucketListHash",
      "bucketPath",
      "bucketsOf",
      "catArchive",
      "catForms",
      "checkpointOf",
      "checkpointsBetween",
      "createMemoryArchive",
      "emptyState",
      "findFrequency",
      "firstLedgerOf",
      "folderArchive",
      "gunzipWhole",
      "gzip",
      "httpArchive",
      "isCheckpoint",
      "isVerified",
      "joinRecords",
      "levelsHash",
      "parseArchivePath",
      "parseArchiveState",
      "readArchive",
      "readArchiveInfo",
      "recordPath",
      "renderArchiveInfo",
      "renderArchiveReport",
      "renderArchiveState",
      "renderDefect",
      "splitRecords",
      "statePath",
      "verifyArchive",
      "wellKnownPath",
      "writeArchive",
      "writeCheckpoint",
    ]
  `);
});
