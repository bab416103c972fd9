import { expect, test } from 'vitest';
import {
  type NetworkModel,
  type NodeConfig,
  planNodes,
  type QuorumSetTable,
} from '../src/index.ts';

/** Each line below must be an error of the compiler: an unused expectation is an error itself. */
test('the compiler refuses wrong keys, types and names', () => {
  const mistakes: readonly NodeConfig[] = [
    // @ts-expect-error HTTP_PROT: did you mean HTTP_PORT?
    { HTTP_PROT: 11_626 },
    // @ts-expect-error a port is a number
    { HTTP_PORT: '11626' },
    // @ts-expect-error a flag is true or false
    { NODE_IS_VALIDATOR: 'true' },
    // @ts-expect-error a list of texts
    { PREFERRED_PEERS: 'core-1.net' },
    // @ts-expect-error a list of numbers
    { LOADGEN_WASM_BYTES_FOR_TESTING: ['1024'] },
    // @ts-expect-error one of three modes
    { APPLY_LOAD_MODE: 'ledger-limit' },
    // @ts-expect-error an XDR name of an operation
    { EXCLUDE_TRANSACTIONS_CONTAINING_OPERATION_TYPE: ['PAYMENTS'] },
    // @ts-expect-error only get, put and mkdir
    { HISTORY: { local: { gte: 'cp' } } },
    // @ts-expect-error a quality in capitals
    { HOME_DOMAINS: [{ HOME_DOMAIN: 'a.example', QUALITY: 'high' }] },
    // @ts-expect-error PUBLIC_KEY is missing
    { VALIDATORS: [{ NAME: 'a', HOME_DOMAIN: 'a.example' }] },
    // @ts-expect-error a removed key
    { USE_CONFIG_FOR_GENESIS: true },
  ];
  const sets: readonly QuorumSetTable[] = [
    // @ts-expect-error THRESHOLD_PERCNT: did you mean THRESHOLD_PERCENT?
    { THRESHOLD_PERCNT: 67 },
    // @ts-expect-error a group is a table
    { sub0: 67 },
    { THRESHOLD_PERCENT: 67, sub0: { VALIDATORS: [], '1': { VALIDATORS: [] } } },
  ];
  expect([mistakes.length, sets.length]).toEqual([11, 3]);
});

test('the compiler refuses sets that are not in the network', () => {
  const place = () => ({ peerHost: 'x', dataFolder: '/data' });
  const model = { passphrase: 'x', seed: 'x' } as const;
  const plans = [
    () =>
      planNodes(
        // @ts-expect-error there is no set "coer"
        { ...model, sets: { core: { nodes: 1, quorum: { of: ['coer'] } } } },
        place,
      ),
    () =>
      planNodes(
        // @ts-expect-error there is no set "validators"
        { ...model, sets: { core: { nodes: 1, archivesFrom: ['validators'] } } },
        place,
      ),
    // @ts-expect-error nodez: did you mean nodes?
    () => planNodes({ ...model, sets: { core: { nodez: 1 } } }, place),
  ];
  for (const plan of plans)
    expect(plan).toThrow(expect.objectContaining({ code: 'SSC_PLAN_INVALID' }));
  const named: NetworkModel<'core' | 'watchers'> = {
    ...model,
    sets: { core: { nodes: 3 }, watchers: { nodes: 1, quorum: { of: ['core'] } } },
  };
  expect(planNodes(named, place).map(({ name }) => name)).toEqual([
    'core-0',
    'core-1',
    'core-2',
    'watchers-0',
  ]);
});
