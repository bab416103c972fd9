import fc from 'fast-check';
import {
  deriveKeyPair,
  type NodeConfig,
  type Option,
  type OptionName,
  optionNames,
  options,
  type QuorumSetTable,
} from '../src/index.ts';

const publicKey = fc.nat({ max: 9 }).map((i) => deriveKeyPair(`arbitrary/${i}`).publicKey);

/** Text that TOML must escape now and then; no lone surrogates, which UTF-8 can't hold. */
const text = fc.string({ unit: 'grapheme', maxLength: 20 });

const groupName = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,5}$/u);

/** Core reads groups down to the fourth level. */
function group(levelsBelow: number): fc.Arbitrary<QuorumSetTable> {
  const own = fc.record(
    {
      THRESHOLD_PERCENT: fc.integer({ min: 1, max: 100 }),
      VALIDATORS: fc.array(publicKey, { maxLength: 4 }),
    },
    { requiredKeys: [] },
  );
  if (levelsBelow === 0) return own;
  return fc
    .tuple(own, fc.dictionary(groupName, group(levelsBelow - 1), { maxKeys: 2 }))
    .map(([keys, groups]) => ({ ...keys, ...groups }));
}

const quorumSet = group(4);

const quality = fc.constantFrom('CRITICAL', 'HIGH', 'MEDIUM', 'LOW');

function tableValue(shape: string): fc.Arbitrary<unknown> {
  switch (shape) {
    case 'quorum-set':
      return quorumSet;
    case 'history':
      return fc.dictionary(
        text,
        fc.record({ get: text, put: text, mkdir: text }, { requiredKeys: [] }),
        { maxKeys: 3 },
      );
    case 'validators':
      return fc.array(
        fc.record(
          {
            NAME: text,
            HOME_DOMAIN: text,
            QUALITY: quality,
            PUBLIC_KEY: publicKey,
            ADDRESS: text,
            HISTORY: text,
          },
          { requiredKeys: ['NAME', 'HOME_DOMAIN', 'PUBLIC_KEY'] },
        ),
        { minLength: 1, maxLength: 3 },
      );
    default:
      return fc.array(fc.record({ HOME_DOMAIN: text, QUALITY: quality }), {
        minLength: 1,
        maxLength: 3,
      });
  }
}

function valueFor(option: Option): fc.Arbitrary<unknown> {
  switch (option.kind) {
    case 'bool':
      return fc.boolean();
    case 'int':
      return fc.integer({ min: option.min, max: option.max ?? Number.MAX_SAFE_INTEGER });
    case 'bigint':
      return fc
        .bigInt({ min: 0n, max: 2n ** 63n - 1n })
        .map((n) => (n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n));
    case 'float':
      return fc.double({
        min: option.above,
        max: option.max ?? 1e9,
        minExcluded: true,
        noNaN: true,
      });
    case 'text':
      return text;
    case 'choice':
      return fc.constantFrom(...option.choices);
    case 'texts':
      return fc.array(option.choices === undefined ? text : fc.constantFrom(...option.choices), {
        maxLength: 3,
      });
    case 'ints':
      return fc.array(fc.integer({ min: 0, max: 4_294_967_295 }), { maxLength: 4 });
    case 'table':
      return tableValue(option.shape);
  }
}

/** Settings of the right types and ranges; what several keys mean together may be nonsense. */
export const nodeConfig: fc.Arbitrary<NodeConfig> = fc
  .subarray(optionNames as OptionName[], { maxLength: 25 })
  .chain((names) =>
    fc.record(Object.fromEntries(names.map((name) => [name, valueFor(options[name])]))),
  )
  .map((config) => config as NodeConfig);
