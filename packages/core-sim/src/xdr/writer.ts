/**
 * Writes XDR (RFC 4506) into one growing buffer. The records that a node makes for every ledger (statements, headers,
 * entries) go through here: the generated classes of the SDK cost ten times as much.
 */
export class XdrWriter {
  #buffer = Buffer.allocUnsafe(512);
  #at = 0;

  int(value: number): this {
    this.#grow(4);
    this.#at = this.#buffer.writeInt32BE(value | 0, this.#at);
    return this;
  }

  uint(value: number): this {
    this.#grow(4);
    this.#at = this.#buffer.writeUInt32BE(value, this.#at);
    return this;
  }

  /** A 64-bit number; negative ones in two's complement. */
  long(value: bigint | number): this {
    this.#grow(8);
    this.#at = this.#buffer.writeBigInt64BE(BigInt.asIntN(64, BigInt(value)), this.#at);
    return this;
  }

  /** Bytes of a length that the reader knows. */
  fixed(bytes: Uint8Array): this {
    this.#grow(bytes.length + 3);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
    return this.#pad(bytes.length);
  }

  /** Bytes with their length before them. */
  opaque(bytes: Uint8Array): this {
    return this.uint(bytes.length).fixed(bytes);
  }

  /** One byte for each character, with the length before them. */
  latin1(text: string): this {
    this.uint(text.length);
    this.#grow(text.length + 3);
    this.#at += this.#buffer.write(text, this.#at, 'latin1');
    return this.#pad(text.length);
  }

  /** A hash or key in hex, without a length. */
  hex(text: string): this {
    this.#grow(text.length / 2);
    this.#at += this.#buffer.write(text, this.#at, 'hex');
    return this;
  }

  /** What was written; the writer is not used after it. */
  end(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #pad(length: number): this {
    for (let i = length; i % 4 !== 0; i++) this.#buffer[this.#at++] = 0;
    return this;
  }

  #grow(more: number): void {
    if (this.#at + more <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + more));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}
