import { afterAll, describe, inject } from 'vitest';
import { describeContract } from '../../packages/formation/test/kube/contract.ts';
import { clock, openApi } from '../src/api.ts';
import '../src/provided.ts';

const cluster = inject('cluster');

describe.skipIf('reason' in cluster).concurrent('formation', () => {
  if ('reason' in cluster) return;
  const api = openApi(cluster.kubeconfig);
  afterAll(() => api.close());
  describeContract('a real API server', (work) =>
    api.inNamespace((namespace) => work({ kube: api.kube, clock, namespace })),
  );
});
