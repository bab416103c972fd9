import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig, loadAllYaml } from '@kubernetes/client-node';
import type { RealApi } from './api.ts';
import { callSsc } from './ssc.ts';

const paths: Readonly<Record<string, string>> = {
  ServiceAccount: '/api/v1/namespaces/NAMESPACE/serviceaccounts',
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/roles',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/namespaces/NAMESPACE/rolebindings',
};

/**
 * Makes what `ssc render rbac` prints for the namespace, and a kubeconfig of the service account in it: who has it may do what
 * that Role says, and nothing else in the cluster.
 */
export async function asDriver(
  api: RealApi,
  namespace: string,
  ...words: readonly string[]
): Promise<string> {
  const { code, output } = await callSsc('render', 'rbac', '--namespace', namespace, ...words)
    .ended;
  if (code !== 0) throw new Error(output);
  for (const object of loadAllYaml(output) as { readonly kind: string }[]) {
    const path = (paths[object.kind] ?? '').replace('NAMESPACE', namespace);
    const { status, body } = await api.send('POST', path, object);
    if (status !== 201) throw new Error(`${object.kind}: ${JSON.stringify(body)}`);
  }
  const { body } = await api.send(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/ssc/token`,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  );
  const admin = new KubeConfig();
  admin.loadFromFile(api.kubeconfig);
  const cluster = admin.getCurrentCluster();
  if (cluster === null) throw new Error(`${api.kubeconfig} names no cluster`);
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [cluster],
    users: [{ name: 'ssc', token: body.status.token as string }],
    contexts: [{ name: 'ssc', cluster: cluster.name, user: 'ssc', namespace }],
    currentContext: 'ssc',
  });
  const file = join(tmpdir(), `${namespace}.kubeconfig`);
  writeFileSync(file, config.exportConfig(), { mode: 0o600 });
  return file;
}
