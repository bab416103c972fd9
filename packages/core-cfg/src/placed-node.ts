import type { CoreSetModel, NodePlace } from './network-model.ts';

/** A node with its place and its set, while the network is planned. */
export interface PlacedNode {
  readonly set: string;
  readonly ordinal: number;
  readonly name: string;
  readonly publicKey: string;
  readonly seed: string;
  readonly place: NodePlace;
  readonly model: CoreSetModel;
}

/** The command that fetches from another node's archive; undefined when nobody can. */
export function getCommandOf({ place, model }: PlacedNode): string | undefined {
  if (place.historyUrl === undefined || model.localHistory === false) return undefined;
  return `curl -sf ${forCommand(place.historyUrl).replace(/\/$/u, '')}/{0} -o {1}`;
}

/** Core reads braces in commands as places for arguments: other braces are doubled. */
export const forCommand = (text: string): string =>
  text.replaceAll('{', '{{').replaceAll('}', '}}');
