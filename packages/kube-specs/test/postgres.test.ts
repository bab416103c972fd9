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
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  databaseUrl,
  nextDataId,
  postgresShell,
  printShell,
  redactObject,
  toRunObjects,
  toSetObjects,
} from '../src/index.ts';
import { messageOf } from './message.ts';
import { postgres } from './objects/golden.ts';
import { coreSet, networkPlan } from './plan.fixture.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssc-postgres-'));
  for (const name of ['bin', 'data']) mkdirSync(join(folder, name));
  const programs = {
    initdb: `echo "initdb $*" >> ${folder}/calls
mkdir "$2"; [ -z "$FULL" ] || exit 1
echo 17 > "$2/PG_VERSION"`,
    postgres: `echo "postgres $*" >> ${folder}/calls; echo $$ > ${folder}/pid`,
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the printed text in the machine's own /bin/sh, with programs that do to files what the real ones do. */
function start(env: Record<string, string> = {}): { status: number | null; pid: number } {
  const text = printShell(postgresShell({ shared_buffers: '1MB' })).replaceAll(
    '/data/postgres',
    `${folder}/data`,
  );
  const { status, pid } = spawnSync('/bin/sh', ['-c', text], {
    encoding: 'utf8',
    env: { PATH: `${folder}/bin:/usr/bin:/bin`, ...env },
  });
  return { status, pid };
}
const calls = (): string => readFileSync(join(folder, 'calls'), 'utf8').replaceAll(folder, '');

test('the database is made once, and postgres takes the place of the shell', () => {
  expect(start().status).toBe(0);
  const { pid } = start();
  expect(Number(readFileSync(join(folder, 'pid'), 'utf8'))).toBe(pid);
  expect(calls()).toMatchInlineSnapshot(`
    "initdb --pgdata /data/unfinished --username ssc --pwfile /etc/ssc-postgres/password --auth scram-sha-256 --encoding UTF8 --locale C
    postgres -D /data/cluster -c listen_addresses=localhost -c unix_socket_directories= -c shared_buffers=1MB
    postgres -D /data/cluster -c listen_addresses=localhost -c unix_socket_directories= -c shared_buffers=1MB
    "
  `);
});

test('a database that was not made to its end is made anew', () => {
  expect(start({ FULL: 'yes' }).status).toBe(1);
  expect(existsSync(join(folder, 'pid'))).toBe(false);
  expect(start().status).toBe(0);
});

test('configurations name the database and no password', () => {
  expect([
    databaseUrl('sqlite'),
    databaseUrl('memory'),
    databaseUrl('postgres'),
  ]).toMatchInlineSnapshot(`
      [
        "sqlite3:///data/stellar.db",
        "sqlite3://:memory:",
        "postgresql://dbname=postgres user=ssc host=localhost",
      ]
    `);
});

test('the password stands in the Secret alone, and is left out of what is written down', () => {
  const plan = networkPlan({ postgres, sets: [coreSet({ database: 'postgres' })] });
  const { all, secrets } = toRunObjects(plan, 'u');
  expect(secrets).toHaveLength(1);
  const holders = all.filter((object) => JSON.stringify(object).includes(postgres.password));
  expect(holders).toEqual(secrets);
  expect(JSON.stringify(all.map(redactObject))).not.toContain(postgres.password);
  expect(redactObject({ kind: 'Secret', data: { a: 'YQ==' } })).toEqual({
    kind: 'Secret',
    data: { a: '<redacted>' },
  });
  const [service] = all;
  expect(redactObject(service as object)).toBe(service);
});

test('where no set uses postgres there is neither a Secret nor a server', () => {
  const plan = networkPlan({
    postgres,
    sets: [coreSet(), coreSet({ name: 'b', database: 'memory' })],
  });
  expect(JSON.stringify(toRunObjects(plan, 'u').all)).not.toContain('postgres');
});

test('a set that changes to postgres brings the Secret along', () => {
  const set = coreSet({ database: 'postgres' });
  expect(toSetObjects(networkPlan({ postgres }), set, 'u').secrets).toHaveLength(1);
});

test('data are kept only where they outlive pods', () => {
  const claim = { kind: 'claim', sizeMiB: 1 } as const;
  expect(nextDataId(coreSet({ data: claim }), 'kept')).toBe('ssc-1a2b3c-core-g1');
  expect(nextDataId(coreSet({ data: claim }), 'fresh')).toBe('ssc-1a2b3c-core-g2');
  expect(nextDataId(coreSet(), 'fresh')).toBe('ssc-1a2b3c-core-g2');
  expect(messageOf(() => nextDataId(coreSet(), 'kept'))).toMatchInlineSnapshot(`
    "✖ SSC_DATA_GONE  set "core" cannot start with its data kept: they were in its pods
      Data outlive pods in a claim: give the set data { kind: "claim", sizeMiB }, or start it with fresh data."
  `);
  const fleeting = coreSet({ data: { ...claim, whenScaledDown: 'deleted' } });
  expect(messageOf(() => nextDataId(fleeting, 'kept'))).toContain(
    'its claims are deleted when it is scaled down',
  );
});
