import { createVolume, type Files } from '@ssc/process';
import { describe, expect, it } from 'vitest';
import { bucketsOf, recordKinds } from '../../src/history/archive-state.ts';
import { Staging } from '../../src/history/staging.ts';
import { decodeBucket } from '../../src/ledger/bucket.ts';
import { createGenesis } from '../../src/ledger/genesis.ts';
import { FileStore } from '../../src/store/file-store.ts';
import { emptyMisc } from '../../src/store/store.ts';
import { passphrase } from '../configs.ts';
import { continueChain, networkId, pay, root, sign } from '../ledger/chain.ts';

/** Three checkpoints of so many ledgers, the first of which has one fewer. */
const every = 4;
const checkpoints = [3, 7, 11];
const last = 11;

class Killed extends Error {}

/** Files of a process that is killed in the middle of its n-th change: half of that is done, and nothing after it. */
class DyingFiles implements Files {
  readonly #files: Files;
  #left: number;

  constructor(files: Files, changes: number) {
    this.#files = files;
    this.#left = changes;
  }

  read(path: string): Uint8Array {
    return this.#files.read(path);
  }
  list(path: string): string[] {
    return this.#files.list(path);
  }
  info(path: string): ReturnType<Files['info']> {
    return this.#files.info(path);
  }
  makeFolder(path: string): void {
    this.#files.makeFolder(path);
  }
  write(path: string, content: Uint8Array | string, mode?: number): void {
    this.#change((part) => this.#files.write(path, part(content), mode));
  }
  append(path: string, content: Uint8Array | string): void {
    this.#change((part) => this.#files.append(path, part(content)));
  }
  // The system does these at once or not at all.
  remove(path: string): void {
    this.#change(() => this.#files.remove(path), true);
  }
  rename(from: string, to: string): void {
    this.#change(() => this.#files.rename(from, to), true);
  }

  #change(
    act: (part: (content: Uint8Array | string) => Uint8Array | string) => void,
    atomic = false,
  ) {
    this.#left -= 1;
    if (this.#left > 0) return act((content) => content);
    if (this.#left === 0 && !atomic) act((content) => content.slice(0, content.length / 2));
    throw new Killed();
  }
}

const bucketFolder = '/data/buckets';
const openStore = (files: Files): FileStore =>
  new FileStore({
    files,
    settings: { passphrase, bucketFolder },
    database: '/data/stellar.db',
    version: '1.2.3',
  });
const openStaging = (files: Files): Staging =>
  new Staging({ files, bucketFolder, checkpointFrequency: every, server: 'core-sim', passphrase });

/** The files of a node that has a first ledger, and has done nothing yet. */
function prepare(): Files {
  const files = createVolume({});
  const genesis = createGenesis(networkId, 0);
  openStore(files).create(genesis);
  openStaging(files).begin(genesis.header);
  return files;
}

/** What a node does from its start until its ledger is the last one, as far as its files go; gives that ledger's hash. */
function live(files: Files): string {
  const store = openStore(files);
  const { ledger, close } = continueChain(store.load());
  store.loadMisc();
  const staging = openStaging(files);
  staging.restore(ledger.header.ledgerSeq);
  while (ledger.header.ledgerSeq < last) {
    const seq = ledger.header.ledgerSeq + 1;
    const closed =
      seq === 2
        ? close([], [{ name: 'protocolversion', value: 27 }])
        : close([sign(root, BigInt(seq - 2), [pay(root, '1 XLM')])]);
    staging.add(closed, { envelopes: [], quorumSets: [] }, ledger.state);
    store.closed(closed, ledger.state);
    // As after a catchup, so that buckets are written while the node lives.
    if (seq % 5 === 0) store.replace(ledger.state);
    store.saveMisc({ ...emptyMisc, bans: [`until ledger ${seq}`] });
  }
  return ledger.hash;
}

/** All that there is to be published. */
function queued(files: Files): unknown {
  const staging = openStaging(files);
  return staging.queue().map((checkpoint) => {
    const state = staging.stateOf(checkpoint);
    const records = recordKinds.map((kind) => {
      const file = staging.fileOf(kind, checkpoint);
      return file === undefined ? undefined : Buffer.from(files.read(file)).toString('base64');
    });
    const buckets = bucketsOf(state).map((hash) => {
      const bucket = decodeBucket(files.read(staging.bucketFile(hash)));
      return bucket.hash === hash;
    });
    return { checkpoint, state, records, buckets };
  });
}

describe('a node that is killed in the middle of a change of its files', () => {
  it('comes back with a ledger it had closed, and publishes what it would have', () => {
    const undisturbed = prepare();
    const hash = live(undisturbed);
    expect(queued(undisturbed)).toMatchObject(checkpoints.map((checkpoint) => ({ checkpoint })));
    expect(JSON.stringify(queued(undisturbed))).not.toContain('false');
    let deaths = 0;
    for (let isOver = false; !isOver; ) {
      const files = prepare();
      try {
        live(new DyingFiles(files, deaths + 1));
        isOver = true;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        deaths += 1;
      }
      expect([deaths, live(files)]).toEqual([deaths, hash]);
      expect([deaths, queued(files)]).toEqual([deaths, queued(undisturbed)]);
      // That of the last ledger may be what was being written.
      expect(openStore(files).loadMisc().bans[0]).toMatch(/^until ledger 1[01]$/u);
    }
    expect(deaths).toBeGreaterThan(100);
  });
});
