import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, toAccountId, toMuxedAccount } from '../address.ts';
import { refuse } from '../problem.ts';
import { type SignerKey, toSignerKey } from '../signer-key.ts';
import { type Operation, type OperationSource, wrap } from './wrap.ts';

const accountFlags = {
  authRequired: 1,
  authRevocable: 2,
  authImmutable: 4,
  clawbackEnabled: 8,
} as const;

/** What an account says about the assets that it issues. */
export type AccountFlag = keyof typeof accountFlags;

const bits = (flags: readonly AccountFlag[] | number | undefined): number | null =>
  flags === undefined || typeof flags === 'number'
    ? (flags ?? null)
    : flags.reduce((sum, flag) => sum | accountFlags[flag], 0);

/** Changes an account's flags, weights, thresholds, domain and signers; what is not named stays. */
export function setOptions(
  options: OperationSource & {
    readonly inflationDestination?: AccountRef;
    /** Names, or the bits themselves. */
    readonly clearFlags?: readonly AccountFlag[] | number;
    readonly setFlags?: readonly AccountFlag[] | number;
    /** 0 to 255; what is above is written as asked and refused by a node. */
    readonly masterWeight?: number;
    readonly lowThreshold?: number;
    readonly mediumThreshold?: number;
    readonly highThreshold?: number;
    /** At most 32 bytes. */
    readonly homeDomain?: string;
    /** Weight 0 removes the signer. */
    readonly signer?: { readonly key: SignerKey; readonly weight: number };
  },
): Operation {
  atMost('homeDomain', options.homeDomain, 32);
  return wrap(
    options,
    xdr.OperationBody.setOptions(
      new xdr.SetOptionsOp({
        inflationDest:
          options.inflationDestination === undefined
            ? null
            : toAccountId(options.inflationDestination),
        clearFlags: bits(options.clearFlags),
        setFlags: bits(options.setFlags),
        masterWeight: options.masterWeight ?? null,
        lowThreshold: options.lowThreshold ?? null,
        medThreshold: options.mediumThreshold ?? null,
        highThreshold: options.highThreshold ?? null,
        homeDomain: options.homeDomain ?? null,
        signer:
          options.signer === undefined
            ? null
            : new xdr.Signer({
                key: toSignerKey(options.signer.key),
                weight: options.signer.weight,
              }),
      }),
    ),
  );
}

/** Gives all XLM of the source to the destination and deletes the source. */
export function accountMerge(
  options: OperationSource & { readonly destination: AccountRef },
): Operation {
  return wrap(options, xdr.OperationBody.accountMerge(toMuxedAccount(options.destination)));
}

/** Asks for the weekly inflation, which protocols from 12 on refuse. */
export function inflation(options: OperationSource = {}): Operation {
  return wrap(options, xdr.OperationBody.inflation());
}

/** Writes a named entry of at most 64 bytes into the account; without a value the entry is deleted. */
export function manageData(
  options: OperationSource & {
    /** 1 to 64 bytes. */
    readonly name: string;
    readonly value?: Uint8Array | string;
  },
): Operation {
  atMost('name', options.name, 64);
  atMost('value', options.value, 64);
  return wrap(
    options,
    xdr.OperationBody.manageData(
      new xdr.ManageDataOp({
        dataName: options.name,
        dataValue: options.value === undefined ? null : Uint8Array.from(Buffer.from(options.value)),
      }),
    ),
  );
}

/** Raises the account's sequence number; a lower number than its own changes nothing. */
export function bumpSequence(options: OperationSource & { readonly to: bigint }): Operation {
  return wrap(
    options,
    xdr.OperationBody.bumpSequence(new xdr.BumpSequenceOp({ bumpTo: options.to })),
  );
}

function atMost(field: string, value: Uint8Array | string | undefined, bytes: number): void {
  const length = value === undefined ? 0 : Buffer.from(value).length;
  if (length > bytes)
    throw refuse(
      { code: 'SSC_TX_INPUT', field },
      `${field} holds at most ${bytes} bytes, got ${length}`,
    );
}
