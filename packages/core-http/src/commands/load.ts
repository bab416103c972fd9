import * as z from 'zod';
import { type Argument, whole } from '../argument.ts';
import { type Command, wording } from '../command.ts';
import { type SettingsUpgrade, settingsParameters, settingsQuery } from './settings-upgrade.ts';

interface Accounts {
  /**
   * How many test accounts take part. They must exist (GENESIS_TEST_ACCOUNT_COUNT of the ledger's first node): a missing
   * one ends the node's process.
   */
  readonly accounts: number;
  /** Index of the first. @default 0 */
  readonly offset?: number;
}

interface Submissions extends Accounts {
  readonly txs: number;
  /** Transactions a second. */
  readonly txRate: number;
  /** Extra transactions in a spike, and the seconds between two. */
  readonly spikeSize?: number;
  readonly spikeInterval?: number;
  /** Fees are drawn from the base fee up to this many stroops an operation. */
  readonly maxFeeRate?: number;
  /** Transactions refused for their fee are left out instead of ending the run. */
  readonly skipLowFeeTxs?: boolean;
}

interface Contracts {
  readonly instances?: number;
  readonly wasms?: number;
}

interface SorobanSuccess {
  /** The run fails when fewer of its Soroban transactions succeed; without it none has to. */
  readonly minPercentSuccess?: number;
}

/** What a node's load generator does, told apart by core's own mode names. */
export type Load =
  /** One native payment of a stroop between test accounts. */
  | (Submissions & { readonly mode: 'pay' })
  /** Envelopes from LOADGEN_PREGENERATED_TRANSACTIONS_FILE; its position goes on from run to run. */
  | (Submissions & { readonly mode: 'pay_pregenerated' })
  /** Random Wasm. */
  | (Submissions & SorobanSuccess & { readonly mode: 'soroban_upload' })
  /** Deploys the load contract; must come before the modes that invoke, on the same node. */
  | (Accounts &
      SorobanSuccess & {
        readonly mode: 'soroban_invoke_setup';
        readonly txRate: number;
        readonly instances: number;
        readonly wasms?: number;
      })
  | (Submissions & Contracts & SorobanSuccess & { readonly mode: 'soroban_invoke' })
  | (Submissions &
      Contracts &
      SorobanSuccess & {
        readonly mode: 'mixed_classic_soroban';
        readonly payWeight: number;
        readonly sorobanUploadWeight: number;
        readonly sorobanInvokeWeight: number;
      })
  /** Deploys the settings-upgrade contract from the root account. */
  | (Partial<Accounts> & SorobanSuccess & { readonly mode: 'upgrade_setup' })
  /** Writes a ConfigUpgradeSet; needs `upgrade_setup` on the same node, whose process it ends otherwise. */
  | (Partial<Accounts> &
      SorobanSuccess & {
        readonly mode: 'create_upgrade';
        readonly settings: SettingsUpgrade;
      })
  /** Two streams, payments from the file and synthetic Soroban transactions; needs the overlay-only mode everywhere. */
  | (Omit<Submissions, 'txRate'> & {
      readonly mode:
        | 'mixed_pregen_sac_payment'
        | 'mixed_pregen_oz_token_transfer'
        | 'mixed_pregen_soroswap_swap';
      readonly classicTxRate: number;
      readonly sorobanTxRate: number;
    });

const statusSchema = z.looseObject({
  mode: z.string(),
  /** @example "10 tx/s" */
  tx_rate: z.string(),
  txs_remaining: z.int().nonnegative().optional(),
  wasms_remaining: z.int().nonnegative().optional(),
  instances_remaining: z.int().nonnegative().optional(),
  instances: z.int().nonnegative().optional(),
  wasms: z.int().nonnegative().optional(),
  pay_weight: z.int().nonnegative().optional(),
  soroban_upload_weight: z.int().nonnegative().optional(),
  soroban_invoke_weight: z.int().nonnegative().optional(),
  min_soroban_percent_success: z.int().nonnegative().optional(),
});

