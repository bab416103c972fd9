import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { delayShell, delaysMax, parseShell, printShell, renderDelays } from '../src/index.ts';

// The printed text runs in the machine's own /bin/sh, with a tc that writes down how it was called, a getent that reads
// addresses from a file, and a sleep that changes these between rounds and in the end stops the shell.

const stubs = (folder: string): Record<string, string> => ({
  tc: `echo "tc $*" >> ${folder}/calls
case "$*" in *"$REFUSED"*) echo 'Error: Specified qdisc kind is unknown.' >&2; exit 2 ;; esac`,
  getent: `found=$(grep "^$2 " ${folder}/addresses) || exit 2
for kind in STREAM DGRAM RAW; do echo "\${found#* } $kind $2"; done`,
  sleep: `echo "sleep $1" >> ${folder}/calls
[ -e ${folder}/later ] || { kill $PPID; exit; }
mv ${folder}/later ${folder}/addresses`,
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssc-delay-'));
  for (const name of ['bin', 'tmp']) mkdirSync(join(folder, name));
  for (const [name, text] of Object.entries(stubs(folder))) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  write(
    'route',
    'Iface\tDestination\tGateway\neth7\t0000A8C0\t00000000\nnet3\t00000000\t0100A8C0\n',
  );
  write(
    'p-0.delays',
    renderDelays([
      { to: 'near.svc', delayMs: 1.5 },
      { to: 'far.svc', delayMs: 120 },
    ]),
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

function delay(env: Record<string, string> = {}): { status: number | null; said: string } {
  const text = printShell(delayShell())
    .replaceAll('/tmp/', `${folder}/tmp/`)
    .replaceAll('/cfg/', `${folder}/`)
    .replaceAll('/proc/net/route', `${folder}/route`);
  const { status, stdout } = spawnSync('/bin/sh', ['-c', text], {
    encoding: 'utf8',
    env: { PATH: `${folder}/bin:/usr/bin:/bin`, POD_NAME: 'p-0', REFUSED: 'nothing', ...env },
  });
  return { status, said: stdout };
}
const calls = (): string => readFileSync(join(folder, 'calls'), 'utf8');

test('each destination has a class, a delay and a filter; names are asked for again', () => {
  write('addresses', 'near.svc 10.0.0.7\n');
  write('later', 'near.svc 10.0.0.7\nfar.svc 10.0.0.8\n');
  expect(delay().said).toMatchInlineSnapshot(`
    "ssc: delaying packets on net3
    ssc: 1.5ms to near.svc at 10.0.0.7
    ssc: 120ms to far.svc at 10.0.0.8
    "
  `);
  expect(calls()).toMatchInlineSnapshot(`
    "tc qdisc replace dev net3 root handle 2: netem delay 1ms
    tc qdisc del dev net3 root
    tc qdisc add dev net3 root handle 1: htb direct_qlen 1000
    tc class replace dev net3 parent 1: classid 1:10 htb rate 10gbit ceil 10gbit quantum 60000
    tc qdisc replace dev net3 parent 1:10 handle 10: netem delay 1.5ms limit 4096
    tc filter add dev net3 parent 1: protocol ip pref 0x10 u32 match ip dst 10.0.0.7 flowid 1:10
    sleep 10
    tc class replace dev net3 parent 1: classid 1:11 htb rate 10gbit ceil 10gbit quantum 60000
    tc qdisc replace dev net3 parent 1:11 handle 11: netem delay 120ms limit 4096
    tc filter add dev net3 parent 1: protocol ip pref 0x11 u32 match ip dst 10.0.0.8 flowid 1:11
    sleep 60
    "
  `);
});

test('a pod that came back with another address is delayed there', () => {
  write('addresses', 'near.svc 10.0.0.7\nfar.svc 10.0.0.8\n');
  write('later', 'near.svc 10.0.0.9\nfar.svc 10.0.0.8\n');
  delay();
  const [, second] = calls().split('sleep 60\n');
  expect(second).toMatchInlineSnapshot(`
    "tc filter del dev net3 parent 1: pref 0x10
    tc class replace dev net3 parent 1: classid 1:10 htb rate 10gbit ceil 10gbit quantum 60000
    tc qdisc replace dev net3 parent 1:10 handle 10: netem delay 1.5ms limit 4096
    tc filter add dev net3 parent 1: protocol ip pref 0x10 u32 match ip dst 10.0.0.9 flowid 1:10
    "
  `);
});

test('it is ready after its first round, and before that not', () => {
  write('addresses', '');
  delay();
  expect(existsSync(join(folder, 'tmp/ssc-delays-ready'))).toBe(true);
  rmSync(join(folder, 'tmp/ssc-delays-ready'));
  delay({ REFUSED: 'netem' });
  expect(existsSync(join(folder, 'tmp/ssc-delays-ready'))).toBe(false);
});

test('where there is no netem it ends and says why', () => {
  write('addresses', '');
  expect(delay({ REFUSED: 'netem' })).toMatchInlineSnapshot(`
    {
      "said": "ssc: no network delay: tc could not put netem and htb on net3 (its own words stand above). The kernel of this machine lacks sch_netem or sch_htb, or the container lacks NET_ADMIN.
    ",
      "status": 1,
    }
  `);
});

test('a destination that cannot be delayed ends it: half a topology is none', () => {
  write('addresses', 'near.svc 10.0.0.7\nfar.svc 10.0.0.8\n');
  expect(delay({ REFUSED: 'dst 10.0.0.8' })).toMatchInlineSnapshot(`
    {
      "said": "ssc: delaying packets on net3
    ssc: 1.5ms to near.svc at 10.0.0.7
    ssc: tc could not delay packets to far.svc at 10.0.0.8
    ",
      "status": 1,
    }
  `);
});

test('without a default route it ends and says so', () => {
  write('route', 'Iface\tDestination\tGateway\neth0\t0000A8C0\t00000000\n');
  expect(delay()).toMatchInlineSnapshot(`
    {
      "said": "ssc: no network delay: this pod has no default route, so no interface to delay
    ",
      "status": 1,
    }
  `);
});

test('the text is of the grammar', () => {
  expect(parseShell(printShell(delayShell()))).toEqual(delayShell());
});

test('every destination has a class of its own that tc can read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), (count) => {
      const delays = Array.from({ length: count }, (_, i) => ({ to: `n${i}.svc`, delayMs: i }));
      const lines = renderDelays(delays).trimEnd().split('\n');
      const classes = lines.map((line) => line.split(' ')[0] ?? '');
      expect(new Set(classes).size).toBe(count);
      for (const id of classes) expect(id).toMatch(/^[1-9a-f][0-9a-f]{1,3}$/u);
    }),
    { seed: 1, numRuns: 20 },
  );
  expect((delaysMax - 1 + 0x10).toString(16)).toHaveLength(4);
});
