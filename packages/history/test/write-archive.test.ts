import { isSscError } from '@ssc/errors';
import { sha256 } from '@ssc/tx';
import { describe, expect, test } from 'vitest';
import {
  type ArchiveSink,
  bucketPath,
  bucketsOf,
  type CheckpointContent,
  createMemoryArchive,
  isVerified,
  readArchive,
  recordPath,
  statePath,
  verifyArchive,
  wellKnownPath,
  writeArchive,
  writeCheckpoint,
} from '../src/index.ts';
import { collect, contentOf } from './edit.ts';
import { sampleArchive } from './sample.ts';

const sample = sampleArchive();
const reader = readArchive(sample);
const network = {
  server: 'v27.1.0',
  networkPassphrase: 'Standalone Network ; February 2017',
};

/** The sample as its publisher had it, checkpoint by checkpoint, decoded. */
async function* checkpoints(upTo: number): AsyncGenerator<CheckpointContent> {
  const known = new Set<string>();
  for (let checkpoint = 7; checkpoint <= upTo; checkpoint += 8) {
    const state = await reader.state(checkpoint);
    const hashes = bucketsOf([...state.currentBuckets, ...(state.hotArchiveBuckets ?? [])]);
    const fresh = hashes.filter((hash) => !known.has(hash));
    for (const hash of fresh) known.add(hash);
    yield {
      state,
      headers: await collect(reader.headers(checkpoint)),
      transactions: await collect(reader.transactions(checkpoint)),
      results: await collect(reader.results(checkpoint)),
      scp: await collect(reader.scp(checkpoint)),
      buckets: fresh.map((hash) => [hash, contentOf(sample, bucketPath(hash))] as const),
    };
  }
}

describe('writing', () => {
  test('what was read from a real archive gives the same archive again', async () => {
    const copy = createMemoryArchive();
    await writeArchive(copy, network, checkpoints(263));
    expect([...copy.files.keys()].sort()).toEqual([...sample.files.keys()].sort());
    for (const path of sample.files.keys()) {
      const [mine, theirs] = path.endsWith('.json')
        ? [copy.files.get(path), sample.files.get(path)]
        : [contentOf(copy, path), contentOf(sample, path)];
      expect(Buffer.from(mine ?? []).equals(theirs ?? Buffer.alloc(1)), path).toBe(true);
    }
    expect(isVerified(await verifyArchive(copy))).toBe(true);
  });

  test('a state is written after the files that it names, the newest state last', async () => {
    const order: string[] = [];
    const sink: ArchiveSink = { put: async (path) => void order.push(path) };
    await writeArchive(sink, network, checkpoints(7));
    expect(order.slice(0, 2)).toEqual([statePath(0), wellKnownPath]);
    expect(order.slice(-6)).toEqual([
      recordPath('ledger', 7),
      recordPath('transactions', 7),
      recordPath('results', 7),
      recordPath('scp', 7),
      statePath(7),
      wellKnownPath,
    ]);
  });

  test('without messages there is no file of them', async () => {
    const copy = createMemoryArchive();
    const [first] = await collect(checkpoints(7));
    const { scp: _, ...content } = first as CheckpointContent;
    await writeCheckpoint(copy, content);
    expect(copy.files.has(recordPath('scp', 7))).toBe(false);
  });

  test('buckets that are missing or are not what their hash says are refused before anything is written', async () => {
    const [first, then] = await collect(checkpoints(15));
    const messages: string[] = [];
    const refused = async (content: CheckpointContent) => {
      const copy = createMemoryArchive();
      const error = await writeCheckpoint(copy, content).catch((cause: unknown) => cause);
      expect(isSscError(error, 'SSC_HISTORY_INPUT')).toBe(true);
      expect(copy.files.size).toBe(0);
      messages.push((error as Error).message);
    };
    await refused(then as CheckpointContent);
    const wrong = sha256('x').toString('hex');
    await refused({ ...(first as CheckpointContent), buckets: [[wrong, Buffer.from('y')]] });
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "the state of ledger 15 names 2 buckets that were neither given nor published before, first 9ee8904645202f0e9e6b4cda6786da45d8d032b6f8761b0014f7681ee2010ac5; nothing was written
      the bucket given as 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 has the hash a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa; nothing was written"
    `);
  });
});
