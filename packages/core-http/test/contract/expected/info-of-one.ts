import type { Table } from './expectation.ts';
import {
  analysed,
  at27,
  booting,
  buckets,
  genesis,
  info,
  ledger,
  noSlot,
  own,
  slot,
  zeros,
} from './info-parts.ts';

const solo = analysed(2, 0);
const soloStart = '2026-11-22T12:32:13Z';
const watcherStart = '2026-11-22T12:55:56Z';

/** `info` of one node alone, of a watcher, and of nodes that close by hand. */
export const infoOfOne: Table = {
  'http-extra/info.manual-not-standalone.after-3.json': info(
    'Synced!',
    '2026-11-22T12:57:12Z',
    ledger(4, '2a501a5c0157d03e43de026926edf5b1f0bc84f08eb50333893d6720dc059276', 1795352236, 1),
    0,
    own(3, 'ab29e5'),
    { quorum: solo },
  ),
  'http-extra/info.manual-not-standalone.json': info(
    'Synced!',
    '2026-11-22T12:57:12Z',
    genesis,
    0,
    noSlot,
  ),
  'http-extra/info.normal-cadence.json': info(
    'Synced!',
    '2026-11-22T12:54:36Z',
    ledger(14, 'e799e695dda5b28cadb6dff3cdf74e14a1fc5ed4fb77cbcd56918b0cedf2d90f', 1795352136, 2),
    0,
    own(13, '338b6b'),
    { quorum: solo },
  ),
  // A watcher says nothing of "validated".
  'http-extra/info.watcher.catching-up.json': info(
    'Catching up',
    watcherStart,
    genesis,
    1,
    slot(17, '338b6b', [1, 0, 1], 948, null, {}),
    { quorum: analysed(15, 2), status: ['Waiting for trigger ledger: 18/65, ETA: 235s'] },
  ),
  'http-extra/info.watcher.joining-scp.json': info('Joining SCP', watcherStart, genesis, 0, noSlot),
  'http-extra/info.watcher.json': info(
    'Catching up',
    watcherStart,
    genesis,
    1,
    slot(32, '338b6b', [1, 0, 1], 996, 7, {}),
    { quorum: analysed(15, 2), status: ['Waiting for trigger ledger: 33/65, ETA: 160s'] },
  ),
  'http-extra/info.without-new-hist.json': info(
    'Synced!',
    '2026-11-22T12:57:22Z',
    ledger(21, 'cca2b24da28e10a3e298148014851269b6344ad62d48cbb13d6c428c92495599', 1795352261, 1),
    0,
    own(20, 'ca87fa'),
    {
      quorum: solo,
      status: ['Publishing 2 queued checkpoints [7-15]: update-archives-00000007:getting archives'],
    },
  ),

  'http-solo/info.after-upgrades.json': info(
    'Synced!',
    soloStart,
    ledger(
      9,
      '33c07701a4c2b0ef438e1fa0de08359c685af4cc8e43027d92b3c35cd397c893',
      1795350740,
      0,
      at27(1000, 100, 5_000_000),
    ),
    0,
    own(8, '5baa55'),
    { quorum: solo },
  ),
  'http-solo/info.end.json': info(
    'Synced!',
    soloStart,
    ledger(
      268,
      '3008550e0365dbdaca120ff914460ba0050272359950cee769b7816c2e483fef',
      1795351015,
      0,
      at27(1000, 100, 5_000_000),
    ),
    0,
    own(267, '5baa55'),
    { quorum: solo },
  ),
  'http-solo/info.protocol0.json': info(
    'Synced!',
    soloStart,
    ledger(4, '414f5f208be3b386f32b358d954dfaf528a1b2bbee9233de857a63a2ae8e37c7', 1795350735, 0),
    0,
    own(3, '5baa55'),
    { quorum: solo },
  ),
  'http-solo/info.protocol27.json': info(
    'Synced!',
    soloStart,
    ledger(
      5,
      '986fd19100cb4af4c078f2b85ad66ccfa2f64a58205430573441783203654a8e',
      1795350736,
      1,
      at27(100, 1),
    ),
    0,
    own(4, '5baa55'),
    { quorum: solo },
  ),
  'http-solo/info.state-solo-booting-error.json': booting,
  'http-solo/info.state-solo-synced-.json': info('Synced!', soloStart, genesis, 0, noSlot),
  'http-solo/info__compact-false.again.json': info(
    'Synced!',
    soloStart,
    ledger(30, '7dd33c47ca60d79402b4bef91a5975149e41bbaeaa2eb400a6b6da9b9e014427', 1795350763, 0, {
      ...at27(1000, 100, 5_000_000),
      ...buckets(
        [
          '46cf1e3cf5a0603ebca10b3da022f6d79a4987df15267a6f25c3902acf51b790',
          '3c7c876ecfc99221257726ac8ab13faa65e773d3e092ea3a892f7d2bba1ec082',
        ],
        [
          '8a723846b680cae3e836532bf361cae460493a637a9b37c07f0f564c509803e9',
          '5bdebf403dfa7ec5810fd91720dfc677d577f7c79666e2fec8c3b2e487ee90f2',
        ],
        ['2a712323de716667e8c9ebac02183136b7f233d654a86afd7dafa48e7cb5c474', zeros],
      ),
    }),
    0,
    own(29, '5baa55'),
    { quorum: solo },
  ),
  'http-solo/info__compact-false.protocol0.json': info(
    'Synced!',
    soloStart,
    ledger(
      4,
      '414f5f208be3b386f32b358d954dfaf528a1b2bbee9233de857a63a2ae8e37c7',
      1795350735,
      0,
      buckets(
        [zeros, zeros],
        ['9ee8904645202f0e9e6b4cda6786da45d8d032b6f8761b0014f7681ee2010ac5', zeros],
      ),
    ),
    0,
    own(3, '5baa55'),
    { quorum: solo },
  ),

  'http-soroban/info.after-config-upgrade.json': info(
    'Synced!',
    '2026-11-22T13:12:31Z',
    ledger(
      52,
      'eb4383b3667adbf7faa781bac298a0739bc50d0159bf2e8903624d70c72fa4f5',
      1795353201,
      0,
      at27(1000, 300),
    ),
    0,
    own(51, 'fb7199'),
    { quorum: solo },
  ),

  'http-standalone/info.after-upgrade.json': info(
    'Synced!',
    '2026-11-22T12:47:34Z',
    ledger(
      4,
      'b9728fbfd82ebc5f27127bc553fbc7d7e33562780d0ae63fbed07c19ce8410a9',
      1795351656,
      0,
      at27(100, 1),
    ),
    0,
    own(3, 'd3547e'),
    { quorum: solo },
  ),
  'http-standalone/info.start.json': info('Synced!', '2026-11-22T12:47:34Z', genesis, 0, noSlot),
  // Closing by hand runs on a clock that begins in 1970; the age is by that clock.
  'http-standalone/manual-close.1-1.info.json': info(
    'Synced!',
    '1970-01-01T00:00:00Z',
    ledger(
      10,
      '9be7e9e655a9828950914e5db4506e422e3ad8a567576031ee51a2816462fb28',
      1795351682,
      2285,
    ),
    0,
    noSlot,
    { quorum: { ...analysed(10, 0), maybe_dead_nodes: ['self'] } },
  ),
  'http-standalone/manual-close.3-1.info.json': info(
    'Synced!',
    '1970-01-01T00:00:00Z',
    ledger(
      12,
      '61806dcfb20099a10f58a7073e20660b81fd3ba652549512232c064d841c071b',
      1893456000,
      3225,
    ),
    0,
    noSlot,
    { quorum: { ...analysed(12, 0), maybe_dead_nodes: ['self'] } },
  ),
  'http-standalone/manual-close.7-2.info.json': info(
    'Synced!',
    '1970-01-01T00:00:00Z',
    ledger(
      2,
      '9c64e23781277dfe58416ec3294bf6d47757dfa7a3e79659d8f4b95b4193f3b4',
      1795351686,
      3842,
      at27(100, 1),
    ),
    0,
    noSlot,
    { quorum: { ...analysed(2, 0), maybe_dead_nodes: ['self'] } },
  ),
  'http-standalone/manual-close.info.start.json': info(
    'Synced!',
    '1970-01-01T00:00:00Z',
    genesis,
    0,
    noSlot,
  ),
};
