import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, toAccountId } from '../address.ts';
import { type SignerKey, toSignerKey } from '../signer-key.ts';
import { type Operation, type OperationSource, wrap } from './wrap.ts';

/** From here to the matching end, in the same transaction, the source pays the reserves of `sponsored`. */
export function beginSponsoringFutureReserves(
  options: OperationSource & { readonly sponsored: AccountRef },
): Operation {
  return wrap(
    options,
    xdr.OperationBody.beginSponsoringFutureReserves(
      new xdr.BeginSponsoringFutureReservesOp({ sponsoredId: toAccountId(options.sponsored) }),
    ),
  );
}

/** The source, which is being sponsored, ends that. */
export function endSponsoringFutureReserves(options: OperationSource = {}): Operation {
  return wrap(options, xdr.OperationBody.endSponsoringFutureReserves());
}

/** Ends or passes on the sponsorship of a ledger entry, or of a signer of an account. */
export function revokeSponsorship(
  options: OperationSource &
    (
      | { readonly entry: xdr.LedgerKey }
      | { readonly account: AccountRef; readonly signer: SignerKey }
    ),
): Operation {
  return wrap(
    options,
    xdr.OperationBody.revokeSponsorship(
      'entry' in options
        ? xdr.RevokeSponsorshipOp.revokeSponsorshipLedgerEntry(options.entry)
        : xdr.RevokeSponsorshipOp.revokeSponsorshipSigner(
            new xdr.RevokeSponsorshipOpSigner({
              accountId: toAccountId(options.account),
              signerKey: toSignerKey(options.signer),
            }),
          ),
    ),
  );
}
