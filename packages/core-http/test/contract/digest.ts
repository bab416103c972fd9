import type { NodeInfo } from '../../src/index.ts';

/*
 * What was understood of a reply, in one line to read beside the recording. The expected lines were written from the
 * recorded bodies, not by this code.
 */

type Any = Record<string, unknown>;

export function digest(name: string, value: unknown): string {
  if (value === undefined) return name === 'sorobaninfo' ? 'undefined' : 'done';
  if (value === null) return 'null';
  const make = (digests as Record<string, (given: never) => string>)[name];
  if (make === undefined) throw new Error(`no digest of ${name}`);
  return make(value as never).trimEnd();
}

const join = (list: readonly string[]): string => (list.length === 0 ? '-' : list.join(','));

type Vote = NonNullable<NodeInfo['quorum']>['qset'];
const vote = (qset: Vote): string =>
  `vote ${qset.agree}/${qset.delayed}/${qset.disagree}/${qset.missing} ${qset.phase} ${qset.ledger} fail_at ${qset.fail_at} ${qset.hash} lag ${qset.lag_ms ?? '-'} ${qset.validated === true ? 'validated' : 'unvalidated'}`;

interface PeerLike {
  id: string;
  address: string;
  elapsed: number;
  latency: number;
  ver: string;
  olver: number;
}
const peers = (list: readonly PeerLike[]): string =>
  list.length === 0
    ? '-'
    : list
        .map((p) => `${p.id}@${p.address} ${p.elapsed}s ${p.latency}ms ${p.ver} ${p.olver}`)
        .join(' ');

interface SetLike {
  t: number;
  v: readonly (string | SetLike)[];
}
const quorumSet = (set: SetLike): string =>
  `${set.t}(${set.v.map((member) => (typeof member === 'string' ? member : quorumSet(member))).join(' ')})`;

