import {
  jobConfigFile,
  jobItem,
  type NetworkPlan,
  resourceProfiles,
  toDriverJob,
  toJobObjects,
  toPermissionObjects,
  toRunObjects,
} from '../../src/index.ts';
import { coreSet, networkPlan, runName } from '../plan.fixture.ts';

export const anchorUid = '00000000-0000-4000-8000-000000000002';

/** An object as it is written down. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
}

export const postgres = { image: 'postgres:17', password: 'only-a-test' } as const;

const claimed = (changes: Partial<NetworkPlan['sets'][number]> = {}): NetworkPlan['sets'][number] =>
  coreSet({ nodes: [{ config: 'NODE_IS_VALIDATOR = true\n' }], ...changes });

const job = {
  run: runName,
  mission: 'AcceptanceUnitTests',
  namespace: 'sandbox',
  image: 'stellar/stellar-core:27.1.0',
  resources: resourceProfiles.acceptance,
  deadlineSeconds: 3600,
} as const;

/** One golden file for each feature. */
export const features: Readonly<Record<string, readonly KubernetesObject[]>> = {
  'access by an ingress that reads annotations of nginx': toRunObjects(
    networkPlan({
      access: { kind: 'ingress', className: 'nginx', rewrite: 'nginx', host: 'ssc.example.org' },
    }),
    anchorUid,
  ).access,
  'access by an ingress that reads annotations of traefik': toRunObjects(
    networkPlan({
      access: { kind: 'ingress', rewrite: 'traefik', annotations: { 'example.org/more': 'yes' } },
      sets: [claimed(), claimed({ name: 'watchers', history: false })],
    }),
    anchorUid,
  ).access,
  'access by a gateway in as many routes as nine nodes need': toRunObjects(
    networkPlan({
      access: {
        kind: 'gateway',
        host: 'ssc-1a2b3c.example.org',
        gateway: { name: 'private', namespace: 'gateways', listener: 'http' },
      },
      sets: [coreSet({ nodes: Array.from({ length: 9 }, () => ({ config: 'A = 1\n' })) })],
    }),
    anchorUid,
  ).access,
  'a set with postgres on a claim that goes when it is scaled down': toRunObjects(
    networkPlan({
      postgres: { ...postgres, user: 70, settings: { shared_buffers: '256MB' } },
      sets: [
        claimed({
          database: 'postgres',
          data: { kind: 'claim', sizeMiB: 2048, storageClass: 'fast', whenScaledDown: 'deleted' },
        }),
      ],
    }),
    anchorUid,
  ).all,
  'a set with an exporter and delayed packets': toRunObjects(
    networkPlan({
      exporter: { image: 'stellar/stellar-core-prometheus-exporter:1' },
      delay: { image: 'stellar/sdf-netdelay:1' },
      sets: [
        coreSet({
          nodes: [
            {
              config: 'A = 1\n',
              delays: [
                { to: 'ssc-1a2b3c-core-1.ssc-1a2b3c.sandbox.svc', delayMs: 23 },
                { to: 'ssc-1a2b3c-core-2.ssc-1a2b3c.sandbox.svc', delayMs: 0.125 },
              ],
            },
            { config: 'A = 1\n' },
          ],
        }),
      ],
    }),
    anchorUid,
  ).all,
  'a set whose data are in memory, from a registry that wants a password': toRunObjects(
    networkPlan({
      user: 'image',
      imagePullPolicy: 'Always',
      imagePullSecrets: ['registry'],
      sets: [
        claimed({
          database: 'memory',
          data: { kind: 'empty-dir', medium: 'memory', sizeLimitMiB: 512 },
          history: false,
        }),
      ],
    }),
    anchorUid,
  ).statefulSets,
  'a set that goes to certain nodes': toRunObjects(
    networkPlan({
      scheduling: {
        requireNodeLabels: [{ key: 'purpose', value: 'load' }, { key: 'example.org/local-disk' }],
        avoidNodeLabels: [{ key: 'spot' }, { key: 'arch', value: 'arm64' }],
        tolerateTaints: [
          { key: 'dedicated', value: 'ssc', effect: 'NoSchedule' },
          { key: 'example.org/slow' },
        ],
        dedicatedNodes: true,
      },
      sets: [claimed()],
    }),
    anchorUid,
  ).statefulSets,
  'a set that is not spread over nodes': toRunObjects(
    networkPlan({ scheduling: { spread: false, keepInPlace: false }, sets: [claimed()] }),
    anchorUid,
  ).statefulSets,
  'a job that runs the tests of stellar-core beside a postgres': toJobObjects(
    {
      ...job,
      job: 'acceptance tests',
      command: ['stellar-core', 'test', '[acceptance]~[.]', '--abort'],
      env: { ASAN_OPTIONS: 'quarantine_size_mb=1' },
      postgres,
      database: 'postgres',
      testDatabases: ['test0', 'test1'],
      data: { kind: 'empty-dir', medium: 'memory', sizeLimitMiB: 512 },
      retries: 0,
    },
    anchorUid,
  ).all,
  'a job that catches up with two ranges at once of three': toJobObjects(
    {
      ...job,
      job: 'catchup',
      mission: 'HistoryPubnetParallelCatchup',
      command: ['stellar-core', 'catchup', jobItem, '--conf', jobConfigFile, '--console'],
      config: 'CATCHUP_COMPLETE = true\n',
      preparation: { newDb: true, newHist: [] },
      resources: resourceProfiles['parallel-catchup'],
      parallel: {
        items: ['48000/16320', '32000/16320', '16000/16320'],
        parallelism: 2,
        failuresMax: 1,
      },
      scheduling: {},
    },
    anchorUid,
  ).all,
  'ssc itself in the cluster': [
    ...toPermissionObjects({
      namespace: 'sandbox',
      accountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/ssc' },
      rules: [
        { group: '', resources: ['pods', 'configmaps'], verbs: ['list', 'get', 'watch'] },
        { group: '', resources: ['configmaps'], verbs: ['create', 'delete', 'patch'] },
        { group: '', resources: ['pods/log'], verbs: ['get'] },
        { group: 'apps', resources: ['statefulsets'], verbs: ['create', 'get', 'delete', 'patch'] },
      ],
    }).all,
    toDriverJob({
      namespace: 'sandbox',
      name: 'ssc-nightly',
      image: 'example.org/ssc:1.0.0',
      args: ['run', 'SimplePayment', '--provider', 'kubernetes', '--access', 'in-cluster'],
      env: { SSC_COST: '$(5)' },
      deadlineSeconds: 7200,
      resultsClaim: 'results',
      scheduling: { requireNodeLabels: [{ key: 'purpose', value: 'drivers' }] },
    }),
  ],
};
