// Time.

export { type ForeignResource, watchAsyncResources } from './async-resources.ts';
export type { Clock, ForkedClock, Timer } from './clock.ts';
// Durations and waits.
export { type Duration, formatDuration, parseDuration, toMs } from './duration.ts';
// Chance.
export { createRandom, type Random } from './random.ts';
export { createSystemClock } from './system-clock.ts';
export { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
export {
  type Look,
  type WaitOptions,
  type WaitReport,
  waitEnded,
  waitFacts,
  waitUntil,
  within,
} from './wait-until.ts';
