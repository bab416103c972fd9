import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "checkIntersection",
      "checkNodeConfig",
      "coreStopsAt",
      "decodeStrkey",
      "deriveKeyPair",
      "encodeStrkey",
      "explainKey",
      "findDisjointQuorums",
      "findGone",
      "findOption",
      "findProblems",
      "generateQuorumSet",
      "goneOptions",
      "groupOf",
      "hasSlice",
      "isVBlocking",
      "locateToml",
      "nestedOptions",
      "nodeConfigSchema",
      "nodesOf",
      "normalizeQuorumSet",
      "optionNames",
      "options",
      "parseNodeConfig",
      "percentOfThreshold",
      "planNodes",
      "publicKeyOfSeed",
      "quorumSetOf",
      "readNodeConfig",
      "refusalLines",
      "renderNodeConfig",
      "renderOptionPage",
      "renderReport",
      "smallestVBlocking",
      "testingKeyLines",
      "thresholdOfPercent",
      "toQuorumSetTable",
      "unknownSelf",
    ]
  `);
});
