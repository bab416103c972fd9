import { hostname, userInfo } from 'node:os';
import { expect, test, vi } from 'vitest';
import { createHost } from '../src/host.ts';

test.each([undefined, 'somebody-else'])(
  'who this is does not hang on variables of shells: %s',
  (name) => {
    vi.stubEnv('USER', name);
    vi.stubEnv('HOSTNAME', name);
    expect(createHost().who).toBe(`${userInfo().username}@${hostname()}`);
    vi.unstubAllEnvs();
  },
);
