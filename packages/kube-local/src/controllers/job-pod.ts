import { copy, type Draft } from '../api/object.ts';
import type { Job } from '../types/objects.ts';
import type { Container } from '../types/pod.ts';
import { indexAnnotation } from './job-indexes.ts';

/** A pod of a Job, as its template says; one of an indexed Job knows its index by label, annotation, variable and host name. */
export function jobPodDraft(job: Job, index: number | undefined): Draft {
  const template = copy(job.spec.template);
  const { name, uid } = job.metadata;
  const mark = index === undefined ? {} : { [indexAnnotation]: String(index) };
  const annotations = { ...template.metadata?.annotations, ...mark };
  const hasAnnotations = template.metadata?.annotations !== undefined || index !== undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: index === undefined ? `${name}-` : `${name}-${index}-`,
      labels: { ...template.metadata?.labels, ...mark },
      ...(hasAnnotations && { annotations }),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          name,
          uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      ...template.spec,
      ...(index !== undefined && {
        containers: template.spec.containers.map(withIndex),
        hostname: `${name}-${index}`,
      }),
    },
  };
}

const withIndex = (container: Container): Container => ({
  ...container,
  env: [
    ...(container.env ?? []),
    {
      name: 'JOB_COMPLETION_INDEX',
      valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${indexAnnotation}']` } },
    },
  ],
});
