import { expect } from 'vitest';
import { is, refused, type Table, text } from './expectation.ts';

/** Base64 of so many characters that begins so: the ledger of the last change, the type, whose. */
const base64 = (length: number, start: string) =>
  expect.stringMatching(
    new RegExp(`^${start.replaceAll('+', '\\+')}[A-Za-z0-9+/=]{${length - start.length}}$`, 'u'),
  );

// Alice's account (type 0), last changed in ledger 25 = 0x19 and as of ledger 24 in 23 = 0x17; Bob's.
const alice = base64(192, 'AAAAGQAAAAAAAAAAhLDCYm0JumJPTTbnYkzWTx7kYJzs');
const aliceBefore = base64(192, 'AAAAFwAAAAAAAAAAhLDCYm0JumJPTTbnYkzWTx7kYJzs');
const bob = base64(124, 'AAAAGQAAAAAAAAAASVvpprUOr9H+snVqS9Xtm6aZiXxP');
/** Setting 0, largest contract: 0x7d0 = 2000 bytes, since ledger 3. */
const setting = 'AAAAAwAAAAgAAAAAAAAH0AAAAAA=';
/** A contract's code (type 7), changed in ledger 9. */
const code = base64(1500, 'AAAACQAAAAcAAAABAAAAAAAAAAAAAADpAAAAAQAAAAEA');

const raw = (ledger: number, ...entries: unknown[]) => is({ ledger, entries });
const states = (ledger: number, ...entries: unknown[]) => is({ ledger, entries });
const live = (entry: unknown) => ({ state: 'live', entry });
const liveUntil = (entry: unknown, liveUntilLedgerSeq: number) => ({
  state: 'live',
  entry,
  liveUntilLedgerSeq,
});
const notFound = { state: 'not-found' };

const noKeyRaw = text(
  'exception: Must specify ledger key in POST body: key=<LedgerKey in base64 XDR format>',
);
const noKey = text('Must specify key in POST body: key=<LedgerKey in base64 XDR format>');
const notMultipleOf4 = text('exception: xdr_generic_get: message size not multiple of 4');
const noSuchLedger = text('Ledger not found');
const badLedger = text("exception: Failed to parse 'ledgerSeq' argument");
const notXdr = text('exception: insufficient buffer space in xdr_generic_get');
const badRequest = refused('SSC_CORE_BAD_REQUEST');

const rawPort = 'http-standalone/query-port.getledgerentryraw';
const port = 'http-standalone/query-port.getledgerentry';

/** The query port: every error is 404 with its text; a body that is not there 400. */
export const ledgerEntries: Table = {
  'http-soroban/query-port.getledgerentry.soroban-0.json': states(62, liveUntil(code, 4104)),
  'http-soroban/query-port.getledgerentry.soroban-1.json': states(62, liveUntil(code, 4104)),
  'http-soroban/query-port.getledgerentry.soroban-2.json': states(62, liveUntil(code, 4104)),
  'http-soroban/query-port.getledgerentryraw.soroban-0.json': raw(62, code),
  'http-soroban/query-port.getledgerentryraw.soroban-1.json': raw(62, code),
  'http-soroban/query-port.getledgerentryraw.soroban-2.json': raw(62, code),

  [`${port}.GET.html`]: noKey,
  [`${port}.account.json`]: states(26, live(alice)),
  [`${port}.bad-key.html`]: notMultipleOf4,
  [`${port}.bad-ledgerSeq.html`]: badLedger,
  [`${port}.config-setting.json`]: states(26, live(setting)),
  [`${port}.contract-code-missing.json`]: states(26, notFound),
  [`${port}.duplicate.html`]: text('Duplicate keys'),
  [`${port}.empty-body.html`]: badRequest,
  [`${port}.future-ledgerSeq.html`]: noSuchLedger,
  [`${port}.missing.json`]: states(26, notFound),
  [`${port}.no-key.html`]: noKey,
  [`${port}.not-base64.html`]: notXdr,
  [`${port}.old-ledgerSeq.html`]: noSuchLedger,
  [`${port}.ttl.html`]: text('TTL keys are not allowed'),
  [`${port}.two-keys-one-missing.json`]: states(26, live(alice), notFound),
  [`${port}.two-keys.json`]: states(26, live(bob), live(alice)),
  [`${port}.unescaped-base64.json`]: states(26, live(alice)),
  [`${port}.with-ledgerSeq.json`]: states(24, live(aliceBefore)),

  [`${rawPort}.GET.html`]: noKeyRaw,
  [`${rawPort}.account.json`]: raw(26, alice),
  [`${rawPort}.bad-key.html`]: notMultipleOf4,
  [`${rawPort}.bad-ledgerSeq.html`]: badLedger,
  [`${rawPort}.config-setting.json`]: raw(26, setting),
  // No "entries" at all when none is found.
  [`${rawPort}.contract-code-missing.json`]: raw(26),
  [`${rawPort}.duplicate.json`]: raw(26, alice),
  [`${rawPort}.empty-body.html`]: badRequest,
  [`${rawPort}.future-ledgerSeq.html`]: noSuchLedger,
  [`${rawPort}.missing.json`]: raw(26),
  [`${rawPort}.no-key.html`]: noKeyRaw,
  [`${rawPort}.not-base64.html`]: notXdr,
  [`${rawPort}.old-ledgerSeq.html`]: noSuchLedger,
  [`${rawPort}.ttl.json`]: raw(26),
  [`${rawPort}.two-keys-one-missing.json`]: raw(26, alice),
  [`${rawPort}.two-keys.json`]: raw(26, bob, alice),
  [`${rawPort}.unescaped-base64.json`]: raw(26, alice),
  [`${rawPort}.with-ledgerSeq.json`]: raw(24, aliceBefore),
};
