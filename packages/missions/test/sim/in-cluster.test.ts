import { kinds } from '@ssc/formation';
import { expect, test } from 'vitest';
import { findMission } from '../../src/index.ts';
import { rehearse, told } from './world.ts';

// The same mission, however its network lies in the cluster.

const mission = findMission('SimplePayment');
const postgres = { image: 'postgres:17', password: 'only-a-test' };

test('tables in a postgres beside each node, whose password stands in no file of the run', async () => {
  const { result, errorText, files, log } = await rehearse(mission, {
    settings: { database: 'postgres', postgres },
  });
  expect(errorText).toBe('');
  expect(result.verdict).toBe('rehearsed');
  expect(files.get('configs/core-0.cfg')).toContain('DATABASE = "postgresql://dbname=postgres');
  expect([...files.values()].filter((text) => text.includes('only-a-test'))).toEqual([]);
  expect(log.filter((line) => line.includes('only-a-test'))).toEqual([]);
});

test('a postgres that nobody has is told as an image that cannot be pulled', async () => {
  const world = await rehearse(mission, {
    settings: { database: 'postgres', postgres: { ...postgres, image: 'no-such-postgres:1' } },
  });
  expect(told(world)).toMatchInlineSnapshot(`
    "broken in "bring up"
    ✖ SSC_IMAGE_NOT_PULLED  the cluster cannot pull "no-such-postgres:1" for core-0
      Pod          default/ssc-091c79-core-0: Pending; postgres waiting: ErrImagePull (rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/no-such-postgres:1": failed to resolve reference "docker.io/library/no-such-postgres:1": docker.io/library/no-such-postgres:1: not found); prepare waiting: PodInitializing; stellar-core waiting: PodInitializing; history waiting: PodInitializing
      Container    postgres
      Reason       ErrImagePull
      Message      rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/no-such-postgres:1": failed to resolve reference "docker.io/library/no-such-postgres:1": docker.io/library/no-such-postgres:1: not found
      This says nothing about stellar-core. Check the name of the image, and the pull secret of the namespace."
  `);
});

test('data on claims, gone with the run', async () => {
  const { result, kube, clock } = await rehearse(mission, {
    settings: { data: 'claim', dataSizeMiB: 64 },
  });
  expect(result.verdict).toBe('rehearsed');
  const claims = await clock.run(async () => {
    await clock.sleep(60_000);
    const { apiVersion } = kinds.configMap;
    const kind = { apiVersion, kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims' };
    return kube.list({ kind, namespace: 'default' });
  });
  expect(claims.items).toEqual([]);
});
