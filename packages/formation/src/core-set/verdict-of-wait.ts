import type { WaitReport } from '@ssc/clock';

/**
 * The verdict of a wait that ended: what was last seen of the network long ago, or never, is no statement about it. Then it
 * was the way to the nodes that failed.
 */
export const verdictOfWait = ({ last, withinMs }: WaitReport): 'failed' | 'broken' =>
  last === undefined || last.ageMs >= withinMs / 2 ? 'broken' : 'failed';
