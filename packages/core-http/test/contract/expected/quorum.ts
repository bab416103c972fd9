import { exception, is, missing, type Table } from './expectation.ts';

/** Names by what they say; lists that are empty are null in the recording. */
interface Said {
  readonly agree: readonly string[];
  readonly delayed?: readonly string[];
  readonly missing?: readonly string[];
}

/** The quorum set of one node by name: threshold, members, who blocks, the slot, and its phase. */
const named = (
  node: string,
  hash: string,
  [t, v]: readonly [number, readonly string[]],
  said: Said,
  fail: readonly string[],
  [ledger, phase]: readonly [number, string],
  extra: { readonly qset?: object; readonly top?: object } = {},
) =>
  is({
    node,
    qset: {
      hash,
      value: { t, v },
      delayed: [],
      disagree: [],
      missing: [],
      ...said,
      fail_at: fail.length,
      fail_with: fail,
      ledger,
      phase,
      validated: true,
      cost: null,
      lag_ms: null,
      ...extra.qset,
    },
    maybe_dead_nodes: [],
    ...extra.top,
  });

const analysed = (last_check_ledger: number, node_count: number) => ({
  critical: null,
  intersection: true,
  last_check_ledger,
  node_count,
});
const transitive = (last: number, count: number) => ({ transitive: analysed(last, count) });

const soloKey = 'GC6VDQDLWRAOW3QDPRDDVWPDKB6HJ7NERFSE3A4RXLLXZEWXLWE4LCWI';
const soloQuorum = (name: string) =>
  named(name, '5baa55', [1, [name]], { agree: [name] }, [], [30, 'EXTERNALIZE'], {
    top: transitive(2, 0),
  });
const validatorKey = 'GATKBOA6LHUPRINLDQCWS677MMDVZQOL722BABUW35EZWF5ZG3DJWHTW';

const trio = ['self', 'node-1', 'node-2'] as const;
const keys = [
  'GCRYLJJJHDARNJOD7QASADEGEC36R37LHKMKERKZSOUDFHCI5LKPCOGP',
  'GCZUPBGMS3WI6NOEINOQONQJNCPFPJBBB3X4HXD4SA3O5AAXGLN3MXN7',
  'GDNA2PISYLWVRC7MBOJS57X3UEAORKYU4NAMZ6O6IY35POFHZJTUI3M2',
] as const;
/** Bytes of SCP messages by slot, from the first to the last, of two peers. */
const cost = (
  [a, b]: readonly [string, string],
  first: number,
  ...slots: readonly (readonly [number, number])[]
) => ({
  cost: Object.fromEntries(
    slots.map(([ofA, ofB], index) => [`${first + index}`, { [a]: ofA, [b]: ofB }]),
  ),
});

