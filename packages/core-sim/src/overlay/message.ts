import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** Kinds of overlay messages, with the numbers of XDR's MessageType. */
export const messageTypes = {
  error: 0,
  auth: 2,
  dontHave: 3,
  getTxSet: 6,
  txSet: 7,
  transaction: 8,
  getQuorumSet: 9,
  quorumSet: 10,
  scp: 11,
  getScpState: 12,
  hello: 13,
  generalizedTxSet: 17,
} as const;

export type MessageType = keyof typeof messageTypes;

const names = new Map<number, MessageType>(
  (Object.keys(messageTypes) as MessageType[]).map((name) => [messageTypes[name], name]),
);

/** A message, read. */
export interface Message {
  readonly type: MessageType;
  readonly body: Buffer;
}

// A message goes to many peers and is passed on by them: within one process its bytes are made and read once.
const encoded = new WeakMap<Uint8Array, { readonly type: MessageType; readonly bytes: Buffer }>();
const decoded = new WeakMap<Uint8Array, Message>();

/** The XDR of a `StellarMessage`: its number, then its body. */
export function encodeMessage(type: MessageType, body: Uint8Array): Buffer {
  const known = encoded.get(body);
  if (known?.type === type) return known.bytes;
  const bytes = new XdrWriter().int(messageTypes[type]).fixed(body).end();
  encoded.set(body, { type, bytes });
  return bytes;
}

/** The message of a `StellarMessage` in XDR; undefined for a kind that core-sim does not exchange. */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  const known = decoded.get(bytes);
  if (known !== undefined) return known;
  if (bytes.length < 4) return undefined;
  const reader = new XdrReader(bytes);
  const type = names.get(reader.int());
  if (type === undefined) return undefined;
  const message = { type, body: reader.rest() };
  decoded.set(bytes, message);
  encoded.set(message.body, {
    type,
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
  });
  return message;
}

/** Who a peer says it is (XDR: Hello). */
export interface Hello {
  readonly ledgerVersion: number;
  readonly overlayVersion: number;
  readonly overlayMinVersion: number;
  /** In hex. */
  readonly networkId: string;
  readonly version: string;
  readonly listeningPort: number;
  readonly node: string;
  /** The session key that the node's key has signed. */
  readonly certificate: {
    readonly key: Uint8Array;
    readonly expiration: number;
    readonly signature: Uint8Array;
  };
  readonly nonce: Uint8Array;
}

export function encodeHello(hello: Hello): Buffer {
  const writer = new XdrWriter().uint(hello.ledgerVersion).uint(hello.overlayVersion);
  writer.uint(hello.overlayMinVersion).hex(hello.networkId).latin1(hello.version);
  writer.int(hello.listeningPort).int(0).hex(hello.node).fixed(hello.certificate.key);
  writer.long(hello.certificate.expiration).opaque(hello.certificate.signature);
  return writer.fixed(hello.nonce).end();
}

export function decodeHello(body: Uint8Array): Hello {
  const reader = new XdrReader(body);
  const [ledgerVersion, overlayVersion, overlayMinVersion] = [
    reader.uint(),
    reader.uint(),
    reader.uint(),
  ];
  const networkId = reader.hex(32);
  const version = reader.latin1();
  const listeningPort = reader.int();
  reader.int();
  const node = reader.hex(32);
  const certificate = {
    key: reader.fixed(32),
    expiration: reader.safeUint(),
    signature: reader.opaque(64),
  };
  const nonce = reader.fixed(32);
  return {
    ledgerVersion,
    overlayVersion,
    overlayMinVersion,
    networkId,
    version,
    listeningPort,
    node,
    certificate,
    nonce,
  };
}

/** What a node's key signs to vouch for its session key: network id, ENVELOPE_TYPE_AUTH, expiration, key. */
export const certificatePart = (
  networkId: Uint8Array,
  expiration: number,
  key: Uint8Array,
): Buffer => new XdrWriter().fixed(networkId).int(3).long(expiration).fixed(key).end();

/** Why a peer is dropped (XDR: ErrorCode). */
export const errorCodes = { misc: 0, data: 1, conf: 2, auth: 3, load: 4 } as const;

export const encodeError = (code: keyof typeof errorCodes, text: string): Buffer =>
  new XdrWriter().int(errorCodes[code]).latin1(text).end();

export function decodeError(body: Uint8Array): { readonly code: number; readonly text: string } {
  const reader = new XdrReader(body);
  return { code: reader.int(), text: reader.latin1() };
}
