import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "createRandom",
      "createSystemClock",
      "createVirtualClock",
      "formatDuration",
      "parseDuration",
      "toMs",
      "waitEnded",
      "waitFacts",
      "waitUntil",
      "watchAsyncResources",
      "within",
    ]
  `);
});
