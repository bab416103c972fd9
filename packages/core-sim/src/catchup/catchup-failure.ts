/** Why a catchup does not go on; each line is logged as core logs it. */
export class CatchupFailure extends Error {
  override readonly name = 'CatchupFailure';
  readonly lines: readonly string[];
  /** True when no later try can succeed: what the network agreed on contradicts what this node has, or is beyond what it knows. */
  readonly isFatal: boolean;

  constructor(lines: readonly string[], isFatal = false) {
    super(lines[0]);
    this.lines = lines;
    this.isFatal = isFatal;
  }
}
