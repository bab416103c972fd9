import type { ProcessContext } from '@ssc/process';
import type { ArchiveSettings } from '../config/node-settings.ts';
import type { Log } from '../log.ts';

/** A command of an archive that did not end well. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

/** A history archive reached by the commands of its configuration. */
export class Archive {
  readonly name: string;
  readonly #settings: ArchiveSettings;
  readonly #self: ProcessContext;

  readonly #log: Log | undefined;
  #commands = 0;

  constructor(settings: ArchiveSettings, self: ProcessContext, log?: Log) {
    this.name = settings.name;
    this.#settings = settings;
    this.#self = self;
    this.#log = log;
  }

  /** Copies a file of the archive to a local path; false when the command says that it is not there. */
  async get(remote: string, local: string): Promise<boolean> {
    const { get } = this.#settings;
    if (get === undefined) throw new ArchiveError(`archive '${this.name}' has no 'get' command`);
    return this.#run(get, [remote, local]);
  }

  /** Copies a local file into the archive, with the folders above it. */
  async put(local: string, remote: string): Promise<boolean> {
    const { put, mkdir } = this.#settings;
    if (put === undefined) throw new ArchiveError(`archive '${this.name}' has no 'put' command`);
    const folder = remote.slice(0, Math.max(0, remote.lastIndexOf('/')));
    if (mkdir !== undefined && folder !== '' && !(await this.#run(mkdir, [folder]))) return false;
    return this.#run(put, [local, remote]);
  }

  /** Runs a command without a shell: the text is split at blanks. */
  async #run(template: string, args: readonly string[]): Promise<boolean> {
    const argv = template
      .trim()
      .split(/\s+/)
      .map((word) =>
        word.replaceAll(/\{\{|\}\}|\{([01])\}/g, (match, digit?: string) =>
          digit === undefined ? match.slice(1) : (args[Number(digit)] ?? ''),
        ),
      );
    const { code, stderr } = await this.#self.exec(argv, { cwd: this.#self.cwd });
    this.#commands += 1;
    if (stderr !== '') this.#self.stderr(stderr);
    if (code !== 0)
      this.#log?.(
        'Process',
        'WARNING',
        `process ${this.#commands} exited ${code}: ${argv.join(' ')}`,
      );
    return code === 0;
  }
}
