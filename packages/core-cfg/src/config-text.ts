import type { NodeConfig } from './node-config.generated.ts';

type TextName = {
  [Name in keyof NodeConfig]-?: NonNullable<NodeConfig[Name]> extends string ? Name : never;
}[keyof NodeConfig];

/** The text of a key, or the empty one. */
export const textOf = (config: NodeConfig, name: TextName): string => config[name] ?? '';
