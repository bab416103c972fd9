import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "amount",
      "catalog",
      "count",
      "defineMission",
      "describeDefault",
      "duration",
      "eventJsonSchema",
      "findMission",
      "flagOf",
      "readParams",
      "refuseUnknownProtocol",
      "renderJUnit",
      "renderMissionPage",
      "resultJsonSchema",
      "runMission",
      "toErrorResult",
    ]
  `);
});
