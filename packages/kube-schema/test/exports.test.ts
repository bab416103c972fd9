import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "checkObject",
      "checkObjectUpdate",
      "decodeObject",
      "kindOf",
      "kinds",
      "openApiDocument",
      "openApiPaths",
      "quantityOf",
      "resolveSchema",
      "schemaOf",
      "schemaVersion",
      "selectorMatches",
      "setSchemaDefaults",
      "toRefusal",
      "validateObject",
      "withoutUnknownFields",
    ]
  `);
});
