import { renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import {
  findPostgresFolder,
  type PostgresSearch,
  postgresPrograms,
} from '../src/native/postgres.ts';

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
