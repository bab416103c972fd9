import type { ConfigChange } from '@ssc/core-cfg';

/** What a set is made from since it was changed, for a driver that goes on with it: nothing else tells which change led there. */
export interface SetState {
  /** The number of the change, of those of its network. */
  readonly change: number;
  readonly dataId: string;
  /** The ledger of its archives that it began with. */
  readonly from?: number;
  readonly image?: 'new' | 'old';
  /** All settings over those that every set has; `undefined` takes a key out. */
  readonly config?: ConfigChange;
}

/** A state as text. JSON, with what JSON lacks: null for a key that is taken out, and an object for a whole number of any size. */
export const renderSetState = (state: SetState): string =>
  JSON.stringify(state, (_, value: unknown) => {
    if (value === undefined) return null;
    return typeof value === 'bigint' ? { [bigKey]: String(value) } : value;
  });

const bigKey = '$integer';

/** The state of a text; undefined when the text is none. */
export function parseSetState(text: string): SetState | undefined {
  try {
    const { change, dataId, from, image, config } = JSON.parse(text, revive) as SetState;
    if (!Number.isInteger(change) || typeof dataId !== 'string') return undefined;
    return {
      change,
      dataId,
      ...(typeof from === 'number' && { from }),
      ...((image === 'new' || image === 'old') && { image }),
      ...(config !== undefined && config !== null && { config: withoutNull(config) }),
    };
  } catch {
    return undefined;
  }
}

function revive(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(bigKey in value)) return value;
  return BigInt(String(value[bigKey]));
}

const withoutNull = (config: ConfigChange): ConfigChange =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [key, value ?? undefined]));
