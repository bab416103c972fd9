/** Bytes that are not the XDR they should be; the words are those of xdrpp, which stellar-core shows. */
export class XdrSyntaxError extends Error {
  override readonly name = 'XdrSyntaxError';
}

/** Reads XDR (RFC 4506). Every refusal is an {@link XdrSyntaxError}. */
export class XdrReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  int(): number {
    return this.#buffer.readInt32BE(this.#take(4));
  }

  uint(): number {
    return this.#buffer.readUInt32BE(this.#take(4));
  }

  /** A signed 64-bit number. */
  long(): bigint {
    return this.#buffer.readBigInt64BE(this.#take(8));
  }

  /** An unsigned 64-bit number that must be exact in a double. */
  safeUint(): number {
    const value = this.#buffer.readBigUInt64BE(this.#take(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new XdrSyntaxError('number too large');
    return Number(value);
  }

  fixed(length: number): Buffer {
    const from = this.#take(length);
    this.#padding(length);
    return this.#buffer.subarray(from, from + length);
  }

  opaque(limit = 0xffffffff): Buffer {
    const length = this.uint();
    if (length > limit) throw new XdrSyntaxError('xdr_generic_get: max length exceeded');
    return this.fixed(length);
  }

  latin1(): string {
    return this.opaque().toString('latin1');
  }

  hex(bytes: number): string {
    const from = this.#take(bytes);
    return this.#buffer.toString('hex', from, from + bytes);
  }

  /** The number of elements that follow. */
  count(limit = 100_000): number {
    const count = this.uint();
    if (count > limit) throw new XdrSyntaxError('xdr_generic_get: max length exceeded');
    return count;
  }

  optional<T>(read: () => T): T | undefined {
    const present = this.int();
    if (present === 0) return undefined;
    if (present === 1) return read();
    throw new XdrSyntaxError('xdr_generic_get: bad bool value');
  }

  /** All that was not read yet. */
  rest(): Buffer {
    const rest = this.#buffer.subarray(this.#at);
    this.#at = this.#buffer.length;
    return rest;
  }

  /** Refuses bytes that were not read. */
  end(): void {
    if (this.#at !== this.#buffer.length)
      throw new XdrSyntaxError('xdr_generic_get: bytes left over');
  }

  #padding(length: number): void {
    for (let i = length; i % 4 !== 0; i++)
      if (this.#buffer[this.#take(1)] !== 0) throw new XdrSyntaxError('Non-zero padding bytes');
  }

  #take(length: number): number {
    const from = this.#at;
    if (from + length > this.#buffer.length)
      throw new XdrSyntaxError('xdr_generic_get: message too short');
    this.#at += length;
    return from;
  }
}
