import { createHash } from 'node:crypto';
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

const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const imageName = new RegExp(
  `^(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?${part}(?:/${part})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
  'u',
);

/** Whether a text can be an image's name at all. */
export const isImageName = (name: string): boolean => imageName.test(name);

/** The name with a digest, as a node shows it; made from the name, as there is no content. */
export function imageId(name: string): string {
  const full = fullImageName(name);
  const at = full.lastIndexOf(':');
  const path = full.includes('@') ? full.slice(0, full.indexOf('@')) : full.slice(0, at);
  return `${path}@sha256:${createHash('sha256').update(full).digest('hex')}`;
}
