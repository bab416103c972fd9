import { gunzipSync } from 'node:zlib';
import { createVirtualClock } from '@ssc/clock';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createDump,
  type Dump,
  type DumpOptions,
  hideSecretData,
  hideSecrets,
} from '../src/index.ts';

async function dumping(
  work: (dump: Dump, clock: DumpOptions['clock']) => Promise<void>,
  options: Partial<DumpOptions> = {},
) {
  const clock = createVirtualClock({ start: 0 });
  const saved = new Map<string, Uint8Array>();
  const files = {
    save: async (path: string, content: string | Uint8Array) =>
      void saved.set(path, Buffer.from(content)),
    append: async () => {},
  };
  const dump = createDump({ clock, files, ...options });
  await clock.run(() => work(dump, clock));
  return {
    saved,
    dump,
    clock,
    text: (path: string) => Buffer.from(saved.get(path) ?? []).toString(),
  };
}

describe('items', () => {
  test('one that fails is told with its cause, and stops no other', async () => {
    const { saved, dump } = await dumping(async (d) => {
      await Promise.all([
        d.item('the info of core-0', () => d.json('info.json', { ledger: 5 })),
        d.item('the metrics of core-0', async () => {
          throw new Error('connection refused');
        }),
        d.item('the peers of core-0', () => d.json('peers.json', [])),
      ]);
    });
    expect([...saved.keys()]).toEqual(['info.json', 'peers.json']);
    expect(dump.problems().map((p) => [p.verdict, p.message, p.facts])).toEqual([
      ['broken', 'the metrics of core-0 could not be saved', [['Because', 'connection refused']]],
    ]);
  });

  test('one that never ends gives its place up', async () => {
    const { saved, dump, clock } = await dumping(
      async (d) => {
        await Promise.all([
          d.item('the log of core-0', () => new Promise(() => {})),
          d.item('the log of core-1', () => d.text('core-1.log', 'x')),
        ]);
      },
      { concurrency: 1, itemWithin: '5s' },
    );
    expect([...saved.keys()]).toEqual(['core-1.log']);
    expect(clock.now()).toBe(5000);
    expect(dump.problems()[0]?.facts).toEqual([['Because', 'it took more than 5s']]);
  });

  test('run beside each other, never more than allowed', async () => {
    let [now, most] = [0, 0];
    const { clock } = await dumping(
      async (d, c) => {
        await Promise.all(
          Array.from({ length: 100 }, (_, i) =>
            d.item(`item ${i}`, async () => {
              now += 1;
              most = Math.max(most, now);
              await c.sleep(100);
              now -= 1;
            }),
          ),
        );
      },
      { concurrency: 8 },
    );
    expect([now, most, clock.now()]).toEqual([0, 8, 1300]);
  });

  test('of many problems the first hundred are named', async () => {
    const { dump } = await dumping(async (d) => {
      await Promise.all(
        Array.from({ length: 250 }, (_, i) =>
          d.item(`item ${i}`, () => Promise.reject(new Error('no'))),
        ),
      );
    });
    expect(dump.problems()).toHaveLength(101);
    expect(dump.problems().at(-1)?.message).toBe('150 more items could not be saved');
  });
});

describe('files', () => {
  test('large ones are compressed, the same way each time', async () => {
    const work = (d: Dump) => d.text('metrics.json', 'x'.repeat(200_000));
    const [a, b] = [await dumping(work), await dumping(work)];
    expect([...a.saved.keys()]).toEqual(['metrics.json.gz']);
    expect(a.saved).toEqual(b.saved);
    expect(gunzipSync(a.saved.get('metrics.json.gz') ?? '')).toHaveLength(200_000);
  });

  test('too large ones are cut, and it is said', async () => {
    const { saved, dump } = await dumping((d) => d.bytes('db', Buffer.alloc(20)), {
      longestBytes: 12,
    });
    expect(saved.get('db')).toHaveLength(12);
    expect(dump.problems()[0]?.facts).toEqual([
      ['Because', 'it has 20 bytes, of which the first 12 are kept'],
    ]);
  });

  test('JSON keeps whole numbers of any size, and maps', async () => {
    const { text } = await dumping((d) =>
      d.json('x.json', { big: 2n ** 64n, small: 5n, map: new Map([['a', 1]]) }),
    );
    expect(JSON.parse(text('x.json'))).toEqual({
      big: '18446744073709551616',
      small: 5,
      map: { a: 1 },
    });
  });
});

const seed = 'SBGWSG6BTNCKCOB3DIFBGCVMUPQFYPA2G4O34RMTB343OYPXU5DJDVMN';

describe('secrets', () => {
  test.each<[string, string, Parameters<typeof hideSecrets>[1], string]>([
    ['a seed', `seed ${seed}.`, {}, 'seed S…redacted.'],
    [
      "a node's seed in its configuration",
      `NODE_SEED="${seed}"`,
      { keepsNodeSeeds: true },
      `NODE_SEED="${seed}"`,
    ],
    [
      'a password beside it',
      `"${seed}" password=x7y`,
      { keepsNodeSeeds: true },
      `"${seed}" password=…redacted`,
    ],
    ['a token', 'authorization: Bearer abc.def', {}, 'authorization: Bearer …redacted'],
    [
      'a value that is known',
      'the word is swordfish7',
      { secrets: ['sword', 'swordfish7'] },
      'the word is …redacted',
    ],
    ['one too short to be told from text', 'a cat', { secrets: ['cat'] }, 'a cat'],
  ])('%s', (_title, text, options, shown) => {
    expect(hideSecrets(text, options)).toBe(shown);
  });

  test('the values of a Secret', () => {
    expect(
      hideSecretData({ kind: 'Secret', metadata: { name: 'db' }, data: { password: 'c3dvcmQ=' } }),
    ).toEqual({ kind: 'Secret', metadata: { name: 'db' }, data: { password: '…redacted' } });
    const other = { kind: 'ConfigMap', data: { a: 'b' } };
    expect(hideSecretData(other)).toBe(other);
  });

  test('no known secret is in any file, however it is put there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 4 }).filter((s) => !'…redacted'.includes(s)),
        fc.string(),
        fc.string(),
        async (secret, before, after) => {
          const { text } = await dumping((d) => d.text('f', before + secret + after), {
            secrets: [secret],
          });
          expect(text('f').includes(secret)).toBe(false);
        },
      ),
      { seed: 1 },
    );
  });
});
