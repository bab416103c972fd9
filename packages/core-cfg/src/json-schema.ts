import type { Option } from './options/option.ts';
import { optionNames, options } from './options/table.ts';
import { qualities } from './read-tables.ts';

/** A JSON Schema, as plain data. */
export type JsonSchema = { readonly [key: string]: JsonValue };
type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * The JSON Schema (2020-12) of a configuration read from TOML: keys, types, ranges, and nothing that several keys mean
 * together. Editors with a TOML language server complete and check with it.
 */
export function nodeConfigSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of stellar-core',
    type: 'object',
    properties: Object.fromEntries(
      optionNames.map((name) => [name, describeOption(options[name])]),
    ),
    additionalProperties: false,
    $defs: {
      quorumSet: {
        type: 'object',
        properties: {
          THRESHOLD_PERCENT: { type: 'integer', minimum: 1, maximum: 100, default: 67 },
          VALIDATORS: { type: 'array', items: { $ref: '#/$defs/node' } },
        },
        additionalProperties: { $ref: '#/$defs/quorumSet' },
      },
      node: {
        type: 'string',
        description: 'A public key, "G…", which an alias may follow, or "$alias".',
        pattern: '^(G[A-Z2-7]{55}(\\s.*)?|\\$.+)$',
      },
      archive: {
        type: 'object',
        properties: {
          get: {
            type: 'string',
            description: 'Command with {0} the remote and {1} the local path.',
          },
          put: {
            type: 'string',
            description: 'Command with {0} the local and {1} the remote path.',
          },
          mkdir: { type: 'string', description: 'Command with {0} the remote folder.' },
        },
        additionalProperties: false,
      },
      quality: { enum: [...qualities] },
    },
  };
}

function describeOption(option: Option): JsonSchema {
  return {
    description: option.unit === undefined ? option.about : `${option.about} Unit: ${option.unit}.`,
    ...(option.ignored === true && { deprecated: true }),
    ...typeSchema(option),
    ...(option.default !== undefined && { default: option.default as JsonValue }),
  };
}

function typeSchema(option: Option): JsonSchema {
  switch (option.kind) {
    case 'bool':
      return { type: 'boolean' };
    case 'int': {
      const max = option.wraps === true ? undefined : option.max;
      const range = {
        minimum: option.min,
        ...(max !== undefined && { maximum: max }),
      };
      return option.also === undefined
        ? { type: 'integer', ...range }
        : { anyOf: [{ const: option.also }, { type: 'integer', ...range }] };
    }
    case 'bigint':
      return { type: 'integer', minimum: option.min };
    case 'float':
      return {
        type: 'number',
        exclusiveMinimum: option.above,
        ...(option.max !== undefined && { maximum: option.max }),
      };
    case 'text':
      return { type: 'string' };
    case 'choice':
      return { enum: [...option.choices] };
    case 'texts':
      return {
        type: 'array',
        items: option.choices === undefined ? { type: 'string' } : { enum: [...option.choices] },
      };
    case 'ints':
      return { type: 'array', items: { type: 'integer', minimum: 0, maximum: 4_294_967_295 } };
    case 'table':
      return tableSchema(option.shape);
  }
}

function tableSchema(shape: string): JsonSchema {
  const text = { type: 'string' };
  switch (shape) {
    case 'quorum-set':
      return { $ref: '#/$defs/quorumSet' };
    case 'history':
      return { type: 'object', additionalProperties: { $ref: '#/$defs/archive' } };
    case 'validators':
      return {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: {
            NAME: text,
            HOME_DOMAIN: text,
            PUBLIC_KEY: { $ref: '#/$defs/node' },
            QUALITY: { $ref: '#/$defs/quality' },
            ADDRESS: text,
            HISTORY: text,
          },
          required: ['NAME', 'HOME_DOMAIN', 'PUBLIC_KEY'],
          additionalProperties: false,
        },
      };
    default:
      return {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: { HOME_DOMAIN: text, QUALITY: { $ref: '#/$defs/quality' } },
          required: ['HOME_DOMAIN', 'QUALITY'],
          additionalProperties: false,
        },
      };
  }
}
