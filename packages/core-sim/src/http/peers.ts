import type { CoreNode } from '../node.ts';
import type { Peer } from '../overlay/peer.ts';
import { type Json, orNull } from './styled-json.ts';

/** The reply of `/peers`. Capacities are those of an idle connection: core-sim has no flow control. */
export function describePeers(
  node: CoreNode,
  options: { readonly fullKeys: boolean; readonly compact: boolean },
): Json {
  const describe = (peer: Peer): Json => {
    const { traffic } = peer;
    return {
      address: peer.address,
      elapsed: Math.floor((node.clock.now() - peer.connectedAtMs) / 1000),
      flow_control: {
        local_capacity: { flood: 200, reading: 201 },
        local_capacity_bytes: { flood: 300_000 },
        peer_capacity: 200,
        peer_capacity_bytes: 300_000,
        ...(!options.compact && {
          outbound_queue_delay_advert_p75: 0,
          outbound_queue_delay_demand_p75: 0,
          outbound_queue_delay_scp_p75: 0,
          outbound_queue_delay_txs_p75: 0,
        }),
      },
      id: node.herder.nameOf(peer.id, options.fullKeys),
      latency: 0,
      olver: peer.overlayVersion,
      ver: peer.version,
      ...(!options.compact && {
        async_read: traffic.messagesRead,
        async_write: traffic.messagesWritten,
        byte_read: traffic.bytesRead,
        byte_write: traffic.bytesWritten,
        duplicate_fetch_message_recv: 0,
        duplicate_flood_message_recv: 0,
        message_delay_in_async_write_p75: 0,
        message_delay_in_write_queue_p75: 0,
        message_drop: 0,
        message_read: traffic.messagesRead,
        message_write: traffic.messagesWritten,
        pull_mode: { demand_timeouts: 0, pull_latency: 0 },
        unique_fetch_message_recv: 0,
        unique_flood_message_recv: traffic.messagesRead,
      }),
    };
  };
  const side = (isOutbound: boolean): Json =>
    orNull(node.overlay.peers.filter((peer) => peer.isOutbound === isOutbound).map(describe));
  return {
    authenticated_peers: { inbound: side(false), outbound: side(true) },
    pending_peers: { inbound: null, outbound: null },
  };
}
