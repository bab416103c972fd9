import { expect, expectTypeOf, test } from 'vitest';
import { type NodeConfig, type Option, optionNames, options } from '../src/index.ts';
import type { NodeConfigOfTable } from '../src/node-config.ts';

test('the interface says what the table says, to the compiler', () => {
  expectTypeOf<NodeConfig>().toEqualTypeOf<NodeConfigOfTable>();
});

/** The interface is written out, because an editor shows no comments on the properties of a computed type. */
test('the interface is made from the table', async () => {
  await expect(renderInterface()).toMatchFileSnapshot('../src/node-config.generated.ts');
});

function renderInterface(): string {
  return [
    'import type {',
    '  HistoryTable,',
    '  HomeDomainTable,',
    '  QuorumSetTable,',
    '  ValidatorTable,',
    "} from './node-config.ts';",
    "import type { OperationType } from './options/consensus.ts';",
    '',
    '// Made from the table of options by test/node-config.test.ts: vitest -u writes it anew.',
    '',
    "/** The settings of one stellar-core node, under core's own names. Every key is optional: core has a default for it. */",
    'export interface NodeConfig {',
    ...optionNames.flatMap((name) => {
      const option: Option = options[name];
      return [...commentOf(option), `  readonly ${name}?: ${typeOf(option)};`];
    }),
    '}',
    '',
  ].join('\n');
}

function commentOf(option: Option): string[] {
  const unit = option.unit === undefined ? '' : ` Unit: ${option.unit}.`;
  const build = option.build === 'test' ? ' Only in builds with tests.' : '';
  return [
    '  /**',
    `   * ${option.about}${unit}${build}`,
    ...(option.rules ?? []).map((rule) => `   * - ${rule}`),
    ...(option.default === undefined
      ? []
      : ['   *', `   * @default ${JSON.stringify(option.default)}`]),
    '   */',
  ];
}

function typeOf(option: Option): string {
  switch (option.kind) {
    case 'bool':
      return 'boolean';
    case 'int':
    case 'float':
      return 'number';
    case 'bigint':
      return 'number | bigint';
    case 'text':
      return 'string';
    case 'choice':
      return option.choices.map((one) => `'${one}'`).join(' | ');
    case 'texts':
      return option.choices === undefined ? 'readonly string[]' : 'readonly OperationType[]';
    case 'ints':
      return 'readonly number[]';
    case 'table': {
      const shapes: Readonly<Record<string, string>> = {
        'quorum-set': 'QuorumSetTable',
        history: '{ readonly [name: string]: HistoryTable }',
        validators: 'readonly ValidatorTable[]',
        'home-domains': 'readonly HomeDomainTable[]',
      };
      return shapes[option.shape] ?? option.shape;
    }
  }
}
