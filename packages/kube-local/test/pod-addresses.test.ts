import { expect, test } from 'vitest';
import { createPodAddresses } from '../src/pod-addresses.ts';

/** A store that holds pods with these addresses. */
const storeWith = (addresses: ReadonlySet<string>) => ({
  list: () =>
    [...addresses].map((podIP) => ({ metadata: { name: podIP }, status: { podIP } })) as never,
});

test('addresses go round: one is given again when all others were, and only if no pod has it', () => {
  const taken = new Set(['10.244.0.2', '10.244.0.4']);
  const next = createPodAddresses(storeWith(taken), '10.244.0');
  const first = Array.from({ length: 253 }, next);
  expect([first[0], first.at(-1)]).toEqual(['10.244.0.2', '10.244.0.254']);
  expect(new Set(first).size).toBe(253);
  expect([next(), next()]).toEqual(['10.244.0.3', '10.244.0.5']);
});

test('a subnet in which each address belongs to a pod is told, instead of looked through for ever', () => {
  const all = new Set(Array.from({ length: 253 }, (_, i) => `10.244.7.${i + 2}`));
  const next = createPodAddresses(storeWith(all), '10.244.7');
  for (let i = 0; i < 253; i++) next();
  expect(next).toThrow('the subnet 10.244.7.0/24 has no address left for a pod');
});
