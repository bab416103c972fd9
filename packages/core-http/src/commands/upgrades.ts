import * as z from 'zod';
import { type Argument, base64, onlyKnown, whole } from '../argument.ts';
import type { Command } from '../command.ts';
import { type ConfigSetting, settingSchema } from './soroban.ts';

/** The values a node votes for, each under one name for setting and getting. Only those given are armed. */
export interface Upgrades {
  readonly protocolVersion?: number;
  /** Stroops. */
  readonly baseFee?: number;
  /** Stroops. */
  readonly baseReserve?: number;
  readonly maxTxSetSize?: number;
  /** Needs a ledger at protocol 20 or above. */
  readonly maxSorobanTxSetSize?: number;
  /** Ledger header flags, bits 0x7. */
  readonly flags?: number;
  /** A `ConfigUpgradeSetKey` as XDR in base64; the set must be in the ledger. */
  readonly configUpgradeSetKey?: string;
  /** After that many nomination timeouts in a slot the node votes without upgrades. */
  readonly nominationTimeoutLimit?: number;
  /** What was not applied so long after the upgrade time is disarmed; core takes 15. */
  readonly expirationMinutes?: number;
}

/** What a node is armed with. */
export interface ArmedUpgrades extends Upgrades {
  /** Seconds since the Unix epoch; 0 before anything was armed. */
  readonly time: number;
  /** With `configUpgradeSetKey`: the settings that the ledger holds under it, as core prints their XDR. */
  readonly settings?: readonly ConfigSetting[];
  /** What the node printed beside these, under core's names: its format's version, and values of later builds. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** True when nothing is armed any more: all was applied, expired or cleared. */
export function nothingArmed(armed: ArmedUpgrades): boolean {
  const { time: _time, others: _others, ...values } = armed;
  return Object.keys(values).length === 0 && strangersArmed(armed).length === 0;
}

/** Values that this client has no name for, and that the node is armed with all the same: name and value. */
export const strangersArmed = (armed: ArmedUpgrades): (readonly [name: string, value: string])[] =>
  Object.entries(armed.others).flatMap(([name, value]) => {
    const data = armedOption.safeParse(value);
    return data.success ? [[name, JSON.stringify(data.data.data)] as const] : [];
  });
const armedOption = z.looseObject({ nullopt: z.literal(false), data: z.json() });

const numberParameters = {
  protocolVersion: 'protocolversion',
  baseFee: 'basefee',
  baseReserve: 'basereserve',
  maxTxSetSize: 'maxtxsetsize',
  maxSorobanTxSetSize: 'maxsorobantxsetsize',
  flags: 'flags',
  nominationTimeoutLimit: 'nominationtimeoutlimit',
  expirationMinutes: 'expirationminutes',
} as const satisfies Partial<Record<keyof Upgrades, string>>;

/** The values that can be armed, as core names them. */
export const upgradeParameters: readonly string[] = Object.values(numberParameters);

/**
 * `upgrades?mode=set`: arms the values from a time on, in place of everything armed before. Core drops what was not
 * applied 15 minutes after that time, so a time long past arms for one ledger only.
 *
 * @param time seconds since the Unix epoch
 */
export function setUpgradesCommand(time: number, upgrades: Upgrades): Command<void> {
  onlyKnown('upgrade', upgrades, [...Object.keys(numberParameters), 'configUpgradeSetKey']);
  const query: Record<string, Argument> = {
    mode: 'set',
    upgradetime: isoSeconds(time),
  };
  for (const [name, parameter] of Object.entries(numberParameters)) {
    const value = upgrades[name as keyof typeof numberParameters];
    if (value !== undefined) query[parameter] = whole(name, value);
  }
  if (upgrades.configUpgradeSetKey !== undefined) {
    query['configupgradesetkey'] = base64('configUpgradeSetKey', upgrades.configUpgradeSetKey);
  }
  return {
    name: 'upgrades',
    query,
    kind: 'act',
    availability: 'always',
    success: { kind: 'empty', value: undefined },
    refusal: /^(Error setting configUpgradeSet|could not parse upgradetime: )/u,
    expects: 'an empty body',
  };
}

/** `upgrades?mode=clear`: disarms everything. */
export const clearUpgradesCommand = (): Command<void> => ({
  name: 'upgrades',
  query: { mode: 'clear' },
  kind: 'act',
  availability: 'always',
  success: { kind: 'empty', value: undefined },
  expects: 'an empty body',
});

const option = <T extends z.ZodType>(data: T) =>
  z
    .union([
      z.strictObject({ nullopt: z.literal(true) }),
      z.strictObject({ nullopt: z.literal(false), data }),
    ])
    .transform((value) => ('data' in value ? (value.data as z.infer<T>) : undefined));
const optionalNumber = option(z.int().nonnegative());

// Core answers under other names than it asks for (stellar-core: src/herder/Upgrades.cpp).
const armedShape = {
  time: z.union([z.int(), z.bigint()]),
  version: optionalNumber,
  fee: optionalNumber,
  reserve: optionalNumber,
  maxtxsize: optionalNumber,
  maxsorobantxsetsize: optionalNumber,
  flags: optionalNumber,
  nominationtimeoutlimit: optionalNumber.optional(),
  expirationminutes: optionalNumber.optional(),
  configupgradesetkey: option(z.string()).optional(),
  configupgradeinfo: z
    .looseObject({
      configupgradesetkey: option(z.string()),
      // Left out when the set is not in the ledger.
      configupgradeset: z.looseObject({ updatedEntry: z.array(settingSchema) }).optional(),
    })
    .optional(),
};

const armedSchema = z
  .looseObject(armedShape)
  .refine(
    (armed) => armed.configupgradeinfo !== undefined || Object.hasOwn(armed, 'configupgradesetkey'),
    { error: 'neither configupgradesetkey nor configupgradeinfo' },
  )
  .transform(
    (armed): ArmedUpgrades =>
      withoutUndefined({
        time: Number(armed.time),
        protocolVersion: armed.version,
        baseFee: armed.fee,
        baseReserve: armed.reserve,
        maxTxSetSize: armed.maxtxsize,
        maxSorobanTxSetSize: armed.maxsorobantxsetsize,
        flags: armed.flags,
        configUpgradeSetKey:
          armed.configupgradeinfo?.configupgradesetkey ?? armed.configupgradesetkey,
        settings: armed.configupgradeinfo?.configupgradeset?.updatedEntry,
        nominationTimeoutLimit: armed.nominationtimeoutlimit,
        expirationMinutes: armed.expirationminutes,
        others: Object.fromEntries(
          Object.entries(armed).filter(([name]) => !Object.hasOwn(armedShape, name)),
        ),
      }),
  );

/** `upgrades?mode=get`: what is armed; values applied are no longer there. */
export const getUpgradesCommand = (): Command<ArmedUpgrades> => ({
  name: 'upgrades',
  query: { mode: 'get' },
  kind: 'read',
  availability: 'always',
  success: { kind: 'json', schema: armedSchema },
  expects: 'a JSON object with "time", "version", "fee" and the other values that can be armed',
});

/** `YYYY-MM-DDTHH:MM:SSZ`, the only form that core parses. */
function isoSeconds(time: number): string {
  const seconds = Number(whole('time', time, { most: 253402300799 }));
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

const withoutUndefined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as Defined<T>;
