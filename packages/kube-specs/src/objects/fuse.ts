import type { V1Job } from '@kubernetes/client-node';
import { usageError } from '@ssc/errors';
import { runLabels } from '../labels.ts';
import { fuseName } from '../names.ts';

/** What a fuse is made from. */
export interface FusePlan {
  readonly run: string;
  readonly mission: string;
  readonly namespace: string;
  /** How long it burns when nobody pushes it on, in seconds. */
  readonly burnSeconds: number;
}

/**
 * The fuse: a Job that runs no pod. Its deadline ends it, the control plane then deletes it at once, and with it all that
 * it owns. Needs no image and no permission beyond creating a Job.
 */
export function toFuse({ run, mission, namespace, burnSeconds }: FusePlan): V1Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: fuseName(run), namespace, labels: runLabels(run, mission, 'fuse') },
    spec: {
      parallelism: 0,
      backoffLimit: 0,
      activeDeadlineSeconds: checkSeconds(burnSeconds),
      ttlSecondsAfterFinished: 0,
      template: {
        metadata: { labels: runLabels(run, mission, 'fuse') },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          // A namespace with the "restricted" standard warns of Jobs whose pods it would refuse.
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            // Required by the API; with a parallelism of 0 it is never pulled.
            {
              name: 'none',
              image: 'ssc.invalid/none',
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  };
}

/**
 * The merge patch that lets a fuse burn down `burnSeconds` from now. Both instants are the server's: the fuse's
 * `status.startTime` and the time of the answer that it was read from.
 */
export const toFusePatch = (burn: {
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly burnSeconds: number;
}): { readonly spec: { readonly activeDeadlineSeconds: number } } => ({
  spec: {
    activeDeadlineSeconds:
      Math.max(0, Math.ceil((burn.nowMs - burn.startedAtMs) / 1000)) +
      checkSeconds(burn.burnSeconds),
  },
});

/** When a fuse burns down, in milliseconds since 1970 by the server's clock. */
export const fuseBurnsDownAtMs = (fuse: {
  readonly startedAtMs: number;
  readonly activeDeadlineSeconds: number;
}): number => fuse.startedAtMs + fuse.activeDeadlineSeconds * 1000;

function checkSeconds(seconds: number): number {
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw usageError(
    'SSC_PLAN_INVALID',
    `a fuse burns a whole number of seconds above 0, got ${seconds}`,
  );
}
