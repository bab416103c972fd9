/** Something that a check found wrong. */
export interface Finding {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly line?: number;
  /** A sentence: what is there, what belongs there instead. */
  readonly message: string;
}

/** `path:line: message`, as editors and terminals link it. */
export function renderFinding({ path, line, message }: Finding): string {
  return `${path}${line === undefined ? '' : `:${line}`}: ${message}`;
}
