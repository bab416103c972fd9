import {
  currentValue,
  isValidUpgrade,
  type UpgradableState,
  type Upgrade,
  type UpgradeName,
  upgradeTypes,
} from '../ledger/upgrade.ts';

/** What a node was told to propose to its network. */
export interface ArmedUpgrades {
  /** Seconds since the Unix epoch; 0 when nothing was ever armed. */
  readonly time: number;
  readonly values: Partial<Readonly<Record<UpgradeName, number>>>;
  readonly nominationTimeoutLimit: number | undefined;
  readonly expirationMinutes: number | undefined;
}

export const nothingArmed: ArmedUpgrades = {
  time: 0,
  values: {},
  nominationTimeoutLimit: undefined,
  expirationMinutes: undefined,
};

/** How long upgrades stay armed (stellar-core: src/herder/Upgrades.cpp). */
const defaultExpirationMinutes = 15;

const names = (Object.keys(upgradeTypes) as UpgradeName[]).sort(
  (a, b) => upgradeTypes[a] - upgradeTypes[b],
);

/** The names under which `/upgrades?mode=get` shows them. */
const shownAs: Record<UpgradeName, string> = {
  protocolversion: 'version',
  basefee: 'fee',
  maxtxsetsize: 'maxtxsize',
  basereserve: 'reserve',
  flags: 'flags',
  maxsorobantxsetsize: 'maxsorobantxsetsize',
};

/** The steps to propose with the ledger after `state`, closed at `closeTime`: those whose time has come, ascending. */
export function upgradesToPropose(
  armed: ArmedUpgrades,
  state: UpgradableState,
  closeTime: number,
  supported: number,
): Upgrade[] {
  if (closeTime < armed.time) return [];
  return names.flatMap((name) => {
    const value = armed.values[name];
    if (value === undefined || currentValue(state, name) === value) return [];
    const upgrade = { name, value };
    return isValidUpgrade(state, upgrade, supported) ? [upgrade] : [];
  });
}

/** True when this node votes for the step in nomination. */
export const isWanted = (
  armed: ArmedUpgrades,
  state: UpgradableState,
  closeTime: number,
  supported: number,
  upgrade: Upgrade,
): boolean =>
  upgradesToPropose(armed, state, closeTime, supported).some(
    ({ name, value }) => name === upgrade.name && value === upgrade.value,
  );

/** What stays armed after a ledger: not what it applied, and nothing once the time is over. */
export function afterLedger(
  armed: ArmedUpgrades,
  applied: readonly Upgrade[],
  closeTime: number,
): ArmedUpgrades {
  const minutes = armed.expirationMinutes ?? defaultExpirationMinutes;
  if (closeTime >= armed.time + minutes * 60) {
    const isAny = Object.keys(armed.values).length > 0;
    return isAny
      ? { ...armed, values: {}, nominationTimeoutLimit: undefined, expirationMinutes: undefined }
      : armed;
  }
  const done = applied.filter(({ name, value }) => armed.values[name] === value);
  if (done.length === 0) return armed;
  const values = { ...armed.values };
  for (const { name } of done) delete values[name];
  return { ...armed, values };
}

/** `Armed with network upgrades: …`, or undefined when there are none. */
export function describeArmed(armed: ArmedUpgrades): string | undefined {
  const order: UpgradeName[] = [
    'protocolversion',
    'basefee',
    'basereserve',
    'maxtxsetsize',
    'maxsorobantxsetsize',
    'flags',
  ];
  const parts = order.flatMap((name) =>
    armed.values[name] === undefined ? [] : [`${name}=${armed.values[name]}`],
  );
  if (parts.length === 0) return undefined;
  return `upgradetime=${renderTime(armed.time)}, ${parts.join(', ')}`;
}

/** `YYYY-MM-DDTHH:MM:SSZ` */
export const renderTime = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

type Optional = { readonly nullopt: true } | { readonly data: number; readonly nullopt: false };

const optional = (value: number | undefined): Optional =>
  value === undefined ? { nullopt: true } : { data: value, nullopt: false };

/** What `/upgrades?mode=get` shows, which is also the form in which it is stored. */
export function showArmed(armed: ArmedUpgrades): Record<string, unknown> {
  const shown: Record<string, unknown> = {
    configupgradesetkey: { nullopt: true },
    expirationminutes: optional(armed.expirationMinutes),
    nominationtimeoutlimit: optional(armed.nominationTimeoutLimit),
    time: armed.time,
    upgradeversion: 1,
  };
  for (const name of names) shown[shownAs[name]] = optional(armed.values[name]);
  return shown;
}

/** Back from the stored form. */
export function readArmed(stored: unknown): ArmedUpgrades {
  if (typeof stored !== 'object' || stored === null) return nothingArmed;
  const fields = stored as Record<string, { readonly data?: number } | number | undefined>;
  const get = (name: string): number | undefined => {
    const field = fields[name];
    return typeof field === 'object' ? field.data : undefined;
  };
  const values: Partial<Record<UpgradeName, number>> = {};
  for (const name of names) {
    const value = get(shownAs[name]);
    if (value !== undefined) values[name] = value;
  }
  return {
    time: typeof fields['time'] === 'number' ? fields['time'] : 0,
    values,
    nominationTimeoutLimit: get('nominationtimeoutlimit'),
    expirationMinutes: get('expirationminutes'),
  };
}