/** What a node says when it accepts a load, before it begins; how it goes is only in the metrics. */
export interface LoadAccepted {
  readonly mode: string;
  readonly status: z.infer<typeof statusSchema>;
  /** With `create_upgrade`: the key to arm, XDR in base64. */
  readonly configUpgradeSetKey: string | undefined;
}

/** `generateload`: begins a load. Two at a time are not told apart by core: wait for the first. */
export function generateLoadCommand(load: Load): Command<LoadAccepted> {
  const schema = z
    .looseObject({
      status: statusSchema.extend({ mode: z.literal(load.mode) }),
      config_upgrade_set_key: z
        .string()
        .regex(/^[A-Za-z0-9+/]+={0,2}$/u)
        .optional(),
    })
    .refine(
      (reply) => load.mode !== 'create_upgrade' || reply.config_upgrade_set_key !== undefined,
      { error: 'no config_upgrade_set_key' },
    )
    .transform(
      (reply): LoadAccepted => ({
        mode: load.mode,
        status: reply.status,
        configUpgradeSetKey: reply.config_upgrade_set_key,
      }),
    );
  return {
    name: 'generateload',
    query: loadQuery(load),
    kind: 'act',
    availability: 'test-build',
    success: { kind: 'json', schema },
    refusal:
      /^(Set ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING|At least one |maxfeerate is smaller than)/u,
    expects: 'a JSON object with "status", whose "mode" is the one asked for',
  };
}

/** `generateload?mode=stop`: ends the run under way, which counts as failed. */
export const stopLoadCommand = (): Command<void> => ({
  name: 'generateload',
  query: { mode: 'stop' },
  kind: 'act',
  availability: 'test-build',
  success: wording('Stopped load generation'),
  expects: '"Stopped load generation"',
});

/** What a load is said with, beside its mode, as core names it. */
export const loadParameters: readonly string[] = [
  ...['accounts', 'offset', 'txs', 'txrate', 'spikesize', 'spikeinterval', 'maxfeerate'],
  ...['instances', 'wasms', 'minpercentsuccess'],
  ...['payweight', 'sorobanuploadweight', 'sorobaninvokeweight', 'classictxrate', 'sorobantxrate'],
  ...settingsParameters,
];

function loadQuery(load: Load): Record<string, Argument> {
  const query: Record<string, Argument> = { mode: load.mode };
  const put = (
    parameter: string,
    name: string,
    value: number | undefined,
    least = 0,
    most = 2 ** 32 - 1,
  ) => {
    if (value !== undefined) query[parameter] = whole(name, value, { least, most });
  };
  const given = load as unknown as Readonly<Record<string, number | undefined>>;
  put('accounts', 'accounts', given['accounts'], 1);
  put('offset', 'offset', given['offset']);
  put('txs', 'txs', given['txs'], 1);
  put('txrate', 'txRate', given['txRate'], 1);
  put('spikesize', 'spikeSize', given['spikeSize']);
  put('spikeinterval', 'spikeInterval', given['spikeInterval']);
  put('maxfeerate', 'maxFeeRate', given['maxFeeRate'], 1);
  put('instances', 'instances', given['instances'], 1);
  put('wasms', 'wasms', given['wasms'], 1);
  put('minpercentsuccess', 'minPercentSuccess', given['minPercentSuccess'], 0, 100);
  put('payweight', 'payWeight', given['payWeight']);
  put('sorobanuploadweight', 'sorobanUploadWeight', given['sorobanUploadWeight']);
  put('sorobaninvokeweight', 'sorobanInvokeWeight', given['sorobanInvokeWeight']);
  put('classictxrate', 'classicTxRate', given['classicTxRate']);
  put('sorobantxrate', 'sorobanTxRate', given['sorobanTxRate']);
  if ('skipLowFeeTxs' in load && load.skipLowFeeTxs !== undefined) {
    query['skiplowfeetxs'] = load.skipLowFeeTxs;
  }
  if (load.mode === 'create_upgrade') Object.assign(query, settingsQuery(load.settings));
  return query;
}
