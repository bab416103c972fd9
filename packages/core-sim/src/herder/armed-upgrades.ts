import {
  isThere,
  isValidUpgrade,
  numberUpgrades,
  settingsUpgrade,
  typeOf,
  type UpgradableState,
  type Upgrade,
  type UpgradeName,
} from '../ledger/upgrade.ts';

/** What a node was told to propose to its network. */
export interface ArmedUpgrades {
  /** Seconds since the Unix epoch; 0 when nothing was ever armed. */
  readonly time: number;
  readonly values: Partial<Readonly<Record<UpgradeName, number>>>;
  /** The XDR of a ConfigUpgradeSetKey in hex. */
  readonly settingsKey: string | undefined;
  readonly nominationTimeoutLimit: number | undefined;
  readonly expirationMinutes: number | undefined;
}

export const nothingArmed: ArmedUpgrades = {
  time: 0,
  values: {},
  settingsKey: undefined,
  nominationTimeoutLimit: undefined,
  expirationMinutes: undefined,
};

/** How long upgrades stay armed (stellar-core: src/herder/Upgrades.cpp). */
const defaultExpirationMinutes = 15;

const names = Object.keys(numberUpgrades) as UpgradeName[];

/** All steps that a node is armed with, ascending by their kinds. */
function stepsOf({ values, settingsKey }: ArmedUpgrades): Upgrade[] {
  const steps: Upgrade[] = names.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [{ name, value }];
  });
  if (settingsKey !== undefined) steps.push({ name: settingsUpgrade, value: settingsKey });
  return steps.sort((a, b) => typeOf(a) - typeOf(b));
}

/** True when nothing is armed. */
export const isNothingArmed = (armed: ArmedUpgrades): boolean => stepsOf(armed).length === 0;

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
  return stepsOf(armed).filter(
    (upgrade) => !isThere(state, upgrade) && isValidUpgrade(state, upgrade, supported),
  );
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
  if (closeTime >= armed.time + minutes * 60)
    return isNothingArmed(armed) ? armed : { ...nothingArmed, time: armed.time };
  const done = applied.filter((step) => isArmed(armed, step));
  if (done.length === 0) return armed;
  const values = { ...armed.values };
  for (const { name } of done) if (name !== settingsUpgrade) delete values[name];
  const isKeyDone = done.some(({ name }) => name === settingsUpgrade);
  return { ...armed, values, settingsKey: isKeyDone ? undefined : armed.settingsKey };
}

const isArmed = (armed: ArmedUpgrades, step: Upgrade): boolean =>
  stepsOf(armed).some(({ name, value }) => name === step.name && value === step.value);

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
  const { settingsKey } = armed;
  if (settingsKey !== undefined) parts.push(`configupgradesetkey=${base64OfKey(settingsKey)}`);
  if (parts.length === 0) return undefined;
  return `upgradetime=${renderTime(armed.time)}, ${parts.join(', ')}`;
}

/** `YYYY-MM-DDTHH:MM:SSZ` */
export const renderTime = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

type Optional<T> = { readonly nullopt: true } | { readonly data: T; readonly nullopt: false };

const optional = <T extends number | string>(value: T | undefined): Optional<T> =>
  value === undefined ? { nullopt: true } : { data: value, nullopt: false };

/** The form in which it is stored: that of `/upgrades?mode=get`, but for a key of settings, beside which that shows the settings. */
export function showArmed(armed: ArmedUpgrades): Record<string, unknown> {
  const { settingsKey } = armed;
  const shown: Record<string, unknown> = {
    configupgradesetkey: optional(settingsKey && base64OfKey(settingsKey)),
    expirationminutes: optional(armed.expirationMinutes),
    nominationtimeoutlimit: optional(armed.nominationTimeoutLimit),
    time: armed.time,
    upgradeversion: 1,
  };
  for (const name of names) shown[shownAs[name]] = optional(armed.values[name]);
  return shown;
}

/** A key of settings as core shows it. */
const base64OfKey = (key: string): string => Buffer.from(key, 'hex').toString('base64');

/** Back from the stored form. */
export function readArmed(stored: unknown): ArmedUpgrades {
  if (typeof stored !== 'object' || stored === null) return nothingArmed;
  const fields = stored as Record<string, { readonly data?: unknown } | number | undefined>;
  const dataOf = (name: string): unknown => {
    const field = fields[name];
    return typeof field === 'object' ? field.data : undefined;
  };
  const get = (name: string): number | undefined => dataOf(name) as number | undefined;
  const values: Partial<Record<UpgradeName, number>> = {};
  for (const name of names) {
    const value = get(shownAs[name]);
    if (value !== undefined) values[name] = value;
  }
  const key = dataOf('configupgradesetkey');
  return {
    time: typeof fields['time'] === 'number' ? fields['time'] : 0,
    values,
    settingsKey: typeof key === 'string' ? Buffer.from(key, 'base64').toString('hex') : undefined,
    nominationTimeoutLimit: get('nominationtimeoutlimit'),
    expirationMinutes: get('expirationminutes'),
  };
}
