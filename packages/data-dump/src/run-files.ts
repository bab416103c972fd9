/** Where the files of a run go. Paths are relative to the run's folder. */
export interface RunFiles {
  /** Writes a whole file. */
  save(path: string, content: string | Uint8Array): Promise<void>;
  /** Adds to a file, which is made when it is not there. */
  append(path: string, content: string | Uint8Array): Promise<void>;
}
