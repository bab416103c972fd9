import { type levels, type Partition, parseLevel, partitions } from '../log.ts';
import type { CoreNode } from '../node.ts';
import { type Command, CommandError } from './request.ts';
import { renderStyled } from './styled-json.ts';

export function setLogLevel(node: CoreNode, command: Command): string {
  const level = command.args.get('level');
  const name = command.args.get('partition');
  const partition = partitions.find((one) => one.toLowerCase() === name?.toLowerCase());
  if (name !== undefined && partition === undefined)
    throw new CommandError('not a valid partition');
  const show = (text: (typeof levels)[number]): string => text[0] + text.slice(1).toLowerCase();
  if (level === undefined) {
    const all = partitions.map((one): [Partition, string] => [one, show(node.logger.levelOf(one))]);
    return renderStyled(Object.fromEntries(all));
  }
  const parsed = parseLevel(level);
  node.logger.setLevel(parsed, partition);
  return renderStyled({ [partition ?? 'Global']: show(parsed) });
}

export function manualClose(node: CoreNode, command: Command): string {
  const { settings } = node;
  if (!settings.isValidator)
    throw new CommandError(
      'Issuing a manual ledger close requires NODE_IS_VALIDATOR to be set to true.',
    );
  if (command.args.size > 0)
    throw new CommandError(
      settings.runStandalone
        ? 'core-sim does not simulate the parameters of manualclose'
        : "The 'manualclose' command accepts parameters only if the configuration includes RUN_STANDALONE=true.",
    );
  if (!settings.manualClose)
    throw new CommandError(
      'Set MANUAL_CLOSE=true in the stellar-core.cfg if you want to close every ledger manually. Otherwise, run stellar-core with --wait-for-consensus flag to close ledger once and trigger consensus. Ensure NODE_IS_VALIDATOR is set to true for this.',
    );
  const seq = node.ledger.header.ledgerSeq + 1;
  node.herder.triggerNow();
  if (!settings.runStandalone)
    return `Manually triggered a ledger close with sequence number ${seq}`;
  const { ledgerSeq, scpValue } = node.ledger.header;
  return `Manually closed ledger with sequence number ${ledgerSeq} and closeTime ${scpValue.closeTime}`;
}
