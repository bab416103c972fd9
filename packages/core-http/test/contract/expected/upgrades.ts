import { done, exception, is, sees, type Table, text } from './expectation.ts';

/** These values are armed from a time on. Beside the values, every reply has the version of its format. */
const armed = (time: number, values: Readonly<Record<string, number>>) =>
  is({ time, ...values, others: { upgradeversion: 1 } });
/** Nothing is armed any more (or yet); the time stays until it is set again. */
const nothing = (time: number) => armed(time, {});

interface Armed {
  readonly time: number;
  readonly configUpgradeSetKey?: string;
  readonly settings?: readonly Record<string, unknown>[];
}

/** A set of settings: its key, and how the two that were changed stand beside the others. */
const settingsArmed = (time: number, key: string) =>
  sees(
    ({ time: at, configUpgradeSetKey, settings = [], ...rest }: Armed) => ({
      at,
      key: configUpgradeSetKey,
      settings: settings.length,
      size: settings[0]?.['contractMaxSizeBytes'],
      lanes: settings.find(({ configSettingID }) => `${configSettingID}`.endsWith('_LANES')),
      last: settings.at(-1)?.['configSettingID'],
      rest,
    }),
    {
      at: time,
      key,
      settings: 13,
      size: 200_000,
      lanes: {
        configSettingID: 'CONFIG_SETTING_CONTRACT_EXECUTION_LANES',
        contractExecutionLanes: { ledgerMaxTxCount: 300 },
      },
      last: 'CONFIG_SETTING_SCP_TIMING',
      rest: { others: { upgradeversion: 1 } },
    },
  );

const set1970 = 'http-solo/upgrades__mode-set_upgradetime-1970-01-01T00.00.00Z';
const after = 'http-solo/upgrades__mode-get.after-set';

