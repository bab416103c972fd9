import { done, exception, is, type Table, text } from './expectation.ts';

/** What a node says when a load begins; `rest` are the members beside mode and rate. */
const begun = (mode: string, rate: number, rest: Readonly<Record<string, number>>) =>
  is({
    mode,
    status: { mode, tx_rate: `${rate} tx/s`, ...rest },
    configUpgradeSetKey: undefined,
  });

const pay = (rate: number, txs: number) => begun('pay', rate, { txs_remaining: txs });
const invoke = (txs: number, instances: number, wasms: number, percent = 0) =>
  begun('soroban_invoke', 5, {
    txs_remaining: txs,
    instances,
    wasms,
    min_soroban_percent_success: percent,
  });
const invokeSetup = (instances: number, wasms: number) =>
  begun('soroban_invoke_setup', 5, {
    instances_remaining: instances,
    wasms_remaining: wasms,
    min_soroban_percent_success: 0,
  });
const upload = begun('soroban_upload', 5, { txs_remaining: 30, min_soroban_percent_success: 0 });
const upgradeSetup = begun('upgrade_setup', 10, {
  instances_remaining: 0,
  wasms_remaining: 0,
  min_soroban_percent_success: 0,
});
const createUpgrade = (key: string) =>
  is({
    mode: 'create_upgrade',
    status: {
      mode: 'create_upgrade',
      tx_rate: '10 tx/s',
      txs_remaining: 1,
      min_soroban_percent_success: 0,
    },
    configUpgradeSetKey: key,
  });

const notForTesting = text(
  'Set ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING=true in the stellar-core.cfg if you want this behavior',
);
const setupFirst = exception(
  'Before running MODE::SOROBAN_INVOKE, please run MODE::SOROBAN_INVOKE_SETUP to set up your contract first.',
);

/** `generateload`. Accepted is not done: whether a load comes to its end is only in the metrics. */
export const load: Table = {
  'http-solo/generateload.txt': notForTesting,
  'http-solo/generateload__mode-pay.txt': notForTesting,

  'http-soroban/generateload.create_upgrade.json': createUpgrade(
    'kkRb2VLuCt6COEmMI0mnCux9WP8a15ROqrd8+d94gYBQZQl/ujaJJpNnwCncp9ihs/fwTiJzftXuYZWuccxfWQ==',
  ),
  'http-soroban/generateload.mixed_classic_soroban.json': begun('mixed_classic_soroban', 5, {
    txs_remaining: 40,
    instances: 5,
    wasms: 2,
    pay_weight: 50,
    soroban_upload_weight: 25,
    soroban_invoke_weight: 25,
    min_soroban_percent_success: 0,
  }),
  'http-soroban/generateload.soroban_invoke.json': invoke(40, 5, 2),
  'http-soroban/generateload.soroban_invoke.min-percent-success.json': invoke(10, 5, 2, 90),
  'http-soroban/generateload.soroban_invoke_setup.json': invokeSetup(5, 2),
  'http-soroban/generateload.soroban_upload.json': upload,
  'http-soroban/generateload.upgrade_setup.json': upgradeSetup,

  // Accepted, and then it ended the process: the accounts do not exist.
  'http-standalone/generateload.without-genesis-accounts.pay.json': pay(1, 2),

  'http-trio/generateload.create_upgrade.node-0.json': createUpgrade(
    'kPfuKFlnpGOHDnkraFHdG+R4J3IsJRrngC2NF0yc6kRQZQl/ujaJJpNnwCncp9ihs/fwTiJzftXuYZWuccxfWQ==',
  ),
  'http-trio/generateload.default-no-params.node-0.json': pay(10, 0),
  'http-trio/generateload.error.bad-number.node-0.json': exception(
    "Failed to parse 'accounts' argument",
  ),
  'http-trio/generateload.error.create.node-0.txt': text(
    'DEPRECATED: CREATE mode has been removed. Use GENESIS_TEST_ACCOUNT_COUNT configuration parameter to create test accounts at genesis instead.',
  ),
  'http-trio/generateload.error.maxfeerate-too-small.node-0.txt': text(
    'maxfeerate is smaller than minimum base fee, load generation skipped.',
  ),
  'http-trio/generateload.error.mixed-no-weights.node-0.txt': text(
    'At least one mix weight must be non-zero',
  ),
  'http-trio/generateload.error.mixed-pregen-no-rates.node-0.txt': text(
    'At least one of classictxrate / sorobantxrate must be non-zero',
  ),
  'http-trio/generateload.error.nosuch.node-0.json': exception('Unknown loadgen mode: nosuch'),
  'http-trio/generateload.error.pretend.node-0.json': exception('Unknown loadgen mode: pretend'),
  'http-trio/generateload.error.stop.node-0.txt': done,
  'http-trio/generateload.error.txrate-0.node-0.json': pay(0, 5),
  'http-trio/generateload.mixed_classic_soroban.node-0.json': setupFirst,
  'http-trio/generateload.pay-at-protocol-0.node-0.json': pay(5, 10),
  // The spike is not in the reply.
  'http-trio/generateload.pay-spike.node-0.json': pay(20, 200),
  'http-trio/generateload.pay.node-0.json': pay(40, 400),
  'http-trio/generateload.risky.mixed-pregen-no-file.node-0.json': exception(
    'Can only run SOROBAN_INVOKE_APPLY_LOAD / MIXED_PREGEN_* modes in overlay only mode',
  ),
  'http-trio/generateload.risky.offset-beyond-accounts.node-0.json': pay(40, 200),
  'http-trio/generateload.risky.pay-pregenerated-no-file.node-0.json': exception(
    'failed to open XDR file: stellar-load-transactions.xdr, reason: 2',
  ),
  'http-trio/generateload.risky.soroban-invoke-setup-zero-instances.node-0.json': invokeSetup(0, 0),
  'http-trio/generateload.risky.soroban-invoke-without-setup.node-0.json': invoke(10, 1, 1),
  'http-trio/generateload.risky.too-many-accounts.node-0.json': pay(50, 6000),
  'http-trio/generateload.soroban_invoke.node-0.json': setupFirst,
  'http-trio/generateload.soroban_invoke_setup.node-0.json': invokeSetup(5, 2),
  'http-trio/generateload.soroban_upload.node-0.json': upload,
  'http-trio/generateload.stop-running.node-0.txt': done,
  'http-trio/generateload.two-at-once-first.node-0.json': pay(10, 200),
  // Accepted beside the first; core does not tell the two apart.
  'http-trio/generateload.two-at-once-second.node-0.json': pay(10, 50),
  'http-trio/generateload.upgrade_setup.node-0.json': upgradeSetup,
};
