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

const jobsOf = (namespace: string): string => `/apis/batch/v1/namespaces/${namespace}/jobs`;

/** What the pod of a Job printed, once it has ended well. */
async function logOf(namespace: string, job: string): Promise<string> {
  const { status } = await eventually(
    240_000,
    async () => (await api.send('GET', `${jobsOf(namespace)}/${job}`)).body,
    (body) => body.status?.succeeded === 1 || body.status?.failed === 1,
  );
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const { body } = await api.send('GET', `${pods}?labelSelector=job-name%3D${job}`);
  const log = await api.send('GET', `${pods}/${body.items[0]?.metadata.name}/log`);
  const text = typeof log.body === 'string' ? log.body : JSON.stringify(log.body);
  expect([job, status.succeeded, text]).toEqual([job, 1, text]);
  return text;
}

test.skipIf(images.driver === undefined)(
  'SimplePayment, driven by a pod with the Role that is printed for it, whose nodes other pods may ask; and nothing left but the Jobs',
  async () => {
    await api.inNamespace(
      async (namespace) => {
        const rendered = await callSsc(
          ...['render', 'driver', 'SimplePayment', '--namespace', namespace, '--seed', '1'],
          ...['--driver-image', images.driver ?? '', '--image', images.core],
          ...['--history-image', images.history, '--keep-for', '10m'],
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
        const log = await logOf(namespace, 'ssc-simplepayment');
        process.stdout.write(log);
        expect(log).toContain(`SimplePayment: ${heldOn(images, log).verdict}`);
        // Whatever it leaves behind could be saved with that Role.
        expect(log).not.toContain('afterwards');
        const run = /^run (ssc-\w+),/mu.exec(log)?.[1] ?? '';
        /** Another command of ssc, by a pod of the same kind. */
        const inPod = async (...words: readonly [string, ...string[]]): Promise<string> => {
          const job = structuredClone(objects.find(({ kind }) => kind === 'Job'));
          job.metadata.name = `ssc-${words[0]}`;
          job.spec.template.spec.containers[0].command = ['ssc', ...words];
          const { status } = await api.send('POST', jobsOf(namespace), job);
          expect(status).toBe(201);
          return logOf(namespace, job.metadata.name);
        };
        const info = await inPod('http', run, 'core-1', 'info', '--access', 'in-cluster');
        expect(JSON.parse(info)).toMatchObject({ info: { state: 'Synced!' } });
        expect(await inPod('logs', run, 'core-1')).toMatch(/\[\w+ INFO\]/u);
        expect(await inPod('clean', run)).toContain(`removed ${run}`);
        const left = await eventually(
          40_000,
          async () =>
            (await api.objectsIn(namespace)).filter(
              (name) => !/ssc-(?:simplepayment|http|logs|clean)/u.test(name),
            ),
          (names) => names.length === 0,
        );
        expect(left).toEqual([]);
      },
      { 'pod-security.kubernetes.io/enforce': 'restricted' },
    );
  },
);
