import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "coreSimVersion",
      "createStellarCore",
      "endByRefusedPort",
      "olderRelease",
    ]
  `);
});
