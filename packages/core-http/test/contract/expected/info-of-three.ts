import type { Table } from './expectation.ts';
import {
  analysed,
  at27,
  booting,
  buckets,
  genesisOfTrio,
  info,
  ledger,
  noSlot,
  slot,
  three,
  zeros,
} from './info-parts.ts';

const start0 = '2026-11-22T12:45:52Z';
const ledger7 = (age: number, rest?: Readonly<Record<string, unknown>>) =>
  ledger(
    7,
    '0b1eb9427c39430aec3030f50c823b56629b74a02a5bdcb353cf87aa40529a3f',
    1795351571,
    age,
    rest,
  );
const ledger279 = (age: number) =>
  ledger(
    279,
    'b2fa56e7cb03a999d4ab03bbbeca91987a9e559aae2cec1b41882b2286e0679b',
    1795351964,
    age,
    at27(1000, 300),
  );
const ledger326 = (age: number) =>
  ledger(
    326,
    'a34d90a814de337140aaeb7397443ef32252af0daff12e2d9c73b41e0d89226b',
    1795352072,
    age,
    at27(1000, 300),
  );
const ledger330 = ledger(
  330,
  'a44f8fe46c49151aaeec35bce85897168148960b55e8d34f16468c387529e0fe',
  1795352128,
  1,
  at27(1000, 300),
);
const publishing = (checkpoint: number) => ({
  status: [
    `Publishing 1 queued checkpoints [${checkpoint}-${checkpoint}]: Waiting before starting Ready to run: resolve-snapshot`,
  ],
});
const at5 = { quorum: analysed(5, 3) };

