import { xdr } from '@stellar/stellar-sdk/base';
import type { NodeSettings } from '../config/node-settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import { NotSimulatedError } from '../not-simulated.ts';
import type { MessageType } from '../overlay/message.ts';
import type { Peer } from '../overlay/peer.ts';
import { decodeQuorumSet, hashQuorumSet, type QuorumSet } from '../scp/quorum-set.ts';
import type { Slot } from '../scp/slot.ts';
import { readTransaction, type TxFrame } from '../tx/frame.ts';
import { readTxSet, type TxSet } from '../tx/tx-set.ts';
import { XdrReader } from '../xdr/reader.ts';
import { sendQuorumSet, sendState, sendTxSet } from './answers.ts';
import type { Fetcher } from './fetcher.ts';
import type { Flood } from './flood.ts';
import type { Inbox } from './inbox.ts';
import type { KnownSets } from './known-sets.ts';
import type { TxQueues } from './tx-queues.ts';

/** Where the messages of peers belong. */
export interface MailOptions {
  readonly settings: NodeSettings;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly known: KnownSets;
  readonly fetcher: Fetcher;
  readonly flooded: Flood;
  readonly inbox: Inbox;
  readonly queue: TxQueues;
  readonly slots: ReadonlyMap<number, Slot>;
  /** The slot that the network agrees on next, as far as this node knows. */
  nextSlot(): number;
}

/** What peers send, each kind to where it belongs. */
export class Mail {
  readonly #options: MailOptions;

  constructor(options: MailOptions) {
    this.#options = options;
  }

  receive(peer: Peer, type: MessageType, body: Buffer): void {
    const { known, fetcher, inbox, slots } = this.#options;
    switch (type) {
      case 'scp':
        inbox.receive(body, peer);
        return;
      case 'transaction':
        this.#receiveTransaction(body, peer);
        return;
      case 'getScpState':
        sendState(peer, slots, new XdrReader(body).uint());
        return;
      case 'getTxSet':
        sendTxSet(peer, known, body);
        return;
      case 'getQuorumSet':
        sendQuorumSet(peer, known, body);
        return;
      case 'txSet':
      case 'generalizedTxSet':
        this.#receiveTxSet(body, type === 'generalizedTxSet');
        return;
      case 'quorumSet':
        this.#receiveQuorumSet(decodeQuorumSet(body));
        return;
      case 'dontHave':
        fetcher.refused(body.subarray(4, 36).toString('hex'), peer);
        return;
      default:
        return;
    }
  }

  #receiveTxSet(body: Buffer, isGeneralized: boolean): void {
    let set: TxSet;
    try {
      set = readTxSet(body, isGeneralized, this.#options.settings.networkId);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#options.log('Herder', 'ERROR', `Cannot use a transaction set: ${error.message}`);
      return;
    }
    const { fetcher, known, inbox, nextSlot } = this.#options;
    if (!fetcher.isSearching(set.hash)) return;
    fetcher.found(set.hash);
    known.addTxSet(set, nextSlot());
    inbox.arrived(set.hash);
  }

  #receiveQuorumSet(set: QuorumSet): void {
    const hash = hashQuorumSet(set);
    const { fetcher, known, inbox } = this.#options;
    if (!fetcher.isSearching(hash)) return;
    fetcher.found(hash);
    known.addQuorumSet(set);
    inbox.arrived(hash);
  }

  #receiveTransaction(body: Buffer, peer: Peer): void {
    const { ledger, settings, flooded, queue } = this.#options;
    const { ledgerSeq } = ledger.header;
    if (!flooded.isNews(body, peer, ledgerSeq)) return;
    let frame: TxFrame;
    try {
      frame = readTransaction(body, settings.networkId);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return;
    }
    if (queue.knows(frame)) return;
    const result = queue.submit(frame, ledger.view(), false);
    if (result.status === 'PENDING') flooded.send('transaction', body, ledgerSeq, peer);
  }
}

/** True for bytes of others that are no XDR, or hold what core-sim can't apply. */
const isUnreadable = (error: unknown): error is Error =>
  error instanceof NotSimulatedError || error instanceof xdr.XdrError;
