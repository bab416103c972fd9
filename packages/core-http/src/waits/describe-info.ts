import { type NodeInfo, quorumVote } from '../commands/info.ts';

/** A node's state in a few words. */
export function describeInfo(info: NodeInfo): string {
  const peers = info.peers.authenticated_count;
  const catchup = info.status?.find((text) =>
    /^(Catching up|Waiting|Starting catchup)/u.test(text),
  );
  return `state "${info.state}", ledger ${info.ledger.num}, ${peers} ${peers === 1 ? 'peer' : 'peers'} authenticated${
    catchup === undefined ? '' : `, "${catchup}"`
  }`;
}

/** The node's quorum set in a few words; what it remembers of slots up to `since` says nothing of now. */
export function describeQuorum(info: NodeInfo, since: number): string {
  const vote = quorumVote(info);
  if (vote === undefined) return 'no slot voted on yet';
  if (vote.ledger <= since) return `nothing agreed since, the last slot is ${vote.ledger}`;
  const of = vote.agree + vote.delayed + vote.disagree + vote.missing;
  const rest = [
    [vote.missing, 'missing'],
    [vote.delayed, 'delayed'],
    [vote.disagree, 'disagreeing'],
  ] as const;
  return [
    `${vote.agree} of ${of} agree on slot ${vote.ledger} (${vote.phase})`,
    ...rest.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`),
  ].join(', ');
}

/**
 * How far a node is, so that more is further: its ledger, or while it gathers ledgers for a catchup the one it has, and
 * behind the point how far a step of the catchup is. (Texts of stellar-core: src/catchup/CatchupWork.cpp, LedgerManagerImpl.cpp)
 */
export function progressOfInfo(info: NodeInfo): number {
  const text = info.status?.join(' ') ?? '';
  const gathered = Number(/Waiting for trigger ledger: (\d+)\//u.exec(text)?.[1] ?? 0);
  const steps = [
    /downloading ledger files/u,
    /verifying checkpoint/u,
    /buckets: /u,
    /Applying buckets/u,
    /appl(y|ied)/u,
  ];
  const step = steps.findLastIndex((pattern) => pattern.test(text)) + 1;
  const percent = Number(
    /\((\d+)% done\)|\((\d+)%\)|(\d+)%/u.exec(text)?.slice(1).find(Boolean) ?? 0,
  );
  return (
    Math.max(info.ledger.num, gathered) +
    (info.state === 'Catching up' ? step / 10 + Math.min(percent, 100) / 1100 : 0)
  );
}
