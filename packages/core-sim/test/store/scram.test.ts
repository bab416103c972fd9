import { expect, test } from 'vitest';
import { answerScram, scramFirst } from '../../src/store/scram.ts';

test('the exchange of RFC 7677', () => {
  expect(
    answerScram(
      'pencil',
      'n=user,r=rOprNGfwEbeRWgbNEkqO',
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    ),
  ).toEqual({
    final:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    proof: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  });
});

test.each([
  ['another nonce', 'r=XYZ,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'],
  ['no salt', 'r=abcdef,i=4096'],
  ['no rounds', 'r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0'],
])('%s is not answered', (_, serverFirst) => {
  expect(answerScram('pencil', scramFirst('abc'), serverFirst)).toBeUndefined();
});