/** `info` of three nodes, through loss of one, loss of the quorum and recovery. */
export const infoOfThree: Table = {
  // Alone without a quorum, and Synced! all the same.
  'http-trio/info.alone.node-0.json': info('Synced!', start0, genesisOfTrio, 0, noSlot),
  // Synced! while it applies what it missed: the ledger is 22 s old, and the slot not validated.
  'http-trio/info.catching-up.node-2.json': info(
    'Synced!',
    '2026-11-22T12:53:37Z',
    ledger(
      311,
      'e266136df1caae3f8fb91fd5301ffd0178aaabd4364986470f4f5118933c6882',
      1795352039,
      22,
      at27(1000, 300),
    ),
    2,
    three(310, 5812, null, { validated: false }),
    {
      quorum: analysed(293, 3),
      status: [
        'Catching up to ledger 303: Applying buffered ledgers: apply ledger 311',
        'Publishing 4 queued checkpoints [287-311]: update-archives-0000011f:uploading files',
      ],
    },
  ),
  'http-trio/info.first-booting-error.node-1.json': booting,
  'http-trio/info.first-booting-error.node-2.json': booting,
  'http-trio/info.first-catching-up.node-2.json': info(
    'Catching up',
    '2026-11-22T12:53:37Z',
    ledger279(88),
    2,
    noSlot,
    { status: ['Waiting for trigger ledger: 293/297, ETA: 4s'] },
  ),
  'http-trio/info.first-connected.node-2.json': info(
    'Connected',
    '2026-11-22T12:54:24Z',
    ledger(
      318,
      'ad69154fbaf5e5a9ac4d8ee7ded76d9516886b3e4bea693fd9b7bfcffa3a52dc',
      1795352057,
      7,
      at27(1000, 300),
    ),
    0,
    slot(317, '97f17c', [1, 2, 0], 0, null),
  ),
  // All three still "agree" on the last slot, 36 s after the other two have gone.
  'http-trio/info.first-joining-scp.node-0.json': info(
    'Joining SCP',
    start0,
    ledger326(36),
    0,
    three(325, 7436, 37),
    at5,
  ),
  'http-trio/info.first-synced-.node-0.json': info('Synced!', start0, genesisOfTrio, 0, noSlot),
  'http-trio/info.first-synced-.node-1.json': info(
    'Synced!',
    '2026-11-22T12:46:00Z',
    genesisOfTrio,
    0,
    noSlot,
  ),
  // Started behind the network, and Synced! with a ledger 53 s old.
  'http-trio/info.first-synced-.node-2.json': info(
    'Synced!',
    '2026-11-22T12:53:37Z',
    ledger279(53),
    0,
    slot(278, '97f17c', [1, 2, 0], 0, null),
  ),
  'http-trio/info.node-0.json': info('Synced!', start0, ledger7(3), 2, three(6, 7124, null), {
    ...at5,
    ...publishing(7),
  }),
  'http-trio/info.node-1.json': info(
    'Synced!',
    '2026-11-22T12:46:00Z',
    ledger7(3),
    2,
    three(6, 6656, null),
    { ...at5, ...publishing(7) },
  ),
  'http-trio/info.node-2.json': info(
    'Synced!',
    '2026-11-22T12:46:06Z',
    ledger7(5),
    2,
    three(7, 9920, null),
    { quorum: analysed(2, 3), ...publishing(7) },
  ),
  'http-trio/info.one-missing.node-0.json': info(
    'Synced!',
    start0,
    ledger279(1),
    1,
    three(278, 10_400, 34),
    { ...at5, ...publishing(279) },
  ),
  'http-trio/info.one-of-three-armed.node-0.json': info(
    'Synced!',
    start0,
    ledger(19, '597520529a364f222a4ab7504421372a1dec1677d4598ee9e04e479e851232bd', 1795351591, 2),
    2,
    three(18, 7124, 399),
    {
      ...at5,
      status: ['Armed with network upgrades: upgradetime=2026-11-22T12:46:23Z, protocolversion=27'],
    },
  ),
  'http-trio/info.protocol27.node-0.json': info(
    'Synced!',
    start0,
    ledger(
      35,
      'fb8ff7bbb023397a22d0fa86d013b8a58cac9ce2ed06254052bc2f1be93030cb',
      1795351613,
      0,
      at27(1000, 200),
    ),
    2,
    three(34, 7148, 399),
    at5,
  ),
  'http-trio/info.quorum-lost-45s.node-0.json': info(
    'Joining SCP',
    start0,
    ledger326(47),
    0,
    three(325, 7436, 37),
    at5,
  ),
  'http-trio/info.quorum-lost-5s.node-0.json': info(
    'Synced!',
    start0,
    ledger326(7),
    0,
    three(325, 7436, 7941),
    at5,
  ),
  'http-trio/info.recovered.node-0.json': info(
    'Synced!',
    start0,
    ledger330,
    1,
    slot(329, '97f17c', [2, 1, 1], 2800, 37),
    at5,
  ),
  'http-trio/info.recovered.node-1.json': info(
    'Synced!',
    '2026-11-22T12:55:19Z',
    ledger330,
    1,
    slot(329, '97f17c', [2, 1, 1], 2304, null),
    { quorum: analysed(327, 3) },
  ),
  'http-trio/info.recovered.node-2.json': info(
    'Synced!',
    '2026-11-22T12:55:29Z',
    ledger(
      335,
      'f74088be24ab88ffd51eb6995f3c2b472191901f9f1c7259b5e9a8a795556ea0',
      1795352135,
      2,
      at27(1000, 300),
    ),
    2,
    three(334, 6932, null),
    { quorum: analysed(327, 3), ...publishing(335) },
  ),
  'http-trio/info.two-of-three.node-0.json': info(
    'Synced!',
    start0,
    ledger(2, '055b12ee075ed4e28dca3d33da357f5cb5f75ef699898413f51b1a12a93a868d', 1795351552, 14),
    1,
    noSlot,
    { quorum: analysed(2, 3) },
  ),
  'http-trio/info.wait-for-consensus.node-2.json': info(
    'Synced!',
    '2026-11-22T12:54:24Z',
    ledger326(2),
    2,
    three(325, 6944, 18),
    { quorum: analysed(319, 3) },
  ),
  'http-trio/info__compact-false.three.node-0.json': info(
    'Synced!',
    start0,
    ledger7(
      5,
      buckets(
        [zeros, zeros],
        ['a6548d08ecb3572304b2e25f07e8d5ee19fd01d36b0eee4e495ca9e8bf74f073', zeros],
      ),
    ),
    2,
    three(7, 10_112, null),
    { ...at5, ...publishing(7) },
  ),
};