const digests = {
  info(i: NodeInfo) {
    const l = i.ledger;
    const parts = [
      `${i.state} ${l.num} ${l.hash.slice(0, 8)} closed ${l.closeTime} age ${l.age} version ${l.version} of ${i.protocol_version}`,
      `fee ${l.baseFee} reserve ${l.baseReserve} sizes ${l.maxTxSetSize} ${l.maxSorobanTxSetSize ?? '-'}`,
      `peers ${i.peers.authenticated_count}+${i.peers.pending_count} started ${i.startedOn} build ${i.build}`,
      i.quorum === undefined
        ? 'no quorum'
        : i.quorum.qset.phase === undefined
          ? 'no vote'
          : vote(i.quorum.qset),
    ];
    if (i.status !== undefined) parts.push(`status ${i.status.join(' / ')}`);
    if (l.bucketlist !== undefined) {
      parts.push(`buckets ${l.bucketlist.length} ${l.bucketlist[0]?.curr.slice(0, 6)}`);
    }
    return parts.join(' ');
  },
  tx: (s: { status: string; error?: string }) =>
    `${s.status}${s.error === undefined ? '' : ` ${s.error}`}`,
  testacc: (a: Any) => `${a['name']} ${a['id']} ${a['balance']} ${a['seqnum']}`,
  testtx: (p: Any) =>
    `${p['status']} ${p['amount']} ${p['from_name']} ${String(p['from_id']).slice(0, 6)} ${p['to_name']} ${String(p['to_id']).slice(0, 6)}${p['detail'] === undefined ? '' : ` ${String(p['detail']).trim().replace(/\s+/gu, ' ')}`}`,
  upgrades(u: Any) {
    const order = [
      'protocolVersion',
      'baseFee',
      'baseReserve',
      'maxTxSetSize',
      'maxSorobanTxSetSize',
      'flags',
      'nominationTimeoutLimit',
      'expirationMinutes',
    ];
    const values = order.filter((n) => n in u).map((n) => ` ${n} ${u[n]}`);
    const settings = u['settings'] as unknown[] | undefined;
    return `time ${u['time']}${values.join('')}${'configUpgradeSetKey' in u ? ` configUpgradeSetKey ${String(u['configUpgradeSetKey']).slice(0, 12)} settings ${settings?.length}` : ''}`;
  },
  generateload(l: { mode: string; status: Any; configUpgradeSetKey: string | undefined }) {
    const rest = Object.keys(l.status)
      .filter((n) => n !== 'mode' && n !== 'tx_rate')
      .sort()
      .map((n) => ` ${n} ${l.status[n]}`);
    return `${l.mode} ${l.status['tx_rate']}${rest.join('')} ${l.configUpgradeSetKey?.slice(0, 12) ?? ''}`;
  },
  peers: (p: { inbound: PeerLike[]; outbound: PeerLike[]; pending: string[] }) =>
    `in ${peers(p.inbound)} out ${peers(p.outbound)} pending ${join(p.pending)}`,
  quorum(q: Any) {
    if ('nodes' in q) {
      const nodes = (q['nodes'] as Any[]).map(
        (n) => `${n['node']}:${n['status']}:${n['heard'] ?? '-'}:${n['distance'] ?? '-'}`,
      );
      return `nodes ${nodes.join(' ')} intersection ${q['intersection'] ?? '-'} of ${q['node_count'] ?? '-'}`;
    }
    const qset = q['qset'] as Any;
    if (typeof qset['agree'] === 'number') return `${q['node']} ${vote(qset as Vote)}`;
    const list = (n: string) => join((qset[n] ?? []) as string[]);
    return `${q['node']} agree ${list('agree')} delayed ${list('delayed')} disagree ${list('disagree')} missing ${list('missing')} fail ${qset['fail_at']} ${list('fail_with')} ${qset['hash']} ${qset['phase']} ${qset['ledger']} set ${quorumSet(qset['value'] as SetLike)}`;
  },
  scp(s: { you: string; slots: Map<number, Any> }) {
    const slots = [...s.slots]
      .sort(([a], [b]) => a - b)
      .map(([slot, state]) => {
        const ballot = state['ballotProtocol'] as { phase: string } | undefined;
        return `${slot}:${((state['statements'] ?? []) as unknown[]).length}:${ballot?.phase ?? '-'}:${state['validated'] === true ? 'valid' : 'unknown'}`;
      });
    return `${s.you} ${slots.join(' ')}`;
  },
  metrics(m: { ts: string; metrics: Record<string, { type: string; count?: number }> }) {
    const types = Object.values(Object.groupBy(Object.values(m.metrics), ({ type }) => type));
    const byType = types.map((list) => `${list?.[0]?.type} ${list?.length}`).sort();
    const count = (n: string) => m.metrics[n]?.count ?? 0;
    return `${m.ts} ${byType.join(' ')} closes ${count('ledger.ledger.close')} applied ${count('ledger.transaction.apply')} load ${count('loadgen.run.start')}/${count('loadgen.run.complete')}/${count('loadgen.run.failed')} attempted ${count('loadgen.txn.attempted')} invalidsig ${count('scp.envelope.invalidsig')}`;
  },
  sorobaninfo(s: string | Any | Any[]) {
    if (typeof s === 'string') return `base64 ${s.length} ${s.slice(0, 8)}`;
    if (Array.isArray(s)) return digests.dumpproposedsettings(s);
    const [ledger, tx] = [s['ledger'] as Any, s['tx'] as Any];
    return `instructions ${ledger['max_instructions']} ${tx['max_instructions']} txs ${ledger['max_tx_count']} close ${(s['scp'] as Any)['ledger_close_time_ms']} clusters ${s['max_dependent_tx_clusters']} footprint ${tx['max_footprint_size']} eviction ${(s['state_archival'] as Any)['eviction_scan_size']}`;
  },
  dumpproposedsettings: (s: Any[]) => `settings ${s.length} ${s[0]?.['configSettingID']}`,
  getsurveyresult(s: {
    surveyInProgress: boolean;
    backlog: string[];
    badResponseNodes: string[];
    nodes: Map<string, Any | null>;
  }) {
    const nodes = [...s.nodes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, n]) =>
        n === null
          ? `${key.slice(0, 5)}:-`
          : `${key.slice(0, 5)}:${n['numTotalInboundPeers']}+${n['numTotalOutboundPeers']}:${(n['inboundPeers'] as unknown[]).length}+${(n['outboundPeers'] as unknown[]).length}`,
      );
    return `${s.surveyInProgress ? 'running' : 'over'} backlog ${join(s.backlog).slice(0, 20)} bad ${join(s.badResponseNodes)} nodes ${nodes.join(' ')}`;
  },
  ll: (levels: Record<string, string>) =>
    Object.keys(levels)
      .sort()
      .map((n) => `${n} ${levels[n]}`)
      .join(' '),
  bans: join,
  banaccounts: (b: string[] | { added: number; total: number }) =>
    Array.isArray(b) ? join(b) : `added ${b.added} of ${b.total}`,
  unbanaccounts: (b: Any) =>
    b['removed'] === undefined ? 'cleared' : `removed ${b['removed']} of ${b['total']}`,
  toggleoverlayonlymode: String,
  manualclose: (c: Any) =>
    c['kind'] === 'closed' ? `closed ${c['ledger']} ${c['closeTime']}` : `triggered ${c['ledger']}`,
  getledgerentryraw: (e: { ledger: number; entries: string[] }) =>
    `ledger ${e.ledger} ${e.entries.map((entry) => entry.length).join(' ')}`,
  getledgerentry: (e: { ledger: number; entries: Any[] }) =>
    `ledger ${e.ledger} ${e.entries.map((x) => `${x['state']}:${String(x['entry'] ?? '').length}:${x['liveUntilLedgerSeq'] ?? '-'}`).join(' ')}`,
} as const;
