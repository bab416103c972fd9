import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type Fact, usageError } from '@ssc/errors';
import type { ProcessOwner } from '@ssc/host';
import { postgresAccount } from '@ssc/kube-specs';
import { isExecutable, pathFolders } from './find-program.ts';

/** The programs of a database server that this machine has. */
export interface PostgresTools {
  /** Where they are. */
  readonly folder: string;
  /** @example "postgres (PostgreSQL) 17.2" */
  readonly version: string;
  /** Whom its processes belong to, where that is not who runs ssc: postgres refuses to be root. */
  readonly owner?: ProcessOwner;
}

/** What a pod's containers call of it. */
export const postgresPrograms = [
  'initdb',
  'postgres',
  'pg_isready',
  'createdb',
  'pg_dump',
] as const;

/** What is asked of this machine. */
export interface PostgresSearch {
  readonly path: string;
  readonly platform: NodeJS.Platform;
  /** The names in a folder; none when it is not there. */
  readonly list: (folder: string) => readonly string[];
  readonly isExecutable: (file: string) => boolean;
}

/** Folders beside PATH, in which packages put servers; `*` is a version. */
const packaged: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/usr/lib/postgresql/*/bin', '/usr/pgsql-*/bin'],
  darwin: [
    '/opt/homebrew/opt/postgresql@*/bin',
    '/usr/local/opt/postgresql@*/bin',
    '/Applications/Postgres.app/Contents/Versions/*/bin',
    '/opt/local/lib/postgresql*/bin',
  ],
};

/** How it is installed; nothing of it needs to be started. */
const installs: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux:
    'Install the server: apt-get install postgresql (Debian, Ubuntu), dnf install postgresql-server (Fedora); it need not be started.',
  darwin: 'Install the server: brew install postgresql@17; it need not be started.',
};

const thisMachine = (): PostgresSearch => ({
  path: process.env['PATH'] ?? '',
  platform: process.platform,
  list: (folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
  isExecutable,
});

/** The first folder that has all programs: those of PATH, then those of packages, the newest version first. */
export function findPostgresFolder(search: PostgresSearch = thisMachine()): string {
  const known = (packaged[search.platform] ?? []).flatMap((pattern) => expand(pattern, search));
  const folders = [...pathFolders(search.path), ...known];
  const found = folders.find((folder) =>
    postgresPrograms.every((name) => search.isExecutable(join(folder, name))),
  );
  if (found !== undefined) return found;
  const facts: Fact[] = [
    ['Looked for', postgresPrograms.join(', ')],
    ['In', ['PATH', ...(packaged[search.platform] ?? [])].join(', ')],
  ];
  throw usageError(
    'SSC_POSTGRES_MISSING',
    'nodes are to keep their tables in postgres, and this machine has no server of it; nothing was started',
    {
      facts,
      hint:
        installs[search.platform] ??
        'Install the server of postgres and put its programs in PATH; it need not be started.',
    },
  );
}

function expand(pattern: string, { list }: PostgresSearch): string[] {
  const at = pattern.lastIndexOf('/', pattern.indexOf('*'));
  const end = pattern.indexOf('/', pattern.indexOf('*'));
  const [above, name, below] = [
    pattern.slice(0, at),
    pattern.slice(at + 1, end),
    pattern.slice(end),
  ];
  const version = (text: string): number => Number.parseFloat(/\d+(\.\d+)?/u.exec(text)?.[0] ?? '');
  const fits = (text: string): boolean => text.startsWith(name.replace('*', ''));
  return list(above)
    .filter((text) => fits(text) && !Number.isNaN(version(text)))
    .sort((a, b) => version(b) - version(a))
    .map((text) => `${above}/${text}${below}`);
}

/** The database server of this machine, and whom its processes may belong to. Throws SSC_POSTGRES_MISSING (usage). */
export function findPostgres(): PostgresTools {
  const folder = findPostgresFolder();
  const version = execFileSync(join(folder, 'postgres'), ['--version'], {
    encoding: 'utf8',
  }).trim();
  if (process.getuid?.() !== 0) return { folder, version };
  const owner = ['postgres', '_postgres', 'nobody'].map(findUser).find((one) => one !== undefined);
  if (owner === undefined)
    throw usageError(
      'SSC_POSTGRES_MISSING',
      'postgres refuses to be root, and this machine has no user "postgres" or "nobody" for it; nothing was started',
      { hint: 'Run ssc as another user than root.' },
    );
  return { folder, version, owner };
}

function findUser(name: string): ProcessOwner | undefined {
  const ids = ['-u', '-g'].map((flag) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : Number.NaN;
  });
  const [uid = Number.NaN, gid = Number.NaN] = ids;
  return Number.isInteger(uid) && Number.isInteger(gid) ? { name, uid, gid } : undefined;
}

/** Refuses a folder that another user cannot get into, before anything is started there. */
export function refuseClosedFolder(folder: string, owner: ProcessOwner): void {
  const { status } = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], {
    uid: owner.uid,
    gid: owner.gid,
    stdio: 'ignore',
    cwd: '/',
  });
  if (status === 0) return;
  throw usageError(
    'SSC_FOLDER_UNUSABLE',
    `postgres refuses to be root, and its user "${owner.name}" cannot get into ${folder}; nothing was started`,
    {
      hint: 'Set TMPDIR to a folder that all users may pass through, or run ssc as another user than root.',
    },
  );
}

/** What is in a server on this machine, as SQL (pg_dump). */
export function dumpPostgres(
  { folder }: PostgresTools,
  server: { readonly port: number; readonly password: string },
): Promise<Uint8Array> {
  const { user, database } = postgresAccount;
  const words = ['--no-password', '-h', '127.0.0.1', '-p', String(server.port), '-U', user];
  return new Promise((resolve, reject) => {
    execFile(
      join(folder, 'pg_dump'),
      [...words, database],
      {
        encoding: 'buffer',
        maxBuffer: longestDump,
        env: { PATH: process.env['PATH'], PGPASSWORD: server.password },
      },
      (error, sql, complaint) => {
        if (error === null) resolve(sql);
        else reject(new Error(`pg_dump: ${complaint.toString().trim() || error.message}`));
      },
    );
  });
}

// What is longer is cut from a dump all the same.
const longestDump = 256 * 2 ** 20;
