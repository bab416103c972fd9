import { SscError } from '@ssc/errors';

/** How often something is tried again because somebody else changed the object first. */
export const mostConflicts = 8;

/** Somebody else was faster each time. */
export const contested = (what: string, meanwhile: string, hint?: string): SscError =>
  new SscError({
    problem: { code: 'SSC_RUN_CONTESTED' },
    verdict: 'broken',
    summary: `${what} changed ${mostConflicts} times while ${meanwhile}`,
    ...(hint !== undefined && { hint }),
  });
