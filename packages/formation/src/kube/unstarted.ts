import type { Dispatcher } from 'undici';

/** For the handler of a request that ended before a connection was tried. */
export const unstarted: Dispatcher.DispatchController = {
  aborted: true,
  paused: false,
  reason: null,
  abort() {},
  pause() {},
  resume() {},
};
