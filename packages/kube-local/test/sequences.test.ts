import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sequences } from './sequences/catalog.ts';
import { runLocally } from './sequences/local-target.ts';
import type { Entry } from './sequences/sequence.ts';

const recorded = JSON.parse(
  readFileSync(new URL('./fixtures/kubernetes-1.33.json', import.meta.url), 'utf8'),
) as Record<string, Entry[]>;

describe('the answers of a Kubernetes 1.33', () => {
  test.each(sequences.map((sequence) => [sequence.name, sequence] as const))(
    '%s',
    async (name, sequence) => {
      const local = await runLocally(sequence);
      expect(local).toEqual(recorded[name]);
    },
  );
});
