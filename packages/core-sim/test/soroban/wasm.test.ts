import { readFileSync } from 'node:fs';
import { createRandom } from '@ssc/clock';
import { settingsContract } from '@ssc/tx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCode, encodeCode } from '../../src/ledger/contract-entries.ts';
import { randomWasm } from '../../src/load/random-wasm.ts';
import { countWasm, WasmError } from '../../src/soroban/wasm-counts.ts';

const recorded = JSON.parse(
  readFileSync(
    new URL(
      '../fixtures/v27.1.0/http-soroban/query-port.getledgerentry.soroban-0.json',
      import.meta.url,
    ),
    'utf8',
  ),
) as { entries: { entry: string }[] };
const realEntry = Buffer.from(recorded.entries[0]?.entry ?? '', 'base64');

describe('the counts of a module', () => {
  it('are those that a real node wrote into its ledger for one that its load generator made', () => {
    const { wasm, counts } = decodeCode(realEntry);
    expect(countWasm(wasm)).toEqual(counts);
    expect(counts?.instructions).toBe(233);
    const hash = realEntry.subarray(60, 92).toString('hex');
    expect(encodeCode(9, hash, wasm, counts)).toEqual(realEntry);
  });

  it('of the contract that stores settings', () => {
    expect(countWasm(settingsContract())).toEqual({
      ...{ instructions: 15, functions: 1, globals: 0, tableEntries: 0, types: 3 },
      ...{ dataSegments: 0, elemSegments: 0, imports: 3, exports: 2, dataSegmentBytes: 0 },
    });
  });

  it('include data, tables with a limit, and instructions of every shape', () => {
    const section = (id: number, ...content: number[]): number[] => [
      id,
      content.length,
      ...content,
    ];
    // block, loop, br_if, br_table of two, call, call_indirect, load, constants, end: nine and the last end.
    const body = [
      ...[0x02, 0x40, 0x03, 0x40, 0x0d, 0, 0x0e, 2, 0, 0, 0, 0x10, 0, 0x11, 0, 0, 0x28, 2, 0],
      ...[0x41, 0x7f, 0x42, 0xff, 0x00, 0x0b],
    ];
    const wasm = Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(4, 2, 0x70, 1, 3, 9, 0x70, 0, 4),
      ...section(9, 2, 0),
      ...section(10, 1, body.length + 3, 1, 2, 0x7e, ...body),
      ...section(11, 2, 0, 0x41, 0, 0x0b, 3, 7, 7, 7, 0, 0x41, 1, 0x0b, 1, 7),
    ]);
    expect(countWasm(wasm)).toMatchObject({
      ...{ tableEntries: 7, elemSegments: 2, instructions: 10 },
      ...{ dataSegments: 2, dataSegmentBytes: 4 },
    });
  });

  it.each<[string, readonly number[], string]>([
    ['no module', [1, 2, 3, 4, 5, 6, 7, 8], 'no Wasm module'],
    ['of another version', [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], 'no Wasm module'],
    ['too short', [0, 0x61, 0x73], 'the module ends too early'],
    [
      'cut off in a section',
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 9, 1],
      'the module ends too early',
    ],
    [
      'with floating point',
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 10, 9, 1, 7, 0, 0x43, 0, 0, 0, 0, 0x0b],
      'opcode 67',
    ],
    [
      'with a number that has no end',
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, ...Array.from({ length: 12 }, () => 0x80)],
      'a number without an end',
    ],
  ])('are not made of bytes that are %s', (_what, bytes, message) => {
    expect(() => countWasm(Uint8Array.from(bytes))).toThrow(new WasmError(message));
  });

  it('are made or refused of any bytes: a module that is cut off or changed ends in nothing else', () => {
    const { wasm } = decodeCode(realEntry);
    fc.assert(
      fc.property(fc.nat(wasm.length - 1), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
        const changed = Buffer.from(isCut ? wasm.subarray(0, at) : wasm);
        if (!isCut) changed[at] = byte;
        try {
          expect(countWasm(changed).instructions).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(WasmError);
        }
      }),
    );
  });
});

describe('random modules', () => {
  it('have the sections of those that a real generator makes, and nearly the size asked for', () => {
    const real = decodeCode(realEntry).counts;
    const wasm = randomWasm(1024, createRandom('wasm'));
    expect(countWasm(wasm)).toEqual({ ...real, instructions: expect.any(Number) });
    expect(1024 - wasm.length).toBeGreaterThanOrEqual(0);
    fc.assert(
      fc.property(fc.integer({ min: 160, max: 60_000 }), (bytes) => {
        const { length } = randomWasm(bytes, createRandom('wasm'));
        expect(bytes - length).toBeGreaterThanOrEqual(0);
        expect(bytes - length).toBeLessThan(16);
      }),
      { numRuns: 30 },
    );
  });

  it('are modules to another reader too, and no two are alike', () => {
    const random = createRandom('wasm');
    const [one, other] = [randomWasm(600, random), randomWasm(600, random)];
    // The engine of JavaScript, whose types are not those of Node.js.
    const { WebAssembly: engine } = globalThis as unknown as {
      readonly WebAssembly: { validate(bytes: Uint8Array): boolean };
    };
    for (const wasm of [one, other]) expect(engine.validate(wasm)).toBe(true);
    expect(one.equals(other)).toBe(false);
  });
});
