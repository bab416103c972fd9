import { gunzipSync } from 'node:zlib';
import { createRandom } from '@ssc/clock';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bucketsOf,
  createMemoryArchive,
  gzip,
  parseArchivePath,
  parseArchiveState,
  statePath,
  type VerifyOptions,
  verifyArchive,
} from '../src/index.ts';
import { sampleArchive } from './sample.ts';

// Every flip costs a verification: of the one checkpoint that the file belongs to, or of all for a state.
const runs = 200;

const sample = sampleArchive();
const paths = [...sample.files.keys()].sort();
const dice = createRandom('flipped bits');

/** The first checkpoint that names a bucket. */
const firstUse = new Map<string, number>();
for (let checkpoint = 263; checkpoint > 0; checkpoint -= 8) {
  const text = Buffer.from(sample.files.get(statePath(checkpoint)) ?? []).toString();
  const { currentBuckets, hotArchiveBuckets } = parseArchiveState(text);
  for (const hash of bucketsOf([...currentBuckets, ...(hotArchiveBuckets ?? [])]))
    firstUse.set(hash, checkpoint);
}

function rangeOf(path: string): VerifyOptions {
  const file = parseArchivePath(path);
  if (file === undefined || file.kind === 'well-known' || file.kind === 'state') return {};
  const checkpoint = file.kind === 'bucket' ? firstUse.get(file.hash) : file.checkpoint;
  if (checkpoint === undefined) throw new Error(`nobody names ${path}`);
  return { from: checkpoint, to: checkpoint, frequency: 8 };
}

async function findings(path: string, bytes: Uint8Array): Promise<number> {
  const archive = createMemoryArchive([...sample.files, [path, bytes]]);
  const { defects, oddities } = await verifyArchive(archive, rangeOf(path));
  return defects.length + oddities.length;
}

function flip(bytes: Uint8Array, place: number): Uint8Array {
  const bit = Math.floor(place * bytes.length * 8);
  const flipped = Uint8Array.from(bytes);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

/** What a reader gets of a file: undefined for one that it cannot decompress. */
function readable(path: string, bytes: Uint8Array): Buffer | undefined {
  if (!path.endsWith('.gz')) return Buffer.from(bytes);
  try {
    return gunzipSync(bytes);
  } catch {
    return undefined;
  }
}

const places = fc.tuple(
  fc.constantFrom(...paths),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
);

async function expectFound(path: string, place: number): Promise<void> {
  const original = sample.files.get(path) as Uint8Array;
  if (original.length === 0) return;
  const flipped = flip(original, place);
  if ((await findings(path, flipped)) > 0) return;
  // gzip has bits that mean nothing: a time, padding, copies that could be taken from elsewhere.
  expect(readable(path, flipped), path).toEqual(readable(path, original));
  expect(path).toMatch(/\.gz$/u);
}

test('a flipped bit in any file is found, unless every reader gets the same content still', async () => {
  await fc.assert(
    fc.asyncProperty(places, ([path, place]) => expectFound(path, place)),
    { seed: 1, numRuns: runs },
  );
});

test('no file is left out: one is found in each', async () => {
  for (const path of paths) await expectFound(path, dice.float());
});

test('a flipped bit in the content of any compressed file is found', async () => {
  await fc.assert(
    fc.asyncProperty(places, async ([path, place]) => {
      if (!path.endsWith('.gz')) return;
      const content = gunzipSync(sample.files.get(path) as Uint8Array);
      if (content.length === 0) return;
      expect(await findings(path, gzip(flip(content, place))), path).toBeGreaterThan(0);
    }),
    { seed: 1, numRuns: runs },
  );
});
