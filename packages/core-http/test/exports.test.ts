import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "createCoreClient",
      "expectAgreement",
      "isTransient",
      "metricsDifference",
      "nothingArmed",
      "quorumAgrees",
      "quorumVote",
      "waitUntilLedger",
      "waitUntilProtocol",
      "waitUntilSynced",
    ]
  `);
});
