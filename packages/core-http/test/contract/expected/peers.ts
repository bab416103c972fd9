import { is, missing, type Table } from './expectation.ts';

/** One peer: port on loopback, name, seconds, and what each side may still send (messages, bytes). */
const peer = (
  port: number,
  id: string,
  elapsed: number,
  peerMay: readonly [number, number],
  weMay: readonly [number, number],
  latency = 0,
  more: object = {},
  moreFlow: object = {},
) => ({
  address: `127.0.0.1:${port}`,
  elapsed,
  latency,
  id,
  olver: 41,
  ver: 'v27.1.0',
  flow_control: {
    local_capacity: { flood: weMay[0], reading: weMay[0] + 1 },
    local_capacity_bytes: { flood: weMay[1] },
    peer_capacity: peerMay[0],
    peer_capacity_bytes: peerMay[1],
    ...moreFlow,
  },
  ...more,
});

const connected = (inbound: readonly object[], outbound: readonly object[]) =>
  is({ inbound, outbound, authenticated: [...inbound, ...outbound], pending: [] });
const nobody = connected([], []);

const [key1, key2] = [
  'GCZUPBGMS3WI6NOEINOQONQJNCPFPJBBB3X4HXD4SA3O5AAXGLN3MXN7',
  'GDNA2PISYLWVRC7MBOJS57X3UEAORKYU4NAMZ6O6IY35POFHZJTUI3M2',
] as const;

/** What `compact=false` adds, in the order of the recording. */
const counters = (
  async_read: number,
  async_write: number,
  byte_read: number,
  byte_write: number,
  duplicate_flood_message_recv: number,
  message_read: number,
  message_write: number,
  unique_fetch_message_recv: number,
  unique_flood_message_recv: number,
) => ({
  async_read,
  async_write,
  byte_read,
  byte_write,
  duplicate_fetch_message_recv: 0,
  duplicate_flood_message_recv,
  message_delay_in_async_write_p75: 0,
  message_delay_in_write_queue_p75: 0,
  message_drop: 0,
  message_read,
  message_write,
  pull_mode: { demand_timeouts: 0, pull_latency: 0 },
  unique_fetch_message_recv,
  unique_flood_message_recv,
});
const delays = {
  outbound_queue_delay_advert_p75: 0,
  outbound_queue_delay_demand_p75: 0,
  outbound_queue_delay_scp_p75: 0,
  outbound_queue_delay_txs_p75: 0,
};
const detailed = (id1: string, id2: string) =>
  connected(
    [
      peer(
        32635,
        id1,
        12,
        [170, 287_192],
        [200, 300_000],
        0,
        counters(79, 80, 35_728, 34_004, 19, 84, 81, 1, 47),
        delays,
      ),
      peer(
        32645,
        id2,
        7,
        [174, 288_772],
        [200, 300_000],
        0,
        counters(54, 65, 33_220, 31_396, 24, 76, 74, 0, 35),
        delays,
      ),
    ],
    [],
  );

/** `peers`: a direction without peers is null in the recording. */
export const peers: Table = {
  'http-extra/peers.validator-with-watcher.json': connected(
    [peer(34655, 'GBWVY', 73, [186, 294_484], [200, 300_000])],
    [],
  ),
  'http-extra/peers.watcher.json': connected(
    [],
    [peer(34645, 'validator', 73, [189, 295_552], [200, 300_000])],
  ),
  'http-solo/peers.json': nobody,
  'http-solo/peers__compact-false.json': nobody,
  'http-solo/peers__fullkeys-true.json': nobody,
  'http-standalone/peers.standalone.html': missing,
  // The banned one has gone from both directions.
  'http-trio/peers.after-ban.node-0.json': connected(
    [peer(32635, 'node-1', 396, [178, 690_940], [200, 699_600])],
    [],
  ),
  'http-trio/peers.after-reconnect.node-0.json': connected(
    [peer(32635, 'node-1', 401, [192, 696_552], [200, 699_600])],
    [],
  ),
  'http-trio/peers.alone.node-0.json': nobody,
  'http-trio/peers.node-0.json': connected(
    [
      peer(32635, 'node-1', 10, [179, 290_588], [199, 299_528]),
      peer(32645, 'node-2', 5, [184, 292_800], [200, 300_000]),
    ],
    [],
  ),
  'http-trio/peers.node-1.json': connected(
    [peer(32645, 'node-2', 6, [182, 291_840], [199, 299_672])],
    [peer(32625, 'node-0', 11, [174, 288_656], [199, 299_512], 1)],
  ),
  'http-trio/peers.node-2.json': connected(
    [],
    [
      peer(32625, 'node-0', 7, [172, 287_676], [200, 300_000]),
      peer(32635, 'node-1', 7, [187, 294_852], [200, 300_000], 1),
    ],
  ),
  'http-trio/peers__compact-false.three.node-0.json': detailed('node-1', 'node-2'),
  'http-trio/peers__compact-false_fullkeys-true.three.node-0.json': detailed(key1, key2),
  'http-trio/peers__fullkeys-true.three.node-0.json': connected(
    [
      peer(32635, key1, 12, [170, 287_192], [200, 300_000]),
      peer(32645, key2, 7, [174, 288_772], [200, 300_000]),
    ],
    [],
  ),
};
