import { xdr } from '@stellar/stellar-sdk/base';
import { createTestKey, renderKey } from '../keys.ts';
import type { CoreNode } from '../node.ts';
import { readTransaction } from '../tx/frame.ts';
import { createSimplePayment } from '../tx/simple-payment.ts';
import { type Command, CommandError, flagArgument } from './request.ts';
import { renderStyled } from './styled-json.ts';

export function submit(node: CoreNode, command: Command): string {
  const blob = command.args.get('blob');
  if (blob === undefined)
    throw new CommandError('Must specify a tx blob: tx?blob=<tx in xdr format>');
  // Characters that are no base64 are passed over, as core's decoder does.
  const bytes = Buffer.from(blob, 'base64');
  if (bytes.length % 4 !== 0)
    throw new CommandError('xdr_generic_get: message size not multiple of 4');
  try {
    const frame = readTransaction(bytes, node.settings.networkId);
    if (flagArgument(command, 'force') || !node.bans.isFiltered(frame)) {
      const submitted = node.submit(frame);
      return submitted.status === 'ERROR'
        ? `${JSON.stringify({ error: submitted.result.toString('base64'), status: 'ERROR' })}\n`
        : `${JSON.stringify({ status: submitted.status })}\n`;
    }
    return `${JSON.stringify({ status: 'FILTERED' })}\n`;
  } catch (error) {
    if (error instanceof xdr.XdrError) throw new CommandError(xdrComplaint(error.message));
    throw error;
  }
}

/** What core's own XDR library says of bad bytes. */
function xdrComplaint(message: string): string {
  if (/incomplete/.test(message)) return 'xdr_generic_get: message too short';
  return /trailing|remaining|unread|consume/.test(message)
    ? 'unmarshaling did not consume whole message'
    : 'xdr_generic_get: bad value';
}

function testKey(node: CoreNode, name: string): ReturnType<typeof createTestKey> {
  try {
    return createTestKey(name, node.settings.networkId);
  } catch {
    throw new CommandError('name too long');
  }
}

export function testAccount(node: CoreNode, command: Command): string {
  const name = command.args.get('name');
  if (name === undefined)
    return renderStyled({
      detail: 'Bad HTTP GET: try something like: testacc?name=bob',
      status: 'error',
    });
  const { id } = testKey(node, name);
  const account = node.ledger.account(id);
  if (account === undefined) return renderStyled(null);
  return renderStyled({
    balance: account.balance,
    id: renderKey(id),
    name,
    seqnum: account.seqNum,
  });
}

export function testTransaction(node: CoreNode, command: Command): string {
  const [from, to, amount] = ['from', 'to', 'amount'].map((name) => command.args.get(name));
  if (from === undefined || to === undefined || amount === undefined)
    return renderStyled({
      detail: 'Bad HTTP GET: try something like: testtx?from=root&to=bob&amount=1000000000',
      status: 'error',
    });
  if (!/^\d+$/.test(amount)) throw new CommandError("Failed to parse 'amount' argument");
  const [source, target] = [testKey(node, from), testKey(node, to)];
  const seqNum = (node.ledger.account(source.id)?.seqNum ?? 0n) + 1n;
  const frame = createSimplePayment({
    source,
    destination: target.id,
    amount: BigInt(amount),
    seqNum,
    fee: node.ledger.header.baseFee,
    isCreation: flagArgument(command, 'create'),
    networkId: node.settings.networkId,
    isV0: node.ledger.header.ledgerVersion < 13,
  });
  const submitted = node.submit(frame);
  return renderStyled({
    amount: BigInt(amount),
    from_id: renderKey(source.id),
    from_name: from,
    status: submitted.status,
    to_id: renderKey(target.id),
    to_name: to,
    ...(submitted.status === 'ERROR' && {
      detail: xdr.TransactionResult.fromXdr(submitted.result).result.type,
    }),
  });
}
