import type { NodeId } from '../scp/quorum-set.ts';
import type { MessageType } from './message.ts';

/** Another node, connected. */
export interface Peer {
  readonly id: NodeId;
  readonly isOutbound: boolean;
  /** `host:port` where it listens. */
  readonly address: string;
  readonly version: string;
  readonly overlayVersion: number;
  readonly connectedAtMs: number;
  readonly traffic: Traffic;
  send(type: MessageType, body: Uint8Array): void;
}

/** What went over one connection. */
export interface Traffic {
  messagesRead: number;
  messagesWritten: number;
  bytesRead: number;
  bytesWritten: number;
}
