import { redact } from '@ssc/errors';

/** What may stay readable. */
export interface HideOptions {
  /** Values that must not be in any file, such as a database's password. Shorter ones than 4 characters are left alone. */
  readonly secrets?: readonly string[];
  /**
   * Keeps seeds of nodes: in configurations they are derived from the seed of the run, are worth nothing, and without them a
   * node cannot be started again.
   */
  readonly keepsNodeSeeds?: boolean;
}

const shortest = 4;
const seed = /\bS[A-Z2-7]{55}\b/gu;

/** The text with secrets replaced by a mark: known values, seeds, bearer tokens, passwords. */
export function hideSecrets(text: string, options: HideOptions = {}): string {
  const { secrets = [], keepsNodeSeeds = false } = options;
  const known = secrets
    .filter((secret) => secret.length >= shortest)
    // A longer one may hold a shorter one.
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '…redacted'), text);
  if (!keepsNodeSeeds) return redact(known);
  const seeds = known.match(seed) ?? [];
  if (seeds.length === 0) return redact(known);
  // What stands between the seeds, each part alone: they are put back as they were.
  const parts = known.split(seed);
  return parts.map((part, i) => `${redact(part)}${seeds[i] ?? ''}`).join('');
}

/** A Kubernetes object as it may be shown: a Secret without its values. */
export function hideSecretData<T extends object>(object: T): T {
  const { kind, data, stringData } = object as {
    readonly kind?: string;
    readonly data?: Readonly<Record<string, string>>;
    readonly stringData?: Readonly<Record<string, string>>;
  };
  if (kind !== 'Secret') return object;
  const hidden = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.keys(values).map((key) => [key, '…redacted']));
  return {
    ...object,
    ...(data !== undefined && { data: hidden(data) }),
    ...(stringData !== undefined && { stringData: hidden(stringData) }),
  };
}
