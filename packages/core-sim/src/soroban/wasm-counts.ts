import type { WasmCounts } from '../ledger/contract-entries.ts';

/** Bytes that are no Wasm module, or one with what contracts may not have. */
export class WasmError extends Error {
  override readonly name = 'WasmError';
}

/** Sections of a module by their numbers (WebAssembly Core Specification 1.0, 5.5). */
const counted = {
  1: 'types',
  2: 'imports',
  3: 'functions',
  6: 'globals',
  7: 'exports',
  9: 'elemSegments',
} as const;

/** Counts what a module has that its preparation costs. Throws a {@link WasmError} for bytes that are none. */
export function countWasm(wasm: Uint8Array): WasmCounts {
  const reader = new WasmReader(wasm);
  if (reader.word() !== 0x6d736100 || reader.word() !== 1) throw new WasmError('no Wasm module');
  const counts = {
    ...{ instructions: 0, functions: 0, globals: 0, tableEntries: 0, types: 0 },
    ...{ dataSegments: 0, elemSegments: 0, imports: 0, exports: 0, dataSegmentBytes: 0 },
  };
  while (!reader.isAtEnd) {
    const id = reader.byte();
    const section = reader.part(reader.number());
    if (id === 4) counts.tableEntries = countTableEntries(section);
    else if (id === 10) counts.instructions = countInstructions(section);
    else if (id === 11) Object.assign(counts, countData(section));
    else if (id in counted) counts[counted[id as keyof typeof counted]] = section.number();
  }
  return counts;
}

function countTableEntries(section: WasmReader): number {
  let entries = 0;
  for (let tables = section.number(); tables > 0; tables--) {
    section.byte();
    const hasMost = section.byte() === 1;
    entries += section.number();
    if (hasMost) section.number();
  }
  return entries;
}

function countData(section: WasmReader): Pick<WasmCounts, 'dataSegments' | 'dataSegmentBytes'> {
  const dataSegments = section.number();
  let dataSegmentBytes = 0;
  for (let i = 0; i < dataSegments; i++) {
    section.number();
    // Where it is put, an expression.
    while (skipInstruction(section) !== end);
    const length = section.number();
    section.part(length);
    dataSegmentBytes += length;
  }
  return { dataSegments, dataSegmentBytes };
}

function countInstructions(section: WasmReader): number {
  let count = 0;
  for (let functions = section.number(); functions > 0; functions--) {
    const body = section.part(section.number());
    for (let groups = body.number(); groups > 0; groups--) {
      body.number();
      body.byte();
    }
    for (; !body.isAtEnd; count++) skipInstruction(body);
  }
  return count;
}

const end = 0x0b;

/** Reads one instruction with what belongs to it, and gives its opcode (WebAssembly Core Specification 1.0, 5.4). */
function skipInstruction(body: WasmReader): number {
  const opcode = body.byte();
  const isOf = (from: number, to = from): boolean => opcode >= from && opcode <= to;
  if (isOf(0x02, 0x04) || isOf(0x0c, 0x0d) || isOf(0x10) || isOf(0x20, 0x24)) body.number();
  else if (isOf(0x3f, 0x42)) body.number();
  else if (isOf(0x11) || isOf(0x28, 0x3e)) {
    body.number();
    body.number();
  } else if (isOf(0x0e)) for (let labels = body.number() + 1; labels > 0; labels--) body.number();
  // Floating point is what contracts may not have, and the rest is of later versions of Wasm.
  else if (isOf(0x43, 0x44) || opcode > 0xc4) throw new WasmError(`opcode ${opcode}`);
  return opcode;
}

class WasmReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  get isAtEnd(): boolean {
    return this.left === 0;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new WasmError('the module ends too early');
    this.#at += 1;
    return byte;
  }

  word(): number {
    return this.byte() + this.byte() * 2 ** 8 + this.byte() * 2 ** 16 + this.byte() * 2 ** 24;
  }

  /** LEB128, whose sign and size do not matter here: lengths and counts are small, other numbers are passed over. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new WasmError('a number without an end');
  }

  /** The next so many bytes, to be read by themselves. */
  part(length: number): WasmReader {
    if (length > this.left) throw new WasmError('the module ends too early');
    this.#at += length;
    return new WasmReader(this.#bytes.subarray(this.#at - length, this.#at));
  }
}
