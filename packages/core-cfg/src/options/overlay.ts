import { bool, float, int, texts, uint16 } from './option.ts';

/** Overlay. Source: stellar-core, src/main/Config.cpp. */
export const overlayOptions = {
  PEER_PORT: int(
    11625,
    'The port peers connect to: change it where several nodes share one machine.',
    {
      min: 1,
      max: uint16,
    },
  ),
  TARGET_PEER_CONNECTIONS: int(
    8,
    'How many outbound connections the node wants: at least the number of preferred peers that matter.',
    {
      min: 1,
      rules: ['lowered by core to MAX_ADDITIONAL_PEER_CONNECTIONS / 3 + 3'],
    },
  ),
  MAX_ADDITIONAL_PEER_CONNECTIONS: int(
    -1,
    'How many inbound connections the node accepts, -1 for eight times the target: too few silently lower the outbound target.',
    { min: -1, max: uint16 },
  ),
  MAX_PENDING_CONNECTIONS: int(
    500,
    'How many connections may be shaking hands at once: raise it where hundreds of nodes start together.',
    { min: 1, max: uint16 },
  ),
  PEER_AUTHENTICATION_TIMEOUT: int(
    2,
    'How long a handshake may take: raise it on slow or delayed networks.',
    { min: 1, max: uint16, unit: 's' },
  ),
  PEER_TIMEOUT: int(
    30,
    'How long an authenticated peer may be silent: raise it on lossy networks.',
    {
      min: 1,
      max: uint16,
      unit: 's',
    },
  ),
  PEER_STRAGGLER_TIMEOUT: int(
    120,
    'How long a peer may fail to drain its queue: raise it to keep slow nodes in a test.',
    { min: 1, max: uint16, unit: 's' },
  ),
  TX_SET_DOWNLOAD_TIMEOUT: int(
    5000,
    'How long a transaction set may take to arrive: raise it for large sets on slow links.',
    { min: 1, unit: 'ms' },
  ),
  PREFERRED_PEERS: texts(
    'Hosts the node connects to first and keeps ("host" or "host:port"): the other nodes of a private network.',
  ),
  PREFERRED_PEER_KEYS: texts(
    'Public keys of peers to prefer, whatever their address: for peers whose addresses change.',
  ),
  PREFERRED_PEERS_ONLY: bool(
    false,
    'Drops every peer that is not preferred: true to give a network an exact shape.',
  ),
  KNOWN_PEERS: texts(
    'Hosts to begin with when no others are known ("host" or "host:port"): the public entry points of a network.',
  ),
  SURVEYOR_KEYS: texts(
    'Who may survey this node, empty for anybody in its transitive quorum: name the surveyor when it is a watcher.',
  ),
  PEER_READING_CAPACITY: int(
    201,
    'Messages read from a peer before it must wait: raise it together with the flood capacity.',
    {
      min: 1,
      unit: 'messages',
      rules: ['greater than PEER_FLOOD_READING_CAPACITY'],
    },
  ),
  PEER_FLOOD_READING_CAPACITY: int(
    200,
    'Flooded messages read from a peer before it must wait: raise it for higher rates over long distances.',
    { min: 1, unit: 'messages' },
  ),
  FLOW_CONTROL_SEND_MORE_BATCH_SIZE: int(
    40,
    'Messages read before more are asked for: lower it to keep links busy.',
    {
      min: 1,
      unit: 'messages',
      rules: ['at most PEER_FLOOD_READING_CAPACITY'],
    },
  ),
  PEER_FLOOD_READING_CAPACITY_BYTES: int(
    0,
    'Bytes of flooded messages read from a peer before it must wait, 0 (with the next) to have core compute it: raise it for large transactions.',
    {
      unit: 'bytes',
      rules: ['exceeds FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES by the largest transaction'],
    },
  ),
  FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES: int(
    0,
    'Bytes read before more are asked for, 0 (with the previous) to have core compute it.',
    {
      unit: 'bytes',
      rules: ['at most PEER_FLOOD_READING_CAPACITY_BYTES'],
    },
  ),
  PEER_TOTAL_READING_CAPACITY_BYTES: int(
    1_048_576,
    'Bytes read from a peer in one go: for overlay experiments only.',
    { min: 1, unit: 'bytes' },
  ),
  OUTBOUND_TX_QUEUE_BYTE_LIMIT: int(
    3_145_728,
    'Bytes of transactions that may wait for one peer before the oldest are dropped: raise it where floods are lost.',
    { min: 1, unit: 'bytes' },
  ),
  MAX_BATCH_WRITE_COUNT: int(
    1024,
    'Messages written to a peer in one go: for overlay experiments only.',
    {
      min: 1,
      unit: 'messages',
    },
  ),
  MAX_BATCH_WRITE_BYTES: int(
    1_048_576,
    'Bytes written to a peer in one go: for overlay experiments only.',
    { min: 1, unit: 'bytes' },
  ),
  FLOOD_OP_RATE_PER_LEDGER: float(
    1,
    "How much of a ledger's capacity of classic operations is flooded per ledger: raise it so that full ledgers need not wait.",
  ),
  FLOOD_TX_PERIOD_MS: int(
    200,
    'Time between two floods of classic transactions: shorten it for short ledgers.',
    {
      min: 1,
      unit: 'ms',
    },
  ),
  FLOOD_SOROBAN_RATE_PER_LEDGER: float(
    1,
    "How much of a ledger's Soroban capacity is flooded per ledger: raise it so that full ledgers need not wait.",
  ),
  FLOOD_SOROBAN_TX_PERIOD_MS: int(
    200,
    'Time between two floods of Soroban transactions: shorten it for short ledgers.',
    { min: 1, unit: 'ms' },
  ),
  FLOOD_ADVERT_PERIOD_MS: int(
    100,
    'Time between two adverts of transaction hashes: shorten it for short ledgers.',
    {
      min: 1,
      unit: 'ms',
    },
  ),
  FLOOD_DEMAND_PERIOD_MS: int(
    200,
    'Time between two demands for advertised transactions: shorten it for short ledgers.',
    { min: 1, unit: 'ms' },
  ),
  FLOOD_DEMAND_BACKOFF_DELAY_MS: int(
    500,
    'Time before an unanswered demand is repeated elsewhere: lengthen it when peers are slow under load.',
    { min: 1, unit: 'ms' },
  ),
  FLOOD_ARB_TX_BASE_ALLOWANCE: int(
    5,
    'Path payment loops flooded per ledger and asset pair before they are thinned out, -1 for all: -1 in load tests of such loops.',
    { min: -1, unit: 'transactions' },
  ),
  FLOOD_ARB_TX_DAMPING_FACTOR: float(
    0.8,
    'How strongly path payment loops beyond the allowance are thinned out: 1 thins most.',
    { max: 1 },
  ),
  EXPERIMENTAL_TX_BATCH_MAX_SIZE: int(
    0,
    'Transactions sent to a peer in one message, 0 for one each: 500 in throughput experiments.',
    { unit: 'transactions' },
  ),
  BACKGROUND_OVERLAY_PROCESSING: bool(
    true,
    'Reads and authenticates messages off the main thread: false to compare with the old way.',
  ),
  BACKGROUND_TX_SIG_VERIFICATION: bool(
    true,
    'Verifies signatures of transactions off the main thread: false to compare with the old way.',
  ),
} as const;
