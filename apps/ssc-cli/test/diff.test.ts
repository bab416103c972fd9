import { kinds } from '@ssc/formation';
import { describe, expect, test } from 'vitest';
import { diff } from '../src/commands/diff.ts';
import { inputOf } from './input.ts';
import { type Typed, withKeptRun } from './kept-run.ts';

const typed = {
  diff: async (words, host, open) => diff(await inputOf('diff', words, host), host, open),
} satisfies Record<string, Typed>;

describe('ssc diff', async () => {
  const { run, type, provider } = await withKeptRun(typed);
  const same = ['SimplePayment', run, '--image', 'core-sim'];
  const mask = (text: string): string =>
    text.replaceAll(run, 'RUN').replaceAll(/cfg-[0-9a-f]{10}/gu, 'cfg-HASH');

  test('nothing, when the same would be made: the defaults of the server are no change', async () => {
    expect(mask(await type('diff', ...same))).toMatchInlineSnapshot(`
      "0
      nothing would change: 6 objects and files of RUN are as they would be made now
      "
    `);
  });

  test('another image', async () => {
    const words = ['SimplePayment', run, '--image', 'core-sim:2'];
    expect(mask(await type('diff', ...words))).toMatchInlineSnapshot(`
      "1
      --- StatefulSet RUN-core
      +++ StatefulSet RUN-core
      @@ -55,7 +55,7 @@
                       fieldRef:
                         apiVersion: v1
                         fieldPath: metadata.name
      -          image: core-sim
      +          image: core-sim:2
                 imagePullPolicy: IfNotPresent
                 name: stellar-core
                 ports:
      @@ -168,7 +168,7 @@
                         fieldPath: metadata.name
                   - name: DATA_ID
                     value: RUN-core-g1
      -          image: core-sim
      +          image: core-sim:2
                 imagePullPolicy: IfNotPresent
                 name: prepare
                 resources:
      1 of 6 objects and files of RUN would change
      "
    `);
  });

  test('other keys: the configurations differ, in secrets that are not shown as well', async () => {
    const text = mask(
      await type('diff', 'SimplePayment', run, '--seed', '8', '--image', 'core-sim'),
    );
    expect(text).toMatch(/^1\n/u);
    expect(text).toContain('--- file RUN-core-0.cfg\n+++ file RUN-core-0.cfg\n');
    expect(text).toContain('+VALIDATORS = [ "$core-0", ');
    expect(text.match(/secrets in it differ, and are not shown/gu)).toHaveLength(3);
    expect(text).not.toMatch(/\bS[A-Z2-7]{55}\b/u);
    expect(text).toContain('4 of 6 objects and files of RUN would change\n');
  });

  test('what would be made beside it, and what would not be made any more', async () => {
    await provider.run(async () => {
      const { kube, namespace } = provider;
      const labels = {
        'app.kubernetes.io/managed-by': 'ssc',
        'ssc.stellar.org/run': run,
        'ssc.stellar.org/network': run,
      };
      await kube.create(namespace, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `${run}-more`, labels },
        data: { 'more.txt': 'one\ntwo\n' },
      } as object);
      await kube.delete(
        { kind: kinds.service, namespace, name: run },
        { propagationPolicy: 'Background' },
      );
    });
    expect(mask(await type('diff', ...same))).toMatchInlineSnapshot(`
      "1
      --- /dev/null
      +++ Service RUN
      @@ -0,0 +1,40 @@
      +apiVersion: v1
      +kind: Service
      +metadata:
      +  labels:
      +    app.kubernetes.io/managed-by: ssc
      +    ssc.stellar.org/mission: SimplePayment
      +    ssc.stellar.org/network: RUN
      +    ssc.stellar.org/role: peers
      +    ssc.stellar.org/run: RUN
      +  name: RUN
      +  namespace: default
      +spec:
      +  clusterIP: None
      +  clusterIPs:
      +    - None
      +  internalTrafficPolicy: Cluster
      +  ipFamilies:
      +    - IPv4
      +  ipFamilyPolicy: SingleStack
      +  ports:
      +    - name: peer
      +      port: 11625
      +      protocol: TCP
      +      targetPort: 11625
      +    - name: http
      +      port: 11626
      +      protocol: TCP
      +      targetPort: 11626
      +    - name: history
      +      port: 8080
      +      protocol: TCP
      +      targetPort: 8080
      +  publishNotReadyAddresses: true
      +  selector:
      +    app.kubernetes.io/managed-by: ssc
      +    ssc.stellar.org/network: RUN
      +    ssc.stellar.org/role: core
      +    ssc.stellar.org/run: RUN
      +  sessionAffinity: None
      +  type: ClusterIP
      --- file more.txt
      +++ /dev/null
      @@ -1,2 +0,0 @@
      -one
      -two
      2 of 7 objects and files of RUN would change
      "
    `);
  });

  test('what it cannot be asked', async () => {
    expect(await type('diff', 'SimplePayment')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_USAGE_ARGUMENT  diff takes the name of a mission and that of a run
        For example: ssc diff SimplePayment ssc-1a2b3c. All runs: ssc runs."
    `);
    expect(mask(await type('diff', 'BootAndSync', run))).toMatchInlineSnapshot(`
      "2
      ✖ SSC_USAGE_SEED  the seed is needed, which keys are made from: the run does not tell, or is one of another mission
        It was printed when the run began, and stands in its result.json: --seed TEXT."
    `);
    expect(await type('diff', 'BootAndSync', 'ssc-00000f')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_RUN_UNKNOWN  namespace default has no pod of a run "ssc-00000f"
        Those there are: ssc runs."
    `);
    expect(await type('diff', 'SimplePayment', 'latest', '--seed', '7')).toContain('SSC_RUN_NAME');
    expect(await type('diff', 'SimplePaymnet', run)).toContain('SSC_USAGE_UNKNOWN_MISSION');
  });
});
