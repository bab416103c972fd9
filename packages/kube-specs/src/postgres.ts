import type { V1Secret } from '@kubernetes/client-node';
import { networkLabels } from './labels.ts';
import { podLayout } from './layout.ts';
import { anchorName, postgresSecretName } from './names.ts';
import { ownedByAnchor } from './objects/owner.ts';
import type { Database, RunPlan } from './plan.ts';
import type { Shell } from './shell/ast.ts';
import { allOf, ifElse, run } from './shell/build.ts';

/** The user and the database that stellar-core's tables are in. */
export const postgresAccount = { user: 'ssc', database: 'postgres' } as const;

/** The key of the password in its Secret. */
export const passwordKey = 'password';

/**
 * What DATABASE says in stellar-core's configuration. That of postgres has no password: libpq takes it from PGPASSWORD,
 * which the pod has from the Secret.
 *
 * @example databaseUrl('sqlite') is "sqlite3:///data/stellar.db"
 */
export function databaseUrl(database: Database): string {
  switch (database) {
    case 'sqlite':
      return `sqlite3://${podLayout.data}/stellar.db`;
    case 'memory':
      return 'sqlite3://:memory:';
    case 'postgres':
      return `postgresql://dbname=${postgresAccount.database} user=${postgresAccount.user} host=localhost`;
  }
}

const cluster = `${podLayout.postgres}/cluster`;
const unfinished = `${podLayout.postgres}/unfinished`;

/**
 * Starts postgres on the pod's own address, after making its files where there are none. They are made beside and moved
 * into place, so that an interrupted initdb is not taken for a database. It becomes process 1, which gets SIGTERM.
 */
export const postgresShell = (settings: Readonly<Record<string, string>> = {}): Shell =>
  allOf(
    ifElse(
      run('test', '-e', `${cluster}/PG_VERSION`),
      run('echo', 'ssc: the database is there'),
      allOf(
        run('echo', 'ssc: making the database'),
        run('rm', '-rf', unfinished, cluster),
        run(
          ...(['initdb', '--pgdata', unfinished, '--username', postgresAccount.user] as const),
          '--pwfile',
          `${podLayout.postgresSecret}/${passwordKey}`,
          // Of the same bytes in every image, and without a conversion that refuses some.
          ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
        ),
        run('mv', unfinished, cluster),
      ),
    ),
    run(
      ...(['exec', 'postgres', '-D', cluster] as const),
      ...['-c', 'listen_addresses=localhost', '-c', 'unix_socket_directories='],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ),
  );

/** The Secret with the password, owned by the network's anchor; undefined where nothing uses postgres. */
export function toPostgresSecret(plan: RunPlan, anchorUid: string): V1Secret | undefined {
  if (plan.postgres === undefined) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: postgresSecretName(plan.run, plan.network),
      namespace: plan.namespace,
      labels: networkLabels(plan.run, plan.network, plan.mission, 'secret'),
      ownerReferences: ownedByAnchor(anchorName(plan.run, plan.network), anchorUid),
    },
    type: 'Opaque',
    immutable: true,
    stringData: { [passwordKey]: plan.postgres.password },
  };
}

/** Prints the tables as SQL, in the container of the server. */
export const postgresDumpCommand: readonly string[] = [
  ...['pg_dump', '--no-password', '-h', 'localhost'],
  ...['-U', postgresAccount.user, postgresAccount.database],
];

/** What stands where a secret value was. */
export const redactedValue = '<redacted>';

/** The object as it may be written down: a Secret without its values, anything else itself. */
export function redactObject<T extends { readonly kind?: string }>(object: T): T {
  if (object.kind !== 'Secret') return object;
  const { data, stringData } = object as V1Secret;
  const hide = (values: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.keys(values).map((key) => [key, redactedValue]));
  return {
    ...object,
    ...(data !== undefined && { data: hide(data) }),
    ...(stringData !== undefined && { stringData: hide(stringData) }),
  };
}
