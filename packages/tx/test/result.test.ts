import { expect, test } from 'vitest';
import { explainResult } from '../src/index.ts';
import { pairs } from './recorded.ts';

test.each(pairs.filter((pair) => pair.applied !== undefined))('$label', ({ applied }) => {
  const result = explainResult(applied?.result ?? '');
  expect(result.code).toBe(applied?.['result-code']);
  expect(result.feeCharged).toBe(BigInt(applied?.['fee-charged'] ?? -1));
  expect(result.base64).toBe(applied?.result);
  expect(result.operations.map((operation) => operation.code)).toEqual(
    applied?.['operation-results'],
  );
  expect(result.sentence).toMatchSnapshot();
});