/** `quorum`: the latest slot, which may still be open. */
export const quorum: Table = {
  'http-extra/quorum.validator.json': named(
    validatorKey,
    '338b6b',
    [1, [validatorKey]],
    { agree: [validatorKey] },
    [],
    [18, 'EXTERNALIZE'],
    { top: transitive(2, 0) },
  ),
  'http-extra/quorum.watcher.json': named(
    'self',
    '338b6b',
    [1, ['validator']],
    { agree: ['validator'] },
    ['validator'],
    [33, 'EXTERNALIZE'],
    {
      qset: {
        validated: undefined,
        lag_ms: { validator: 7 },
        cost: Object.fromEntries(
          [22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33].map((n) => [n, { validator: 996 }]),
        ),
      },
      top: transitive(15, 2),
    },
  ),
  'http-solo/quorum.json': soloQuorum('self'),
  'http-solo/quorum__fullkeys-true.json': soloQuorum(soloKey),
  // Asked for by its key, it still calls itself self.
  [`http-solo/quorum__node-${soloKey}.json`]: soloQuorum('self'),
  'http-solo/quorum__node-nosuch.json': exception('unknown name'),
  'http-standalone/quorum.standalone.html': missing,

  // Alone: agrees with itself, fail_at 0 because it is blocked already.
  'http-trio/quorum.alone.node-0.json': named(
    'self',
    '97f17c',
    [2, trio],
    { agree: ['self'], missing: ['node-1', 'node-2'] },
    [],
    [2, 'unknown'],
  ),
  'http-trio/quorum.node-0.json': named(
    'self',
    '97f17c',
    [2, trio],
    { agree: trio },
    ['node-1'],
    [8, 'PREPARE'],
    {
      qset: cost(
        ['node-1', 'node-2'],
        2,
        [5600, 3220],
        [2208, 468],
        [2680, 468],
        [3156, 1584],
        [3796, 3328],
        [4960, 5152],
        [1572, 624],
      ),
      top: transitive(5, 3),
    },
  ),
  'http-trio/quorum.node-1.json': named(
    'self',
    '97f17c',
    [2, ['node-0', 'self', 'node-2']],
    { agree: ['node-0', 'self', 'node-2'] },
    ['node-0', 'node-2'],
    [8, 'PREPARE'],
    {
      qset: cost(
        ['node-0', 'node-2'],
        2,
        [5440, 3220],
        [2680, 468],
        [2208, 468],
        [2208, 1584],
        [3328, 3328],
        [4960, 5152],
        [1744, 1104],
      ),
      top: transitive(5, 3),
    },
  ),
  'http-trio/quorum.node-2.json': named(
    'self',
    '97f17c',
    [2, ['node-0', 'node-1', 'self']],
    { agree: ['node-0', 'node-1', 'self'] },
    ['node-0', 'node-1'],
    [8, 'EXTERNALIZE'],
    {
      qset: cost(
        ['node-0', 'node-1'],
        2,
        [1440, 1440],
        [1092, 1092],
        [1092, 1092],
        [2208, 3156],
        [3328, 3796],
        [4960, 4960],
        [3804, 3796],
      ),
      top: transitive(2, 3),
    },
  ),
  'http-trio/quorum.one-missing.node-0.json': named(
    'self',
    '97f17c',
    [2, trio],
    { agree: ['self'], delayed: ['node-1', 'node-2'] },
    [],
    [280, 'unknown'],
    {
      qset: {
        ...cost(
          ['node-1', 'node-2'],
          268,
          [3964, 2968],
          [2968, 3472],
          [3472, 3472],
          [5416, 5200],
          [3964, 4180],
          [2800, 2304],
          [3300, 2304],
          [2968, 4180],
          [3964, 3472],
          [2968, 4180],
          [5200, 5200],
          [2968, 3516],
        ),
        lag_ms: { 'node-1': 34, 'node-2': 34 },
      },
      top: transitive(5, 3),
    },
  ),
  'http-trio/quorum.quorum-lost.node-0.json': named(
    'self',
    '97f17c',
    [2, trio],
    { agree: ['self'], delayed: ['node-1', 'node-2'] },
    [],
    [327, 'unknown'],
    {
      qset: {
        ...cost(
          ['node-1', 'node-2'],
          315,
          [2304, 492],
          [5864, 492],
          [5864, 492],
          [2800, 492],
          [2304, 492],
          [4180, 3964],
          [3472, 3472],
          [3964, 3472],
          [3472, 3472],
          [3472, 3964],
          [3472, 3964],
          [5416, 4596],
        ),
        lag_ms: { 'node-1': 39, 'node-2': 15_843 },
      },
      top: transitive(5, 3),
    },
  ),
  'http-trio/quorum.two-of-three.node-0.json': named(
    'self',
    '97f17c',
    [2, trio],
    { agree: ['self'], delayed: ['node-1'], missing: ['node-2'] },
    [],
    [3, 'unknown'],
    { qset: { cost: { 2: { 'node-1': 5600 } } }, top: transitive(2, 3) },
  ),
  'http-trio/quorum__fullkeys-true.three.node-0.json': named(
    keys[0],
    '97f17c',
    [2, keys],
    { agree: keys },
    [keys[1], keys[2]],
    [8, 'EXTERNALIZE'],
    {
      qset: cost(
        [keys[1], keys[2]],
        2,
        [5600, 3220],
        [2208, 468],
        [2680, 468],
        [3156, 1584],
        [3796, 3328],
        [4960, 5152],
        [3796, 3328],
      ),
      top: transitive(5, 3),
    },
  ),
  // Of another node: no costs, lags, dead nodes or analysis.
  [`http-trio/quorum__node-${keys[2]}.three.node-0.json`]: named(
    'node-2',
    '97f17c',
    [2, trio],
    { agree: trio },
    ['self', 'node-1'],
    [8, 'EXTERNALIZE'],
    {
      qset: { cost: undefined, lag_ms: undefined },
      top: { maybe_dead_nodes: undefined },
    },
  ),
  // A name of its own configuration is not known here.
  'http-trio/quorum__node-node-1.three.node-0.json': exception('unknown name'),
};

