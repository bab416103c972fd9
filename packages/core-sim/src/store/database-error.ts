/** A database that can't be used; the message is core's. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}
