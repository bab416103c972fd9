import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "BASE_FEE",
      "MAX_STROOPS",
      "STROOPS_PER_XLM",
      "addressOf",
      "coreSpelling",
      "decodeAs",
      "envelopeHash",
      "explainResult",
      "generalizedTransactionSetHash",
      "keyFromSecret",
      "keyFromSeed",
      "ledgerHeaderHash",
      "networkId",
      "operation",
      "parseAmount",
      "publicKeyBytes",
      "renderAmount",
      "renderPublicKey",
      "resultSetHash",
      "rootKey",
      "sha256",
      "signTransaction",
      "testAccountKey",
      "toTransaction",
      "transactionHash",
      "transactionSetHash",
      "verifySignature",
      "xdr",
    ]
  `);
});
