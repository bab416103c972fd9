import type { V1ConfigMap } from '@kubernetes/client-node';
import type { ForkedClock } from '@ssc/clock';
import type { SscError } from '@ssc/errors';
import { toAnchor } from '@ssc/kube-specs';
import { Fuse } from '../../src/run/fuse.ts';
import { Hold } from '../../src/run/hold.ts';
import type { LocalCluster } from '../kube/local-cluster.ts';

export const namespace = 'default';
export const run = 'ssc-1a2b3c';

/** A run that a driver holds, whose clock can die alone. */
export interface HeldRun {
  readonly clock: ForkedClock;
  readonly fuse: Fuse;
  readonly anchor: V1ConfigMap;
  readonly hold: Hold;
}

/** Lights a fuse, and holds the run from then on; gives what ends it to `onEnd`. */
export async function holdRun(
  { clock, kube }: Pick<LocalCluster, 'clock' | 'kube'>,
  driver: string,
  onEnd: (reason: SscError) => void,
  journal = '',
): Promise<HeldRun> {
  const mine = clock.fork(driver);
  const common = { kube, clock: mine, run, namespace, driver };
  const fuse = await Fuse.light({ ...common, mission: 'Test' });
  const content = {
    mission: 'Test',
    who: 'ada@build-7',
    startedAt: new Date(clock.now()).toISOString(),
    version: '1',
    holder: driver,
    journal,
    asked: '',
    plan: '',
  };
  const anchor = await kube.create(namespace, toAnchor({ run, namespace, content }, fuse.uid));
  return { clock: mine, fuse, anchor, hold: new Hold({ ...common, fuse, anchor, onEnd }) };
}
