import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Files } from '@ssc/process';
import { renderConfig } from '../configs.ts';
import { arm, startAll } from '../history/archive-of.ts';
import { createTestNetwork, type TestNetwork } from '../network.ts';

export const accelerated = 'ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING = true';

/** A node that reads the archive of another machine and writes none. */
export const readerOf = (publisher: string): string =>
  `[HISTORY.local]\nget = "scp ${publisher}:/data/history/{0} {1}"`;

/** Archives of a node that writes one of its own, unless it is not among the writers, and reads those of all writers. */
export const archivesOf = (name: string, writers: readonly string[]): string =>
  writers
    .map((writer) =>
      writer === name
        ? `[HISTORY.${name}]\nget = "cp /data/history/{0} {1}"\nput = "cp {0} /data/history/{1}"\nmkdir = "mkdir -p /data/history/{0}"`
        : `[HISTORY.${writer}]\nget = "scp ${writer}:/data/history/{0} {1}"`,
    )
    .join('\n');

/** A machine whose node closes ledgers alone and publishes them, and others that read its archive. */
export function createPublished(
  readers: readonly string[],
  extra: readonly string[] = [],
): TestNetwork {
  const alone = renderConfig('publisher', ['publisher'], { extra: [accelerated, ...extra] });
  return createTestNetwork({
    publisher: alone,
    ...Object.fromEntries(
      readers.map((name) => [
        name,
        renderConfig(name, [name], {
          extra: [accelerated, ...extra],
          history: readerOf('publisher'),
        }),
      ]),
    ),
  });
}

/** Paths and bytes of files. */
export type Content = readonly (readonly [path: string, bytes: Uint8Array])[];

/** Puts files where they belong, with the folders above them. */
export function fill(files: Files, content: Content): void {
  for (const [path, bytes] of content) {
    files.makeFolder(path.slice(0, path.lastIndexOf('/')));
    files.write(path, bytes.slice());
  }
}

/** All files below a folder. */
export function read(files: Files, folder: string): Content {
  return files.list(folder).flatMap((name): Content => {
    const path = `${folder}/${name}`;
    return files.info(path)?.kind === 'folder' ? read(files, path) : [[path, files.read(path)]];
  });
}

/** What a publisher left: its archive, and the first digits of the hash of each ledger that it closed. */
interface Published {
  readonly content: Content;
  readonly hashes: ReadonlyMap<number, string>;
}

let published: Promise<Published> | undefined;

/** An archive of some 100 ledgers with an upgrade and payments; made once. */
export function publishedOnce(): Promise<Published> {
  published ??= publish();
  return published;
}

async function publish(): Promise<Published> {
  const network = createPublished([]);
  const { clock } = network;
  const machine = network.machine('publisher');
  await clock.run(async () => {
    await startAll(network, ['publisher']);
    await clock.sleep(5000);
    await arm(network, ['publisher'], 'protocolversion=27&maxtxsetsize=500');
    for (let i = 0; i < 10; i++) {
      await clock.sleep(10_000);
      const query = `from=root&to=a${i}&amount=10000000000&create=true`;
      await network.ask('publisher', `/testtx?${query}`);
    }
  });
  const lines = machine.log.matchAll(/Got consensus: \[seq=(\d+), prev=(\w+)/g);
  return {
    content: read(machine.files, '/data/history'),
    hashes: new Map(Array.from(lines, ([, seq, prev]) => [Number(seq) - 1, prev ?? ''])),
  };
}

/** The archive of a real node: 263 ledgers, of which the first 13 hold nothing that core-sim can't apply. */
export function recordedArchive(folder: string): Content {
  const file = new URL('../../../history/test/fixtures/archive-v27.1.0.tar.gz', import.meta.url);
  const tar = gunzipSync(readFileSync(file));
  const found: [string, Uint8Array][] = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const text = (from: number, length: number): string =>
      tar.toString('latin1', at + from, at + from + length).replace(/\0.*$/su, '');
    const size = Number.parseInt(text(124, 12), 8);
    const isFile = text(156, 1) === '0' || text(156, 1) === '';
    if (isFile)
      found.push([
        `${folder}/${text(0, 100)}`,
        Uint8Array.from(tar.subarray(at + 512, at + 512 + size)),
      ]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}
