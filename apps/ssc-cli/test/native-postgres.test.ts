import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { createSystemClock } from '@ssc/clock';
import { renderError } from '@ssc/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identifyCoreBinary } from '../src/native/core-binary.ts';
import {
  findPostgresFolder,
  type PostgresSearch,
  postgresPrograms,
} from '../src/native/postgres.ts';
import { listNativeRuns } from '../src/native/site.ts';
import { createNativeProvider } from '../src/providers/native.ts';
import { createFakeHost } from './fake-host.ts';
import { openWorkshop, type Workshop } from './native-binaries.ts';
import { formationOn } from './native-formation.ts';

/** A machine with programs in some folders. */
const machine = (
  folders: readonly string[],
  platform: NodeJS.Platform = 'linux',
  missing: readonly string[] = [],
): PostgresSearch => {
  const files = folders
    .flatMap((folder) => postgresPrograms.map((name) => `${folder}/${name}`))
    .filter((file) => !missing.includes(file));
  return {
    path: '/usr/local/bin:/usr/bin::/home/ada/pg/bin',
    platform,
    list: (folder) => [
      ...new Set(
        files
          .filter((file) => file.startsWith(`${folder}/`))
          .map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''),
      ),
    ],
    isExecutable: (file) => files.includes(file),
  };
};

describe('the database server of this machine', () => {
  test.each([
    [
      'in PATH, before any package',
      ['/home/ada/pg/bin', '/usr/lib/postgresql/17/bin'],
      'linux',
      '/home/ada/pg/bin',
    ],
    [
      'of the newest version that Debian has',
      ['/usr/lib/postgresql/9.6/bin', '/usr/lib/postgresql/15/bin'],
      'linux',
      '/usr/lib/postgresql/15/bin',
    ],
    ['of Fedora', ['/usr/pgsql-16/bin'], 'linux', '/usr/pgsql-16/bin'],
    [
      'of Homebrew',
      ['/opt/homebrew/opt/postgresql@14/bin', '/opt/homebrew/opt/postgresql@17/bin'],
      'darwin',
      '/opt/homebrew/opt/postgresql@17/bin',
    ],
    [
      'of Postgres.app',
      ['/Applications/Postgres.app/Contents/Versions/16/bin'],
      'darwin',
      '/Applications/Postgres.app/Contents/Versions/16/bin',
    ],
  ] as const)('is that %s', (_what, folders, platform, found) => {
    expect(findPostgresFolder(machine(folders, platform))).toBe(found);
  });

  test('is whole: a folder with clients alone is none', () => {
    expect(
      findPostgresFolder(
        machine(['/usr/bin', '/usr/lib/postgresql/15/bin'], 'linux', ['/usr/bin/initdb']),
      ),
    ).toBe('/usr/lib/postgresql/15/bin');
  });

  const refusal = (platform: NodeJS.Platform): string => {
    try {
      return findPostgresFolder(machine([], platform));
    } catch (error) {
      return renderError(error);
    }
  };

  test('that is not there is a refusal that says what to install', () => {
    expect(refusal('linux')).toMatchInlineSnapshot(`
      "✖ SSC_POSTGRES_MISSING  nodes are to keep their tables in postgres, and this machine has no server of it; nothing was started
        Looked for    initdb, postgres, pg_isready, createdb, pg_dump
        In            PATH, /usr/lib/postgresql/*/bin, /usr/pgsql-*/bin
        Install the server: apt-get install postgresql (Debian, Ubuntu), dnf install postgresql-server (Fedora); it need not be started."
    `);
    expect(refusal('darwin')).toContain('brew install postgresql@17');
    expect(refusal('freebsd')).toContain('put its programs in PATH');
  });
});

describe('nodes with their tables in postgres', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop();
    // As a folder for temporary files usually is.
    chmodSync(workshop.folder, 0o711);
  });
  afterAll(() => workshop.close());

  /**
   * Makes and reads a table as its configuration says, by the client of this machine and libpq's own variables, as stellar-core
   * does; everything else is the simulated node's.
   */
  const usesPostgres = (): string =>
    workshop.script(
      'core-with-postgres',
      String.raw`last=
for word; do [ "$last" = --conf ] && conf=$word; last=$word; done
url=$(sed -n 's/^DATABASE = "postgresql:\/\/\(.*\)"$/\1/p' "$conf" 2>/dev/null)
case $url:$1 in
  :*) exec "@core-sim@" "$@";;
  *:new-db) psql "$url" -qc "create table storestate as select 'genesis' as state" || exit 1;;
  *:run) echo "tables: $(psql "$url" -Atc 'select state, current_user, inet_server_addr() from storestate')" >&2;;
esac
own=$PWD/$1.cfg
sed "s,^DATABASE = .*,DATABASE = \"sqlite3://$PWD/stellar.db\"," "$conf" >"$own"
for word; do shift; [ "$word" = "$conf" ] && word=$own; set -- "$@" "$word"; done
exec "@core-sim@" "$@"`.replaceAll('@core-sim@', workshop.coreSim),
    );

  test('have a server each, on loopback, as whoever may be one, which ends with them', async () => {
    const core = await identifyCoreBinary('core-binary', usesPostgres());
    const clock = createSystemClock();
    const host = createFakeHost({}, { clock, randomBytes: (count) => randomBytes(count) });
    const provider = createNativeProvider({ core }, host);
    const { formation, run } = await formationOn(provider, {
      core: { nodes: 2, database: 'postgres' as const },
    });
    try {
      await formation.bringUp();
      await formation.sets['core']?.waitUntilLedger(3);
      expect(provider.notes()[1]).toMatch(
        /^tables are in postgres \(PostgreSQL\) \d+.*, one server for each node, on loopback/u,
      );
      for (const { pod, own } of provider
        .addresses()
        .map((one) => ({ pod: `${run}-${one.node}`, own: one }))) {
        const log = (container: string): Promise<string> =>
          provider.kube.log({ namespace: 'default', pod, container });
        expect(await log('stellar-core')).toContain('tables: genesis|ssc|127.0.0.1\n');
        expect(await log('postgres')).toContain(`port ${own.postgres}`);
        expect(await log('postgres')).toContain('ssc: making the database');
      }
      const files = new Map<string, string>();
      expect(
        await formation.dump(async (path, content) => void files.set(path, String(content))),
      ).toEqual([]);
      for (const node of ['core-0', 'core-1'])
        expect(files.get(`nodes/${node}/database/postgres.sql`)).toContain(
          'COPY public.storestate (state) FROM stdin;\ngenesis\n',
        );
      const { password } = provider.clusterSettings?.postgres ?? {};
      expect(password).toMatch(/^[0-9a-f]{32}$/u);
      expect([...files].filter(([, text]) => text.includes(password ?? ''))).toEqual([]);
      const [there] = listNativeRuns();
      expect(there?.processes.map(({ what }) => what.replace(`${run}-`, '')).sort()).toEqual([
        'core-0 postgres -D',
        'core-0 stellar-core run',
        'core-1 postgres -D',
        'core-1 stellar-core run',
      ]);
    } finally {
      await formation.remove();
      await provider.close();
    }
    expect(listNativeRuns()).toEqual([]);
  });
});