const counts = (
  [agree, ledger, fail_at, bytes]: readonly [number, number, number, number],
  hash: string,
  analysis: object,
) =>
  is({
    node: 'self',
    maybe_dead_nodes: [],
    qset: {
      agree,
      delayed: 0,
      disagree: 0,
      missing: 0,
      fail_at,
      hash,
      ledger,
      phase: 'EXTERNALIZE',
      validated: true,
      cost: bytes,
      lag_ms: null,
    },
    transitive: analysis,
  });

const everyone = (analysis: object, ...nodes: readonly object[]) =>
  is({ ...analysis, maybe_dead_nodes: [], nodes });
/** A node that follows: how far it is, and what it said last. */
const tracking = (
  node: string,
  distance: number,
  heard: number,
  set: readonly [number, readonly string[]],
  value: string,
) => ({
  node,
  distance,
  heard,
  status: 'tracking',
  qset: { t: set[0], v: set[1] },
  value: `[ SIGNED@${value}, upgrades: [ ] ]`,
  value_id: 1,
});
const said8 = 'node-1 txH: cdcf1f, ct: 1795351574';
const said2 = 'self txH: 82556c, ct: 1795351552';
const said33 = 'validator txH: d2c73b, ct: 1795352231';

/** `quorum?compact=true` and `quorum?transitive=true`. */
export const quorumInCounts: Table = {
  'http-solo/quorum__compact-true.json': counts([1, 30, 0, 0], '5baa55', analysed(2, 0)),
  'http-trio/quorum__compact-true.three.node-0.json': counts(
    [3, 8, 2, 43_744],
    '97f17c',
    analysed(5, 3),
  ),
  'http-extra/quorum__transitive.watcher.json': everyone(
    analysed(15, 2),
    tracking('self', 0, 33, [1, ['validator']], said33),
    tracking('validator', 1, 33, [1, ['validator']], said33),
  ),
  // A node that is its own quorum was never heard.
  'http-solo/quorum__transitive-true.json': everyone(analysed(2, 0), {
    distance: 0,
    node: 'self',
    status: 'unknown',
  }),
  'http-solo/quorum__transitive-true_fullkeys-true.json': everyone(analysed(2, 0), {
    distance: 0,
    node: soloKey,
    status: 'unknown',
  }),
  'http-trio/quorum__transitive-true.three.node-0.json': everyone(
    analysed(5, 3),
    tracking('self', 0, 8, [2, trio], said8),
    tracking('node-1', 1, 8, [2, trio], said8),
    tracking('node-2', 1, 8, [2, trio], said8),
  ),
  'http-trio/quorum__transitive-true_compact-true.three.node-0.json': everyone(
    analysed(5, 3),
    { heard: 8, node: 'self', status: 'tracking' },
    { heard: 8, node: 'node-1', status: 'tracking' },
    { heard: 8, node: 'node-2', status: 'tracking' },
  ),
  'http-trio/quorum__transitive-true_fullkeys-true.three.node-0.json': everyone(
    analysed(5, 3),
    tracking(keys[0], 0, 8, [2, keys], said8),
    tracking(keys[1], 1, 8, [2, keys], said8),
    tracking(keys[2], 1, 8, [2, keys], said8),
  ),
  // Before the analysis has run for the first time.
  'http-trio/quorum__transitive.alone.node-0.json': everyone(
    {},
    { distance: 0, node: 'self', status: 'unknown' },
  ),
  'http-trio/quorum__transitive.two-of-three.node-0.json': everyone(
    analysed(2, 3),
    tracking('self', 0, 2, [2, trio], said2),
    tracking('node-1', 1, 2, [2, trio], said2),
    { distance: 1, node: 'node-2', status: 'missing' },
  ),
};
