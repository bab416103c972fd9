import { gunzipSync, gzipSync } from 'node:zlib';
import { readText } from '@ssc/process';
import { describe, expect, it } from 'vitest';
import { renderConfig } from '../configs.ts';
import { createTestNetwork, type Info, type TestNetwork } from '../network.ts';
import { accelerated, createPublished, fill, publishedOnce, recordedArchive } from './archives.ts';

const catchup = (network: TestNetwork, destination: string, ...options: string[]) =>
  network.command('node', 'catchup', destination, '--console', ...options);

const infoOf = (text: string): Info => (JSON.parse(text) as { info: Info }).info;

/** A node beside the archive of a publisher that is gone, and the first digits of the hash of each ledger in it. */
async function withArchive(
  test: (network: TestNetwork, hashes: ReadonlyMap<number, string>) => Promise<void>,
): Promise<void> {
  const { content, hashes } = await publishedOnce();
  const network = createPublished(['node']);
  fill(network.machine('publisher').files, content);
  await network.clock.run(async () => {
    await network.command('node', 'new-db');
    await test(network, hashes);
  });
}

const archived = (network: TestNetwork, path: string): Buffer =>
  Buffer.from(network.machine('publisher').files.read(`/data/history/${path}`));

describe('the command catchup', () => {
  it('replays everything, and writes what /info would say', () =>
    withArchive(async (network, hashes) => {
      const { code, stdout, stderr } = await catchup(network, 'current/max');
      expect(code).toBe(0);
      const { ledger, status, state } = infoOf(stdout);
      expect(ledger.num % 8).toBe(7);
      expect(ledger.num).toBeGreaterThan(95);
      expect(ledger.hash.slice(0, 6)).toBe(hashes.get(ledger.num));
      expect(state).toBe('Joining SCP');
      expect(status).toEqual([`Catching up to ledger ${ledger.num}: Succeeded: catchup-seq`]);
      expect(stderr.match(/Ledger close complete/g)).toHaveLength(ledger.num - 1);
      const offline = await network.command('node', 'offline-info');
      expect(infoOf(offline.stdout).ledger).toMatchObject({ num: ledger.num, hash: ledger.hash });
    }));

  it('tells its way as core does', () =>
    withArchive(async (network) => {
      const { code, stderr } = await catchup(network, '25/12');
      expect(code).toBe(0);
      const lines = stderr
        .split('\n')
        .filter((line) => /\[History|^ {2}|default INFO\] \*/.test(line))
        .map((line) => line.replace(/^\S+ \S+ (?=\[)/, ''))
        .filter((line) => !/Verifying and indexing|downloading and verifying/.test(line));
      expect(lines).toMatchInlineSnapshot(`
        [
          "[History WARNING] Unsafe command: use --trusted-checkpoint-hashes or --trusted-hash to ensure catchup integrity. If you want to run untrusted catchup, use --force-untrusted-catchup.",
          "[History INFO] Starting catchup with configuration:",
          "  lastClosedLedger: 1",
          "  toLedger: 25",
          "  count: 12",
          "[History INFO] Catching up to ledger 25: Downloading state file history/00/00/00/history-0000001f.json for ledger 31",
          "[History INFO] Downloading history archive state: history/00/00/00/history-0000001f.json",
          "[History INFO] Archive information: [name: local, server: core-sim 0.0.0 (simulates v27.1.0), currentLedger: 31]",
          "[History INFO] Catching up to ledger 25: Downloading state file history/00/00/00/history-00000007.json for ledger 7",
          "[History INFO] Downloading history archive state: history/00/00/00/history-00000007.json",
          "[History INFO] Archive information: [name: local, server: core-sim 0.0.0 (simulates v27.1.0), currentLedger: 7]",
          "[History INFO] Catching up to ledger 25: downloading ledger files 1/4 (25%)",
          "[History INFO] Catching up to ledger 25: downloading ledger files 2/4 (50%)",
          "[History INFO] Catching up to ledger 25: downloading ledger files 3/4 (75%)",
          "[History INFO] Catching up to ledger 25: downloading ledger files 4/4 (100%)",
          "[History INFO] Catching up to ledger 25: Succeeded: batch-download-ledger-00000007-00000027 : 4/4 children completed",
          "[History INFO] Verifying ledgers [7,26)",
          "[History INFO] Skipping verification for ledger [seq=25, hash=6fc35a] against SCP hash",
          "[History INFO] Catching up to ledger 25: verifying checkpoint 1/4 (25%)",
          "[History INFO] Catching up to ledger 25: verifying checkpoint 2/4 (50%)",
          "[History INFO] Catching up to ledger 25: verifying checkpoint 3/4 (75%)",
          "[History INFO] History chain [7,25] verified",
          "[History INFO] Catching up to ledger 25: Succeeded: verify-ledger-chain",
          "[History INFO] Herder state is set! tracking=25, closeTime=1795353680",
          "[History INFO] Catching up to ledger 25: Succeeded: download-verify-buckets : 1/1 children completed",
          "[History INFO] Catching up to ledger 25: Succeeded: verify-has",
          "[History INFO] Applying buckets",
          "[History INFO] ApplyBuckets : done, assuming state",
          "[History INFO] Catching up to ledger 25: Succeeded: download-verify-apply-buckets",
          "[History INFO] Downloading, unzipping and applying transactions for checkpoint 15",
          "[History INFO] Downloading, unzipping and applying transactions for checkpoint 23",
          "[History INFO] Downloading, unzipping and applying transactions for checkpoint 31",
          "[History INFO] Catching up to ledger 25: Download & apply checkpoints: num checkpoints left to apply:3 (0% done)",
          "[History INFO] Catching up to ledger 25: Download & apply checkpoints: num checkpoints left to apply:2 (33% done)",
          "[History INFO] Catching up to ledger 25: Download & apply checkpoints: num checkpoints left to apply:1 (66% done)",
          "[History INFO] Catching up to ledger 25: Download & apply checkpoints: num checkpoints left to apply:0 (100% done)",
          "[History INFO] Catching up to ledger 25: Succeeded: catchup-seq",
          "[History INFO] Catchup finished",
          "[default INFO] *",
          "[default INFO] * Catchup finished.",
          "[default INFO] *",
          "[default INFO] *",
          "[default INFO] * Catchup info:",
          "[default INFO] *",
        ]
      `);
    }));

  it.each([
    ['current/0', /^$/],
    ['current/20', /num checkpoints left to apply:3 \(0% done\)/],
    ['50/20', /Downloading state file history\/00\/00\/00\/history-00000017.json for ledger 23/],
    ['47/0', /Verifying ledgers \[47,48\)/],
    ['44/0', /Verifying ledgers \[39,45\)/],
  ])('%s takes a state out of buckets, and goes on from it with true hashes', (destination, log) =>
    withArchive(async (network, hashes) => {
      const { code, stdout, stderr } = await catchup(network, destination);
      expect(code).toBe(0);
      expect(stderr).toMatch(log.source === '^$' ? /ApplyBuckets : done, assuming state/ : log);
      const first = infoOf(stdout).ledger;
      expect(first.hash.slice(0, 6)).toBe(hashes.get(first.num));
      // Merges that were under way go on: 40 more ledgers come out right, from what was kept on disk.
      const target = first.num - 40 > 1 ? first.num : first.num + 40;
      if (target > first.num) {
        const more = await catchup(network, `${target}/max`);
        expect(more.code).toBe(0);
        expect(infoOf(more.stdout).ledger.hash.slice(0, 6)).toBe(hashes.get(target));
      }
    }),
  );

  it('of a real archive gives the hashes of the real ledgers', async () => {
    const network = createTestNetwork({
      node: renderConfig('node', ['node'], {
        extra: [accelerated],
        history: '[HISTORY.local]\nget = "cp /archive/{0} {1}"',
      }),
    });
    const { files } = network.machine('node');
    fill(files, recordedArchive('/archive'));
    await network.clock.run(async () => {
      await network.command('node', 'new-db');
      const { code, stdout } = await catchup(network, '13/max', '--extra-verification');
      expect(code).toBe(0);
      expect(infoOf(stdout).ledger).toMatchObject({ num: 13, version: 27 });
      const beyond = await catchup(network, '20/max');
      expect(beyond.code).toBe(3);
      expect(beyond.stderr).toMatch(/\[History ERROR\] Replay failed: core-sim does not simulate /);
    });
  });

  it('does not look into the archive that the node writes itself, when there are others', () =>
    withArchive(async (network) => {
      const { files } = network.machine('node');
      const own =
        '\n[HISTORY.own]\nget = "cp /data/history/{0} {1}"\nput = "cp {0} /data/history/{1}"\n';
      files.write('/cfg/stellar-core.cfg', `${readText(files, '/cfg/stellar-core.cfg')}${own}`);
      await network.command('node', 'new-hist', 'own');
      const { code, stderr } = await catchup(network, 'current/max');
      expect(code).toBe(0);
      expect(stderr).not.toContain('maybe missing file history/');
      expect(stderr).not.toContain('maybe missing file ledger/');
    }));

  it('ends with 2 when the target is not newer, with 3 when the archive has nothing newer', () =>
    withArchive(async (network) => {
      expect((await catchup(network, '30/max')).code).toBe(0);
      const back = await catchup(network, '20/max');
      expect(back.code).toBe(2);
      expect(back.stdout).toBe('');
      expect(back.stderr).toContain(
        '* Target ledger 20 is not newer than last closed ledger 30 - nothing to do\n',
      );
      expect(back.stderr).toContain(
        '* If you really want to catchup to 20 run stellar-core new-db\n',
      );
      expect((await catchup(network, 'current/max')).code).toBe(0);
      const again = await catchup(network, 'current/max');
      expect(again.code).toBe(3);
      expect(again.stderr).toContain('[History ERROR] Nothing to catchup to \n');
      expect(again.stderr).toContain('* Catchup failed.\n');
    }));

  it.each([
    [
      'nonsense',
      [],
      /^catchup value should be passed as <DESTINATION-LEDGER\/LEDGER-COUNT>, where\n/,
    ],
    ['1/max', [], /^catchup value should be passed as /],
    [
      'current/max',
      ['--archive', 'nosuch'],
      /Catchup error: bad archive name\n\nexecute catchup from/,
    ],
    [
      '100/max',
      ['--trusted-checkpoint-hashes', '/vc.json'],
      /Got an exception: destination ledger is not a checkpoint boundary, but trusted checkpoints file was provided\n/,
    ],
    ['current/max', [], /Got an exception: No DB schema version found, try stellar-core new-db\n/],
  ])('refuses %s %j', async (destination, options, message) => {
    const network = createPublished(['node']);
    await network.clock.run(async () => {
      if (options.includes('/vc.json')) await network.command('node', 'new-db');
      const { code, stderr } = await catchup(network, destination, ...options);
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
    });
  });

  it('believes the hash it is given, and no archive that has another', () =>
    withArchive(async (network) => {
      const wrong = await catchup(network, '95/max', '--trusted-hash', '0'.repeat(64));
      expect(wrong.code).toBe(3);
      expect(wrong.stderr).toMatch(
        /\[History ERROR\] Checkpoint does not agree with checkpoint ahead: current \[seq=95, hash=\w{6}\], verified: \[seq=95, hash=000000\]\n/,
      );
      expect(wrong.stderr).toContain(
        '[History ERROR] Catchup material failed verification - hash mismatch, propagating failure\n',
      );
      expect(infoOf(wrong.stdout)).toMatchObject({
        state: 'Catching up',
        ledger: { num: 1 },
        status: ['Catching up to ledger 95: Failed: download-verify-ledgers-seq'],
      });
      const right = await catchup(network, '95/max', '--force-untrusted-catchup');
      expect(right.code).toBe(0);
      const { hash } = infoOf(right.stdout).ledger;
      network.machine('node').files.write(
        '/vc.json',
        JSON.stringify([
          [95, hash],
          [0, ''],
        ]),
      );
      await network.command('node', 'new-db');
      for (const option of [
        ['--trusted-hash', hash],
        ['--trusted-checkpoint-hashes', '/vc.json'],
      ]) {
        await network.command('node', 'new-db');
        const { code, stderr } = await catchup(network, '95/max', ...option);
        expect(code).toBe(0);
        expect(stderr).toContain('against SCP hash');
        expect(stderr).not.toContain('Unsafe command');
      }
    }));
});

describe('an archive with a defect', () => {
  const flip = (network: TestNetwork, path: string): void => {
    const bytes = archived(network, path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 0x10;
    network.machine('publisher').files.write(`/data/history/${path}`, bytes);
  };
  const change = (network: TestNetwork, path: string, at: number): void => {
    const bytes = gunzipSync(archived(network, path));
    bytes[at] = (bytes[at] as number) ^ 1;
    network.machine('publisher').files.write(`/data/history/${path}`, gzipSync(bytes));
  };

  it.each([
    [
      'a flipped bit in a file of headers',
      (n: TestNetwork) => flip(n, 'ledger/00/00/00/ledger-0000001f.xdr.gz'),
      'Failed when verifying ledger chain with error malformed XDR file or IO failure in readOne',
    ],
    [
      'a header that is another',
      (n: TestNetwork) => change(n, 'ledger/00/00/00/ledger-0000001f.xdr.gz', 60),
      /Bad ledger-header history entry: claimed ledger \[seq=24, hash=\w{6}\] actually hashes to \w{6}/,
    ],
    [
      'a transaction that is another',
      (n: TestNetwork) => change(n, 'transactions/00/00/00/transactions-0000001f.xdr.gz', 150),
      /Replay failed: replay txset hash differs from txset hash in replay ledger: hash for txset is \w{64}, expected \w{64}/,
    ],
    [
      'a file of transactions cut short',
      (n: TestNetwork) => change(n, 'transactions/00/00/00/transactions-0000001f.xdr.gz', 0),
      'Replay failed: malformed XDR file or IO failure in readOne',
    ],
  ] as const)('%s: fails in seconds', (_, spoil, message) =>
    withArchive(async (network) => {
      spoil(network);
      const begun = network.clock.now();
      const { code, stderr } = await catchup(network, 'current/max');
      expect(code).toBe(3);
      if (typeof message === 'string') expect(stderr).toContain(`[History ERROR] ${message}\n`);
      else expect(stderr).toMatch(message);
      expect(stderr).toContain('[History WARNING] Catchup failed\n');
      expect(network.clock.now() - begun).toBeLessThan(10_000);
    }),
  );

  it('a bucket whose content is another: fails in seconds', () =>
    withArchive(async (network) => {
      const state = JSON.parse(
        archived(network, '.well-known/stellar-history.json').toString(),
      ) as {
        currentBuckets: { curr: string }[];
      };
      const hash =
        state.currentBuckets.map(({ curr }) => curr).findLast((curr) => !/^0+$/.test(curr)) ?? '';
      change(
        network,
        `bucket/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash.slice(4, 6)}/bucket-${hash}.xdr.gz`,
        30,
      );
      const { code, stderr } = await catchup(network, 'current/0');
      expect(code).toBe(3);
      expect(stderr).toMatch(
        new RegExp(`FAILED verifying hash for bucket ${hash}: its contents hash to \\w{64}\n`),
      );
      // What was there stays.
      expect((await catchup(network, '25/max')).code).toBe(0);
    }));

  it('results that are others are seen with --extra-verification, which nothing else reads', () =>
    withArchive(async (network) => {
      change(network, 'results/00/00/00/results-0000001f.xdr.gz', 50);
      const strict = await catchup(network, 'current/max', '--extra-verification');
      expect(strict.code).toBe(3);
      expect(strict.stderr).toMatch(
        /Failed to verify tx result set of checkpoint 31: unexpected result hash in ledger \d+\n/,
      );
      expect((await catchup(network, 'current/max')).code).toBe(0);
    }));

  it('a missing file: tried again with growing pauses, and the catchup ends when it comes', () =>
    withArchive(async (network) => {
      const { files } = network.machine('publisher');
      const path = '/data/history/transactions/00/00/00/transactions-0000001f.xdr.gz';
      const bytes = files.read(path);
      files.remove(path);
      const begun = network.clock.now();
      const running = catchup(network, 'current/max');
      await network.clock.sleep(300_000);
      files.write(path, bytes);
      const { code, stderr } = await running;
      expect(code).toBe(0);
      const times = Array.from(
        stderr.matchAll(
          /^(\S+) .*maybe missing file transactions\/00\/00\/00\/transactions-0000001f.xdr.gz$/gm,
        ),
        ([, time]) => Date.parse(`${time}Z`),
      );
      expect(times.length).toBeGreaterThan(4);
      const pauses = times.slice(1).map((time, i) => time - (times[i] ?? 0));
      expect(Math.max(...pauses)).toBeGreaterThan(20_000);
      expect(pauses[0]).toBeLessThanOrEqual(2000);
      expect(network.clock.now() - begun).toBeGreaterThan(300_000);
    }));

  it('of another network is refused', () =>
    withArchive(async (network) => {
      const { files } = network.machine('node');
      const text = Buffer.from(files.read('/cfg/stellar-core.cfg')).toString();
      files.write(
        '/cfg/stellar-core.cfg',
        text.replace(/NETWORK_PASSPHRASE.*/, 'NETWORK_PASSPHRASE = "Another"'),
      );
      await network.command('node', 'new-db');
      const { code, stderr } = await catchup(network, 'current/max');
      expect(code).toBe(3);
      expect(stderr).toContain(
        'The network passphrase of the application does not match that of the history archive state\n',
      );
    }));
});
