import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "checkSettings",
      "checkpointOf",
      "createCoreClient",
      "describeInfo",
      "endpointCommand",
      "endpointNames",
      "errorMetrics",
      "exchange",
      "expectAgreement",
      "expectArmed",
      "expectLoadRunning",
      "expectNoErrorMetrics",
      "isTransient",
      "loadCounts",
      "metricsDifference",
      "nothingArmed",
      "quorumAgrees",
      "quorumVote",
      "sorobanSettings",
      "startLoad",
      "stopLoads",
      "waitUntilConnected",
      "waitUntilLedger",
      "waitUntilLoadDone",
      "waitUntilProtocol",
      "waitUntilPublished",
      "waitUntilSynced",
      "waitUntilUpgraded",
    ]
  `);
});
