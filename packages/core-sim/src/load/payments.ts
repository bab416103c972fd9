import type { Random } from '@ssc/clock';
import { createTestKey } from '../keys.ts';
import type { LedgerHeader } from '../ledger/header.ts';
import { createSimplePayment } from '../tx/simple-payment.ts';
import type { LoadKind } from './load-kind.ts';
import type { LoadRequest } from './load-request.ts';

/** What makes transactions between test accounts needs to know. */
export interface BetweenAccounts {
  readonly request: LoadRequest;
  readonly networkId: Uint8Array;
  readonly random: Random;
  header(): LedgerHeader;
}

/** The names of the accounts of a load. */
export const testAccounts = ({
  accounts,
  offset,
}: Pick<LoadRequest, 'accounts' | 'offset'>): string[] =>
  Array.from({ length: Math.max(0, accounts) }, (_, i) => testAccount(offset + i));

const testAccount = (index: number): string => `TestAccount-${index}`;

/** A fee per operation: drawn up to what the load allows, else the least. */
export function drawFee({ request, random, header }: BetweenAccounts): number {
  const { maxFeeRate } = request;
  const { baseFee } = header();
  return maxFeeRate === undefined ? baseFee : baseFee + random.int(maxFeeRate - baseFee + 1);
}

/** Payments of a stroop between test accounts. `find` makes sure that the receiver is there. */
export function payments(options: BetweenAccounts & { find(name: string): unknown }): LoadKind {
  const { request, networkId, random, header, find } = options;
  return {
    payers: testAccounts(request),
    count: request.txs,
    isSoroban: false,
    next({ key: source }) {
      const receiver = testAccount(request.offset + random.int(request.accounts));
      find(receiver);
      const destination = createTestKey(receiver, networkId).id;
      const isV0 = header().ledgerVersion < 13;
      return (seqNum) =>
        createSimplePayment({
          ...{ source, destination, amount: 1n, seqNum, fee: drawFee(options) },
          ...{ isCreation: false, networkId, isV0 },
        });
    },
    counted: (bytes) => ({ 'loadgen.payment.submitted': 1, 'loadgen.payment.bytes': bytes }),
    isThere: () => true,
  };
}