/** `upgrades`. An empty body is success; what `get` shows was read with the `set` before it. */
export const upgrades: Table = {
  'http-extra/upgrades.set-now+12s.txt': done,
  'http-extra/upgrades__mode-get.after.json': nothing(1795352150),
  'http-extra/upgrades__mode-get.before.json': armed(1795352150, { protocolVersion: 27 }),

  'http-solo/upgrades.txt': text('mode required'),
  'http-solo/upgrades__mode-.txt': text('mode required'),
  'http-solo/upgrades__mode-clear.txt': done,
  'http-solo/upgrades__mode-get.after-clear.json': nothing(0),
  'http-solo/upgrades__mode-get.after-protocol-27.json': nothing(0),
  'http-solo/upgrades__mode-get.after-real.json': nothing(0),
  // -1 wraps to the largest uint32.
  [`${after}-basefee--1.json`]: armed(0, { baseFee: 4_294_967_295 }),
  // No value, too large a value, a name that core does not know: nothing is armed, and nothing is said.
  [`${after}-basefee-.json`]: nothing(0),
  [`${after}-basefee-200.json`]: armed(0, { baseFee: 200 }),
  [`${after}-basefee-99999999999.json`]: nothing(0),
  // What was armed before a refusal stays.
  [`${after}-basefee-abc.json`]: armed(0, {
    expirationMinutes: 10,
    nominationTimeoutLimit: 5,
  }),
  [`${after}-basereserve-10000000.json`]: armed(0, { baseReserve: 10_000_000 }),
  [`${after}-configupgradesetkey-AAAA.json`]: nothing(0),
  [`${after}-configupgradesetkey-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.json`]: nothing(0),
  [`${after}-configupgradesetkey-notb64..json`]: nothing(0),
  [`${after}-flags-1.json`]: armed(0, { flags: 1 }),
  [`${after}-maxsorobantxsetsize-100.json`]: armed(0, { maxSorobanTxSetSize: 100 }),
  [`${after}-maxtxsetsize-1000.json`]: armed(0, { maxTxSetSize: 1000 }),
  [`${after}-nominationtimeoutlimit-5_expirationminutes-10.json`]: armed(0, {
    nominationTimeoutLimit: 5,
    expirationMinutes: 10,
  }),
  [`${after}-nosuch-1.json`]: nothing(0),
  [`${after}-protocolversion-26.json`]: armed(0, { protocolVersion: 26 }),
  [`${after}-protocolversion-99.json`]: nothing(0),
  // 2030-01-01; 0 as a value is armed, and is not the same as none.
  'http-solo/upgrades__mode-get.all-set-future.json': armed(1893456000, {
    protocolVersion: 27,
    baseFee: 300,
    baseReserve: 5_000_000,
    maxTxSetSize: 500,
    maxSorobanTxSetSize: 50,
    flags: 0,
    nominationTimeoutLimit: 3,
    expirationMinutes: 60,
  }),
  'http-solo/upgrades__mode-get.initial.json': nothing(0),
  'http-solo/upgrades__mode-get.pending-protocol-27.json': armed(0, { protocolVersion: 27 }),
  'http-solo/upgrades__mode-nosuch.txt': text('Unknown mode: nosuch'),
  'http-solo/upgrades__mode-set.txt': text("could not parse upgradetime: ''"),
  [`${set1970}_basefee--1.txt`]: done,
  [`${set1970}_basefee-.txt`]: done,
  [`${set1970}_basefee-200.txt`]: done,
  [`${set1970}_basefee-99999999999.json`]: exception("Failed to parse 'basefee' argument"),
  [`${set1970}_basefee-abc.json`]: exception("Failed to parse 'basefee' argument"),
  [`${set1970}_basereserve-10000000.txt`]: done,
  [`${set1970}_configupgradesetkey-AAAA.json`]: exception(
    'xdr_generic_get: message size not multiple of 4',
  ),
  [`${set1970}_configupgradesetkey-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.txt`]: text(
    'Error setting configUpgradeSet',
  ),
  [`${set1970}_configupgradesetkey-notb64..json`]: exception(
    'insufficient buffer space in xdr_generic_get',
  ),
  [`${set1970}_flags-1.txt`]: done,
  [`${set1970}_maxsorobantxsetsize-100.txt`]: done,
  [`${set1970}_maxtxsetsize-1000.txt`]: done,
  [`${set1970}_nominationtimeoutlimit-5_expirationminutes-10.txt`]: done,
  [`${set1970}_nosuch-1.txt`]: done,
  [`${set1970}_protocolversion-26.txt`]: done,
  [`${set1970}_protocolversion-99.json`]: exception(
    'Protocol version error: supported is up to 27, passed is 99',
  ),
  'http-solo/upgrades__mode-set_upgradetime-2030-01-01T00.00.00Z_basefee-300_basereserve-5000000_maxtxsetsize-500_protocolv.txt':
    done,
  'http-solo/upgrades__mode-set_upgradetime-tomorrow_basefee-100.txt': text(
    "could not parse upgradetime: 'tomorrow'",
  ),
  'http-solo/upgrades__set-protocolversion-27.txt': done,
  'http-solo/upgrades__set-real.txt': done,

  'http-soroban/upgrades.configupgradesetkey.txt': done,
  'http-soroban/upgrades__mode-get.after-config-upgrade.json': nothing(1795353198),
  'http-soroban/upgrades__mode-get.configupgradesetkey.json': settingsArmed(
    1795353198,
    'kkRb2VLuCt6COEmMI0mnCux9WP8a15ROqrd8+d94gYBQZQl/ujaJJpNnwCncp9ihs/fwTiJzftXuYZWuccxfWQ==',
  ),

  'http-standalone/manual-close.7-0.upgrades__mode-set_upgradetime-1970-01-01T00.00.00Z_protocolversion-27.txt':
    done,
  'http-standalone/upgrades.set-27.txt': done,
  'http-standalone/upgrades__mode-get.after-apply.json': nothing(0),

  'http-trio/upgrades.1970.protocol-27.node-0.txt': done,
  'http-trio/upgrades.configupgradesetkey.node-0.txt': done,
  'http-trio/upgrades.configupgradesetkey.node-1.txt': done,
  'http-trio/upgrades.configupgradesetkey.node-2.txt': done,
  'http-trio/upgrades.now.protocol-27.node-0.txt': done,
  'http-trio/upgrades.now.protocol-27.node-1.txt': done,
  'http-trio/upgrades.now.protocol-27.node-2.txt': done,
  'http-trio/upgrades.size-in-5s.node-0.txt': done,
  'http-trio/upgrades.size-in-5s.node-1.txt': done,
  'http-trio/upgrades.size-in-5s.node-2.txt': done,
  // Armed for a time long past: gone after the next ledger, and not applied.
  'http-trio/upgrades__mode-get.1970.after-3-ledgers.node-0.json': nothing(0),
  'http-trio/upgrades__mode-get.1970.at-once.node-0.json': armed(0, { protocolVersion: 27 }),
  'http-trio/upgrades__mode-get.after-27.node-0.json': nothing(1795351583),
  'http-trio/upgrades__mode-get.after-config-upgrade.node-0.json': nothing(1795351927),
  'http-trio/upgrades__mode-get.configupgradesetkey.node-0.json': settingsArmed(
    1795351927,
    'kPfuKFlnpGOHDnkraFHdG+R4J3IsJRrngC2NF0yc6kRQZQl/ujaJJpNnwCncp9ihs/fwTiJzftXuYZWuccxfWQ==',
  ),
  'http-trio/upgrades__mode-get.now.after-6-ledgers-one-of-three.node-0.json': armed(1795351583, {
    protocolVersion: 27,
  }),
  'http-trio/upgrades__mode-get.three.node-0.json': nothing(0),
};
