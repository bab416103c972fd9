import { type NetworkPlan, resourceProfiles, type SetPlan, toDataId } from '../src/index.ts';

export const runName = 'ssc-1a2b3c';

export const coreSet = (changes: Partial<SetPlan> = {}): SetPlan => ({
  name: 'core',
  image: 'stellar/stellar-core:27.1.0',
  nodes: [0, 1, 2].map((i) => ({ config: `# node ${i}\nNODE_IS_VALIDATOR = true\n` })),
  running: true,
  dataId: toDataId({ run: runName, set: changes.name ?? 'core' }, 1),
  data: { kind: 'empty-dir', medium: 'disk' },
  preparation: { newDb: true, newHist: ['local'] },
  waitForConsensus: false,
  resources: resourceProfiles.small,
  ...changes,
});

export const networkPlan = (changes: Partial<NetworkPlan> = {}): NetworkPlan => ({
  run: runName,
  mission: 'SimplePayment',
  namespace: 'sandbox',
  history: { image: 'nginx:1.28', port: 8080 },
  sets: [coreSet()],
  ...changes,
});
