import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "checkNetworkSpec",
      "claimFormation",
      "cleanRuns",
      "createAccess",
      "createBudget",
      "createFormation",
      "createKubeApi",
      "createPodConnect",
      "diffRun",
      "drivenRuns",
      "examineCluster",
      "execInPod",
      "findRun",
      "findRunPod",
      "kinds",
      "ledgerLimitsTimes",
      "listRunPods",
      "listRuns",
      "oldestVersion",
      "passphraseOf",
      "permissions",
      "permissionsFor",
      "planHash",
      "planNetwork",
      "reachNode",
      "readLimits",
      "readRunLogs",
      "stopRun",
      "sumOf",
      "takeRun",
      "txLimitsTimes",
      "withDatabase",
    ]
  `);
});
