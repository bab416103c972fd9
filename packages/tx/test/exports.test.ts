import { expect, test } from 'vitest';
import * as surface from '../src/index.ts';

test('the surface', () => {
  expect(Object.keys(surface).sort()).toMatchInlineSnapshot(`
    [
      "BASE_FEE",
      "MAX_STROOPS",
      "STROOPS_PER_XLM",
      "addSignatures",
      "addressOf",
      "claimableBalanceId",
      "coreSpelling",
      "decodeAs",
      "decodeXdr",
      "envelopeHash",
      "explainResult",
      "generalizedTransactionSetHash",
      "keyFromSecret",
      "keyFromSeed",
      "ledgerHeaderHash",
      "ledgerKey",
      "liquidityPoolId",
      "networkId",
      "openAccount",
      "operation",
      "parseAmount",
      "publicKeyBytes",
      "renderAmount",
      "renderDecodedXdr",
      "renderPublicKey",
      "resultSetHash",
      "rootKey",
      "sha256",
      "signFeeBump",
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
