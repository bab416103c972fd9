/** One thing that a run needs, and whether it is there. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** What was seen. */
  readonly seen: string;
  /** What to do about it, where it is not there. */
  readonly fix?: string;
}
