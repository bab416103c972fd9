/** What core would take and core-sim can't apply. It is refused by this name, never half applied. */
export class NotSimulatedError extends Error {
  override readonly name = 'NotSimulatedError';
}
