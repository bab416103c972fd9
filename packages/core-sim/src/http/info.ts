import type { CoreNode } from '../node.ts';
import type { Json } from './styled-json.ts';

/** The reply of `/info`. */
export function describeInfo(node: CoreNode, isCompact: boolean): Json {
  const { status } = node;
  return {
    info: {
      build: node.build,
      ledger: describeLedger(node, isCompact),
      network: node.settings.passphrase,
      peers: {
        authenticated_count: node.overlay.peers.length,
        pending_count: node.overlay.pendingCount,
      },
      protocol_version: node.supportedProtocol,
      quorum: node.quorum.summary(),
      startedOn: `${new Date(node.startedMs).toISOString().slice(0, 19)}Z`,
      state: node.state,
      ...(status.length > 0 && { status }),
    },
  };
}

function describeLedger({ ledger, clock }: CoreNode, isCompact: boolean): Json {
  const { header, hash, upgradable, live } = ledger;
  const { closeTime } = header.scpValue;
  const { maxSorobanTxSetSize } = upgradable;
  return {
    age: closeTime === 0 ? 0 : Math.max(0, Math.floor(clock.now() / 1000) - closeTime),
    baseFee: header.baseFee,
    baseReserve: header.baseReserve,
    ...(!isCompact && {
      bucketlist: live.levels.map(({ curr, snap }) => ({ curr: curr.hash, snap: snap.hash })),
    }),
    closeTime,
    ...(header.flags !== 0 && { flags: header.flags }),
    hash,
    ...(maxSorobanTxSetSize !== undefined && { maxSorobanTxSetSize }),
    maxTxSetSize: header.maxTxSetSize,
    num: header.ledgerSeq,
    version: header.ledgerVersion,
  };
}
