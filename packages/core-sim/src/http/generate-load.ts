import { type LoadRequest, readLoad, readMode } from '../load/load-request.ts';
import type { CoreNode } from '../node.ts';
import type { Command } from './request.ts';
import { type Json, renderStyled } from './styled-json.ts';

/** `generateload`: begins a load, or ends one. */
export function generateLoad(node: CoreNode, command: Command): string {
  if (!node.settings.generatesLoad)
    return 'Set ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING=true in the stellar-core.cfg if you want this behavior';
  const mode = readMode(command);
  if (mode === 'create')
    return 'DEPRECATED: CREATE mode has been removed. Use GENESIS_TEST_ACCOUNT_COUNT configuration parameter to create test accounts at genesis instead.';
  if (mode === 'stop') {
    node.load.stop();
    return 'Stopped load generation';
  }
  const load = readLoad(mode, command);
  if (load.maxFeeRate !== undefined && load.maxFeeRate < node.ledger.header.baseFee)
    return 'maxfeerate is smaller than minimum base fee, load generation skipped.';
  const key = node.load.start(load);
  return renderStyled({ config_upgrade_set_key: key, status: statusOf(load) });
}

/** What core says of a load before it begins; of a set-up it tells what was asked for, not what it will do. */
function statusOf({ mode, txRate, txs, minPercentSuccess }: LoadRequest): Json {
  return {
    mode,
    tx_rate: `${txRate} tx/s`,
    ...(mode === 'upgrade_setup'
      ? { wasms_remaining: 0, instances_remaining: 0 }
      : { txs_remaining: txs }),
    ...(mode !== 'pay' && { min_soroban_percent_success: minPercentSuccess }),
  };
}
