import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { eventually, openApi, type RealApi } from '../src/api.ts';
import { placeOf } from '../src/place.ts';
import { callSsc, heldOn } from '../src/ssc.ts';

let api: RealApi;
const { kubeconfig, images } = placeOf();
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

const paths: Readonly<Record<string, string>> = {
  Job: 'apis/batch/v1/NAMESPACE/jobs',
  Role: 'apis/rbac.authorization.k8s.io/v1/NAMESPACE/roles',
  RoleBinding: 'apis/rbac.authorization.k8s.io/v1/NAMESPACE/rolebindings',
  ServiceAccount: 'api/v1/NAMESPACE/serviceaccounts',
};

test.skipIf(images.driver === undefined)(
  'SimplePayment, driven by a pod with the Role that is printed for it, and nothing left but the Job',
  async () => {
    await api.inNamespace(
      async (namespace) => {
        const rendered = await callSsc(
          ...['render', 'driver', 'SimplePayment', '--namespace', namespace, '--seed', '1'],
          ...['--driver-image', images.driver ?? '', '--image', images.core],
          ...['--history-image', images.history],
        ).ended;
        expect(rendered.code).toBe(0);
        const objects = parseAllDocuments(rendered.output).map((one) => one.toJS());
        for (const object of objects) {
          const path = paths[object.kind]?.replace('NAMESPACE', `namespaces/${namespace}`);
          const made = await api.send('POST', `/${path}?fieldValidation=Strict`, object);
          expect([object.kind, made.status, made.headers['warning']]).toEqual([
            object.kind,
            201,
            undefined,
          ]);
        }
        const job = `/apis/batch/v1/namespaces/${namespace}/jobs/ssc-simplepayment`;
        const { status } = await eventually(
          240_000,
          async () => (await api.send('GET', job)).body,
          (body) => body.status?.succeeded === 1 || body.status?.failed === 1,
        );
        const pods = await api.send(
          'GET',
          `/api/v1/namespaces/${namespace}/pods?labelSelector=job-name%3Dssc-simplepayment`,
        );
        const pod = pods.body.items[0]?.metadata.name;
        const log = await api.send('GET', `/api/v1/namespaces/${namespace}/pods/${pod}/log`);
        process.stdout.write(String(log.body));
        expect(status.succeeded).toBe(1);
        const said = String(log.body);
        expect(said).toContain(`SimplePayment: ${heldOn(images, said).verdict}`);
        const left = await eventually(
          40_000,
          async () =>
            (await api.objectsIn(namespace)).filter((name) => !/ssc-simplepayment/u.test(name)),
          (names) => names.length === 0,
        );
        expect(left).toEqual([]);
      },
      { 'pod-security.kubernetes.io/enforce': 'restricted' },
    );
  },
);
