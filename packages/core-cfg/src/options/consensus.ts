import { bool, int, table, text, texts, textsOf, uint32 } from './option.ts';

/** XDR names of OperationType. Source: stellar-xdr, Stellar-transaction.x. */
const operationTypes = [
  'CREATE_ACCOUNT',
  'PAYMENT',
  'PATH_PAYMENT_STRICT_RECEIVE',
  'MANAGE_SELL_OFFER',
  'CREATE_PASSIVE_SELL_OFFER',
  'SET_OPTIONS',
  'CHANGE_TRUST',
  'ALLOW_TRUST',
  'ACCOUNT_MERGE',
  'INFLATION',
  'MANAGE_DATA',
  'BUMP_SEQUENCE',
  'MANAGE_BUY_OFFER',
  'PATH_PAYMENT_STRICT_SEND',
  'CREATE_CLAIMABLE_BALANCE',
  'CLAIM_CLAIMABLE_BALANCE',
  'BEGIN_SPONSORING_FUTURE_RESERVES',
  'END_SPONSORING_FUTURE_RESERVES',
  'REVOKE_SPONSORSHIP',
  'CLAWBACK',
  'CLAWBACK_CLAIMABLE_BALANCE',
  'SET_TRUST_LINE_FLAGS',
  'LIQUIDITY_POOL_DEPOSIT',
  'LIQUIDITY_POOL_WITHDRAW',
  'INVOKE_HOST_FUNCTION',
  'EXTEND_FOOTPRINT_TTL',
  'RESTORE_FOOTPRINT',
] as const;

/** The XDR name of an operation. */
export type OperationType = (typeof operationTypes)[number];

/** Identity and consensus. Source: stellar-core, src/main/Config.cpp. */
export const consensusOptions = {
  NODE_SEED: text(
    undefined,
    'The node\'s secret key ("S…", then an alias for its public key if you like): without one the node is a stranger after every start.',
    { rules: ['no $FILE: reference on the public network'] },
  ),
  NODE_IS_VALIDATOR: bool(
    false,
    'Takes part in consensus instead of only following it: true for the nodes that others list in their quorum sets.',
  ),
  NODE_HOME_DOMAIN: text(
    '',
    'The organisation the node belongs to: needed by a validator whose quorum set is made from [[VALIDATORS]].',
  ),
  QUORUM_SET: table(
    'quorum-set',
    'The nodes this node listens to and how many of them must agree: for private networks, where [[VALIDATORS]] demands too much.',
    {
      rules: [
        'equals the set generated from [[VALIDATORS]] when both are given, unless UNSAFE_QUORUM',
        'every node has one, watchers too',
      ],
    },
  ),
  VALIDATORS: table(
    'validators',
    'Known validators, from which core makes a quorum set by organisation and quality: for public networks.',
    { rules: ['a validator does not list itself: core adds it'] },
  ),
  HOME_DOMAINS: table(
    'home-domains',
    'Organisations and their quality, which their [[VALIDATORS]] inherit.',
  ),
  FAILURE_SAFETY: int(
    -1,
    'How many nodes of the quorum set must be able to fail without stopping this one, -1 to have core compute it: 0 in networks too small to lose one.',
    { min: -1, max: 2_147_483_646, rules: ['0 needs UNSAFE_QUORUM'] },
  ),
  UNSAFE_QUORUM: bool(
    false,
    'Lifts the safety checks of the quorum set: true in test networks of one to three nodes.',
  ),
  MAX_SLOTS_TO_REMEMBER: int(
    12,
    'How many past ledgers of consensus messages a node keeps for peers that fell behind: raise it to have them catch up without an archive.',
    { max: uint32, unit: 'ledgers' },
  ),
  MAXIMUM_LEDGER_CLOSETIME_DRIFT: int(
    70,
    "How far a ledger's close time may lie from the local clock: raise it on machines whose clocks differ.",
    { unit: 's' },
  ),
  QUORUM_INTERSECTION_CHECKER: bool(
    true,
    'Checks in the background that any two quorums share a node: false in large test networks, where it costs minutes.',
  ),
  USE_QUORUM_INTERSECTION_CHECKER_V2: bool(
    false,
    'Checks with the newer solver, which has limits and metrics: true to watch the checker itself.',
  ),
  QUORUM_INTERSECTION_CHECKER_TIME_LIMIT_MS: int(
    5000,
    'How long the newer checker may look before it gives up: raise it for large networks.',
    { min: 1, unit: 'ms' },
  ),
  QUORUM_INTERSECTION_CHECKER_MEMORY_LIMIT_BYTES: int(
    104_857_600,
    'How much memory the newer checker may use before it gives up: raise it for large networks.',
    { min: 1024, unit: 'bytes' },
  ),
  FORCE_OLD_STYLE_LEADER_ELECTION: bool(
    false,
    'Weighs nomination leaders as before protocol 22: true on some nodes to test a mixture.',
    { protocol: 22 },
  ),
  FORCE_OLD_STYLE_PREPARE_START_TRIGGER_TIMER: bool(
    false,
    'Times the next ledger from the local start of the ballot, as before protocol 28: true on some nodes to test a mixture.',
    { protocol: 28 },
  ),
  EXPERIMENTAL_PARALLEL_TX_SET_DOWNLOAD: bool(
    false,
    'Starts the ballot before the transaction set has arrived: an experiment on slow networks.',
  ),
  EXCLUDE_TRANSACTIONS_CONTAINING_OPERATION_TYPE: textsOf(
    operationTypes,
    'Transactions with one of these operations are answered FILTERED: to keep a kind of traffic out of this node.',
  ),
  FILTERED_G_ADDRESSES: texts(
    'Accounts put on the ban list at start: deprecated, use the banaccounts command.',
  ),
  MAX_DEX_TX_OPERATIONS_IN_TX_SET: int(
    0,
    'Operations of a ledger that offers and path payments may take, as a lane with its own fee, 0 for no lane: to keep room for payments.',
    { min: 102, also: 0, unit: 'operations' },
  ),
} as const;
