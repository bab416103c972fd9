import type {
  V1Container,
  V1EnvVar,
  V1PodSecurityContext,
  V1SecurityContext,
  V1Volume,
  V1VolumeMount,
} from '@kubernetes/client-node';
import { podLayout, podNameVariable } from '../layout.ts';
import { postgresSecretName } from '../names.ts';
import type { Database, DataVolume, RunPlan } from '../plan.ts';
import { passwordKey } from '../postgres.ts';
import type { Shell } from '../shell/ast.ts';
import { printShell } from '../shell/print.ts';
import { keepDollars } from './expansion.ts';

// What containers are made of. Every pod satisfies the "restricted" Pod Security standard unless the plan says that
// stellar-core runs as its image's user, or packets are delayed.

const defaultUser = 10_001;

/** The user of a pod's containers, where they have none of their own. */
export function podSecurity(plan: RunPlan): V1PodSecurityContext {
  const user = plan.user ?? defaultUser;
  return {
    seccompProfile: { type: 'RuntimeDefault' },
    ...(user !== 'image' && {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      // Not again for every pod of a claim: it would open the folder of postgres to the group, which refuses to start then.
      fsGroupChangePolicy: 'OnRootMismatch',
    }),
  };
}

export const noPrivileges: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

export const imageOf = (
  plan: RunPlan,
  image: string,
): Pick<V1Container, 'image' | 'imagePullPolicy'> => ({
  image,
  imagePullPolicy: plan.imagePullPolicy ?? 'IfNotPresent',
});

export const shellCommand = (shell: Shell): string[] => [
  '/bin/sh',
  '-c',
  keepDollars(printShell(shell)),
];

export const podNameEnv: V1EnvVar = {
  name: podNameVariable,
  valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
};

/** The password of postgres, where libpq looks for it. */
export const databaseEnv = (plan: RunPlan, database: Database | undefined): V1EnvVar[] =>
  database === 'postgres'
    ? [
        {
          name: 'PGPASSWORD',
          valueFrom: {
            secretKeyRef: { name: postgresSecretName(plan.run, plan.network), key: passwordKey },
          },
        },
      ]
    : [];

export const dataMount: V1VolumeMount = { name: 'data', mountPath: podLayout.data };
export const configMount: V1VolumeMount = {
  name: 'cfg',
  mountPath: podLayout.config,
  readOnly: true,
};

/** The data volume of a pod whose data go with it; a claim comes from the StatefulSet's templates. */
export const dataVolumes = (data: DataVolume): V1Volume[] =>
  data.kind === 'claim'
    ? []
    : [
        {
          name: 'data',
          emptyDir: {
            ...(data.medium === 'memory' && { medium: 'Memory' }),
            ...(data.sizeLimitMiB !== undefined && { sizeLimit: `${data.sizeLimitMiB}Mi` }),
          },
        },
      ];
