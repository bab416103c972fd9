import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepDollars } from '../../src/objects/expansion.ts';

/** What Kubernetes makes of a text when no variable is known (third_party/forked/golang/expansion). */
const expand = (text: string): string => text.replaceAll('$$', '$');

test.each([
  ['$DATA_ID', '$DATA_ID'],
  ['$(date)', '$$(date)'],
  ['$$', '$$$'],
])('%s is written %s', (text, written) => {
  expect(keepDollars(text)).toBe(written);
});

test('what was written reaches the process as it was', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[$(){}A-Z ]{0,12}$/u), (text) => {
      const written = keepDollars(text);
      expect(expand(written)).toBe(text);
      // No variable is left: every "$(" follows an odd number of dollars that escapes it.
      for (const { index } of written.matchAll(/\$\(/gu)) {
        let dollars = 0;
        while (written[index - dollars] === '$') dollars++;
        expect(dollars % 2).toBe(0);
      }
    }),
    { seed: 1, numRuns: 1000 },
  );
});
