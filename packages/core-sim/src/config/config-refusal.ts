import type { CoreLogLine } from '@ssc/core-cfg';

/** A configuration that core would not start with; the message is core's own kind. */
export class ConfigRefusal extends Error {
  override readonly name = 'ConfigRefusal';
  /** Lines that core logs before. */
  readonly log: readonly CoreLogLine[];
  constructor(message: string, log: ConfigRefusal['log'] = []) {
    super(message);
    this.log = log;
  }
}
