import type { NodeSettings } from '../config/node-settings.ts';
import { isSignedBy, sha256 } from '../keys.ts';
import { certificatePart, encodeHello, type errorCodes, type Hello } from './message.ts';

/** The overlay versions that this node speaks. */
const overlayVersions = { min: 38, current: 41 } as const;

/** The word by which a connection is ended, and why. */
export type Refusal = readonly [code: keyof typeof errorCodes, text: string];

/** How a node introduces itself on each of its connections. */
export function renderHello(
  settings: NodeSettings,
  {
    build,
    supportedProtocol,
    nowMs,
    session,
  }: {
    readonly build: string;
    readonly supportedProtocol: number;
    readonly nowMs: number;
    readonly session: { readonly key: Uint8Array; readonly nonce: Uint8Array };
  },
): Buffer {
  const expiration = Math.floor(nowMs / 1000) + 3600;
  const part = certificatePart(settings.networkId, expiration, session.key);
  return encodeHello({
    ledgerVersion: supportedProtocol,
    overlayVersion: overlayVersions.current,
    overlayMinVersion: overlayVersions.min,
    networkId: networkIdOf(settings),
    version: build,
    listeningPort: settings.peerPort,
    node: settings.key.id,
    certificate: { key: session.key, expiration, signature: settings.key.sign(sha256(part)) },
    nonce: session.nonce,
  });
}

/** Why a node of the same network can be no peer, whoever is connected already; undefined when it may be one. */
export function refusalOfHello(
  settings: NodeSettings,
  hello: Hello,
  nowMs: number,
): Refusal | undefined {
  const { key, expiration, signature } = hello.certificate;
  const part = certificatePart(settings.networkId, expiration, key);
  if (expiration * 1000 < nowMs || !isSignedBy(hello.node, sha256(part), signature))
    return ['auth', 'unexpected auth message'];
  if (
    hello.overlayMinVersion > overlayVersions.current ||
    hello.overlayVersion < overlayVersions.min
  )
    return ['conf', 'wrong protocol version'];
  if (hello.node === settings.key.id) return ['conf', 'connecting to self'];
  return undefined;
}

/** Whether a node is of another network. */
export const isForeign = (settings: NodeSettings, hello: Hello): boolean =>
  hello.networkId !== networkIdOf(settings);

const networkIdOf = ({ networkId }: NodeSettings): string => Buffer.from(networkId).toString('hex');
