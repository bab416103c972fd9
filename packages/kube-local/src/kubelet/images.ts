import type { Programs } from '@ssc/process';

/** What an image holds: programs instead of files. */
export interface ImagePrograms {
  /** Images by name; `*` stands for any text. The first entry that fits is taken. @example "stellar/stellar-core:*" */
  readonly pattern: string;
  readonly programs: Programs;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /** How long pulling it takes. @default 1500 */
  readonly pullMs?: number;
}

/** Finds the programs of an image; undefined when no registry has it. */
export function findImage(
  images: readonly ImagePrograms[],
  name: string,
): ImagePrograms | undefined {
  return images.find((image) => matchesPattern(image.pattern, name));
}

/** Whether a name fits a pattern in which `*` stands for any text. */
export function matchesPattern(pattern: string, name: string): boolean {
  const escaped = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\/]/gu, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${escaped}$`, 'u').test(name);
}

/** The name with registry, folder and tag, as container runtimes complete it. */
export function fullImageName(name: string): string {
  const first = name.split('/')[0] ?? '';
  const hasRegistry = name.includes('/') && /[.:]|^localhost$/u.test(first);
  const path = hasRegistry
    ? name
    : name.includes('/')
      ? `docker.io/${name}`
      : `docker.io/library/${name}`;
  const last = path.slice(path.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? path : `${path}:latest`;
}

/** Whether a text can be an image's name at all. */
export const isImageName = (name: string): boolean =>
  /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/u.test(
    name.replace(/^[A-Za-z0-9.-]+(?=[:/])/u, (host) => host.toLowerCase()),
  );
