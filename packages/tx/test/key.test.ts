import { inspect } from 'node:util';
import { renderError } from '@ssc/errors';
import { Keypair } from '@stellar/stellar-sdk/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  keyFromSecret,
  keyFromSeed,
  publicKeyBytes,
  renderPublicKey,
  rootKey,
  sha256,
  testAccountKey,
  verifySignature,
} from '../src/index.ts';
import { messageOf } from './message.ts';

test.each([
  [
    'Public Global Stellar Network ; September 2015',
    'GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7',
    undefined,
  ],
  [
    'Test SDF Network ; September 2015',
    'GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H',
    'SDHOAMBNLGCE2MV5ZKIVZAQD3VCLGP53P3OBSBI6UN5L5XZI5TKHFQL4',
  ],
  [
    'Standalone Network ; February 2017',
    'GBZXN7PIRZGNMHGA7MUUUF4GWPY5AYPV6LY4UV2GL6VJGIQRXFDNMADI',
    'SC5O7VZUXDJ6JBDSZ74DSERXL7W3Y5LTOAMRF7RQRL3TAGAPS7LUVG3L',
  ],
])('the root key of %j', (passphrase, publicKey, secret) => {
  const key = rootKey(passphrase);
  expect(key.publicKey).toBe(publicKey);
  if (secret !== undefined) expect(key.secret()).toBe(secret);
});

test.each([
  [
    'bob',
    'GBEVX2NGWUHK7UP6WJ2WUS6V5WN2NGMJPRHVY5JPOZ3F6L7LTGB3HLZ6',
    'SBRG6YROFYXC4LROFYXC4LROFYXC4LROFYXC4LROFYXC4LROFYXC4ATQ',
  ],
  [
    'TestAccount-0',
    'GD7TO3MB5NYFXKRNF2LI5FYGF6AWNNC5736HCZ6UTZS523DQ2CYKFE33',
    'SBKGK43UIFRWG33VNZ2C2MBOFYXC4LROFYXC4LROFYXC4LROFYXC5AIX',
  ],
  [
    'TestAccount-1',
    'GATRCZXYT4JSYQQXM5FV5DFIDRYCFULXL7ZE2RSH6G54PMQRBSPXVDIA',
    'SBKGK43UIFRWG33VNZ2C2MJOFYXC4LROFYXC4LROFYXC4LROFYXC4MRC',
  ],
])("core's test account %s", (name, publicKey, secret) => {
  expect(testAccountKey(name).publicKey).toBe(publicKey);
  expect(testAccountKey(name).secret()).toBe(secret);
  expect(keyFromSecret(secret).publicKey).toBe(publicKey);
});

test('a name has as many characters as a seed has bytes at most', () => {
  const name = 'a'.repeat(32);
  expect(testAccountKey(name).secret()).toBe(keyFromSeed(Buffer.from(name)).secret());
  expect(() => testAccountKey(`${name}b`)).toThrow('it must be 1 to 32 printable ASCII characters');
});

test('any seed signs as the SDK does, and the signature verifies', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, fc.uint8Array(), (seed, message) => {
      const key = keyFromSeed(seed);
      const sdk = Keypair.fromRawEd25519Seed(Buffer.from(seed));
      expect(key.publicKey).toBe(sdk.publicKey());
      expect(renderPublicKey(key.publicKeyBytes)).toBe(key.publicKey);
      expect(publicKeyBytes(key.publicKey)).toEqual(key.publicKeyBytes);
      const signature = key.sign(message);
      expect(Buffer.from(signature)).toEqual(Buffer.from(sdk.sign(message)));
      expect(verifySignature(key.publicKey, message, signature)).toBe(true);
      expect(verifySignature(key.publicKey, sha256(message), signature)).toBe(false);
      expect(verifySignature(key.publicKey, message, signature.subarray(1))).toBe(false);
    }),
    { seed: 1, numRuns: 50 },
  );
});

test('the secret shows nowhere but where it is asked for', () => {
  const key = testAccountKey('bob');
  const shown = [
    inspect(key, { depth: 10, showHidden: true }),
    JSON.stringify(key),
    String(key),
    Object.values({ ...key }).join(),
  ].join('\n');
  expect(shown).not.toContain(key.secret());
  expect(shown).not.toContain(Buffer.from('bob'.padEnd(32, '.')).toString('hex'));
  expect(shown).toContain(key.publicKey);
});

test('a malformed secret is refused without being shown', () => {
  const secret = `${testAccountKey('bob').secret().slice(0, -1)}R`;
  const text = renderError(messageOf.thrown(() => keyFromSecret(secret)));
  expect(text).not.toContain(secret.slice(5, 20));
  expect(text).toMatchInlineSnapshot(
    `"✖ SSC_TX_KEY  a secret seed is "S" and 55 letters and digits with a checksum; the text given, of 56 characters, is not one"`,
  );
});

test.each([
  ['', () => testAccountKey('')],
  ['root', () => testAccountKey('root')],
  ['a name that is not ASCII', () => testAccountKey('zoë')],
  ['a short seed', () => keyFromSeed(new Uint8Array(31))],
  ['a short public key', () => renderPublicKey(new Uint8Array(31))],
  ['no address', () => publicKeyBytes('GABC')],
])('refused: %s', (_, make) => {
  expect(messageOf(make)).toMatchSnapshot();
});
