import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeXdr, ledgerKey, renderDecodedXdr, testAccountKey, xdr } from '../src/index.ts';
import { messageOf } from './message.ts';
import { pairs, recordedLedgers } from './recorded.ts';
import { rustJson } from './stellar-xdr.ts';

const results = pairs.flatMap((pair) => pair.applied?.result ?? pair['submit-error-result'] ?? []);
const real = [
  ...pairs.map(({ envelope }) => ['TransactionEnvelope', envelope] as const),
  ...results.map((result) => ['TransactionResult', result] as const),
  ...recordedLedgers.map(({ type, xdr }) => [type, xdr] as const),
];

test.each(real)('a recorded %s is found and reads as the Rust decoder has it', (type, base64) => {
  const decoded = decodeXdr(base64);
  expect(decoded).toMatchObject({ type, framed: false, alternatives: [] });
  expect(decoded.values).toEqual([rustJson(type, base64)]);
});

test.each(['ledger', 'transactions', 'results', 'scp'])('the file of %s of an archive', (kind) => {
  const file = readFileSync(new URL(`fixtures/archive-${kind}.xdr.gz`, import.meta.url));
  const decoded = decodeXdr(file);
  expect(decoded.framed).toBe(true);
  expect([decoded.type, decoded.values.length]).toMatchSnapshot();
  expect(decodeXdr(gunzipSync(file))).toEqual(decoded);
});

test('every way to write the same bytes', () => {
  const base64 = pairs[0]?.envelope ?? '';
  const decoded = decodeXdr(base64);
  const bytes = Buffer.from(base64, 'base64');
  const wrapped = base64.replace(/.{64}/gu, '$&\n');
  for (const same of [
    bytes,
    bytes.toString('hex'),
    `  ${base64}\n`,
    wrapped,
    Buffer.from(`${wrapped}\n`),
    base64.replace(/=+$/u, ''),
    gzipSync(bytes),
  ])
    if (!(same instanceof Uint8Array) || same[0] !== 0x1f) expect(decodeXdr(same)).toEqual(decoded);
});

const account = ledgerKey.account(testAccountKey('bob'));
const upgradeSet = readFileSync(
  new URL('fixtures/sorobaninfo.upgrade_xdr.txt', import.meta.url),
  'utf8',
).trim();
const meta = xdr.TransactionMeta.v4(
  new xdr.TransactionMetaV4({
    ext: xdr.ExtensionPoint.v0(),
    txChangesBefore: [],
    operations: [],
    txChangesAfter: [],
    sorobanMeta: null,
    events: [],
    diagnosticEvents: [],
  }),
);
test.each([
  ['TransactionMeta', meta.toXdr('base64')],
  ['LedgerKey', account.toXdr('base64')],
  ['BucketEntry', xdr.BucketEntry.deadentry(account).toXdr('base64')],
  ['ConfigUpgradeSet', upgradeSet],
  [
    'ConfigUpgradeSetKey',
    'kkRb2VLuCt6COEmMI0mnCux9WP8a15ROqrd8+d94gYBQZQl/ujaJJpNnwCncp9ihs/fwTiJzftXuYZWuccxfWQ==',
  ],
])('a %s is found', (type, base64) => {
  const decoded = decodeXdr(base64);
  expect([decoded.type, ...decoded.alternatives]).toContain(type);
  expect(decoded.values).toEqual([rustJson(decoded.type, base64)]);
  expect(decoded.type).toBe(type);
});

test('the text for people', () => {
  const failed = pairs.find((pair) => pair.label.startsWith('payment.underfunded'));
  expect(renderDecodedXdr(decodeXdr(failed?.applied?.result ?? ''))).toMatchSnapshot();
  expect(renderDecodedXdr(decodeXdr(failed?.envelope ?? ''))).toMatchSnapshot();
});

test('bytes that are several types name them all', () => {
  expect(decodeXdr('00000000')).toMatchObject({ type: 'TransactionResultSet' });
  expect(decodeXdr('00000000').alternatives).toContain('Asset');
});

test('no bytes at all, changed or not, give anything but a whole value or our error', () => {
  const [envelope = ''] = pairs.map((pair) => pair.envelope);
  const good = Buffer.from(envelope, 'base64');
  let refusals = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(good.length - 1).map((at) => good.subarray(0, at)),
        fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => {
          const changed = Buffer.from(good);
          changed[at] = byte;
          return changed;
        }),
        fc.string(),
      ),
      (input) => {
        try {
          expect(decodeXdr(input).values.length).toBeGreaterThan(0);
        } catch (error) {
          refusals += 1;
          expect(error).toMatchObject({ code: 'SSC_TX_XDR', verdict: 'usage' });
        }
      },
    ),
    { seed: 1, numRuns: 1000 },
  );
  expect(refusals).toBeGreaterThan(500);
});

const envelopeBytes = Buffer.from(pairs[0]?.envelope ?? '', 'base64');
const mark = (length: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(0x80000000 + length);
  return bytes;
};
test.each([
  ['nothing', ''],
  ['a sentence', 'this is no XDR'],
  ['an address', 'GCCLBQTCNUE3UYSPJU3OOYSM2ZHR5ZDATTWNYAAULBEKUWOYEHWMGVWC'],
  ['an envelope cut off', envelopeBytes.subarray(0, 150)],
  ['an envelope with bytes behind it', Buffer.concat([envelopeBytes, Buffer.alloc(4)])],
  ['a broken gzip', Buffer.from([0x1f, 0x8b, 0, 0])],
  [
    'records of which the second is none',
    Buffer.concat([mark(envelopeBytes.length), envelopeBytes, mark(3), Buffer.alloc(3)]),
  ],
  ['a record cut off', Buffer.concat([mark(envelopeBytes.length), envelopeBytes.subarray(0, 99)])],
  [
    'records of which the second is cut off',
    Buffer.concat([mark(envelopeBytes.length), envelopeBytes, mark(200), Buffer.alloc(3)]),
  ],
  [
    'a record with a byte behind it',
    Buffer.concat([mark(envelopeBytes.length), envelopeBytes, Buffer.alloc(1)]),
  ],
])('refused: %s', (_, input) => {
  expect(messageOf(() => decodeXdr(input))).toMatchSnapshot();
});
