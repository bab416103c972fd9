import type { MetricValue, PhaseSpan, Recording, RunFacts, Sample } from '../src/index.ts';

export const startMs = Date.UTC(2026, 0, 1);

export const facts: RunFacts = {
  mission: 'LoadGeneration',
  summary: 'Five nodes carry a load.',
  run: 'ssc-000001',
  verdict: 'passed',
  nodes: 'real',
  provider: 'kubernetes',
  seed: '1',
  version: '0.0.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 180,
};

/** What a node does at a second of a run. */
export interface Load {
  /** Transactions a second. */
  readonly rate?: (second: number) => number;
  /** Milliseconds to close a ledger. */
  readonly closeMs?: (second: number) => number;
  /** Seconds at which the node is started again. */
  readonly restarts?: readonly number[];
  /** Whether a sample is answered. */
  readonly answers?: (second: number) => boolean;
  /** Whether the node runs: it is asked only then. */
  readonly runs?: (second: number) => boolean;
  readonly hasLoad?: boolean;
}

/** Samples of a network in which each node closes a ledger every five seconds. */
export function record(
  nodes: Readonly<Record<string, Load>>,
  phases: readonly (readonly [name: string, seconds: number])[],
  everyMs = 5000,
): Recording {
  const spans: PhaseSpan[] = [];
  let at = 0;
  for (const [name, seconds] of phases) {
    spans.push({ name, fromMs: startMs + at * 1000, toMs: startMs + (at + seconds) * 1000 });
    at += seconds;
  }
  const samples: Sample[] = [];
  const missed: { node: string; atMs: number }[] = [];
  for (const [node, load] of Object.entries(nodes)) {
    const { rate = () => 10, closeMs = () => 100, restarts = [], answers = () => true } = load;
    const { runs = () => true } = load;
    let [ledgers, closeSum, txs] = [0, 0, 0];
    for (let second = 0; second <= at; second++) {
      if (restarts.includes(second)) [ledgers, closeSum, txs] = [0, 0, 0];
      if (second > 0) txs += rate(second);
      if (second > 0 && second % 5 === 0) {
        ledgers += 1;
        closeSum += closeMs(second);
      }
      if ((second * 1000) % everyMs !== 0 || !runs(second)) continue;
      const atMs = startMs + second * 1000;
      if (!answers(second)) {
        missed.push({ node, atMs });
        continue;
      }
      const close = closeMs(second);
      const timer = (count: number, sum: number, window: number): MetricValue => ({
        type: 'timer',
        count,
        sum,
        median: window,
        '75%': window * 1.5,
        '95%': window * 2,
        '99%': window * 3,
        '100%': window * 4,
      });
      samples.push({
        node,
        atMs,
        metrics: new Map<string, MetricValue>([
          ['ledger.ledger.close', timer(ledgers, closeSum, second < 30 ? 0 : close)],
          ['ledger.transaction.apply', timer(txs, txs * 0.2, 0)],
          ['ledger.transaction.count', { type: 'histogram', count: ledgers, sum: txs }],
          ['overlay.connection.authenticated', { type: 'counter', count: 4 }],
          ...(load.hasLoad === true
            ? ([['loadgen.txn.attempted', { type: 'meter', count: txs }]] as const)
            : []),
        ]),
      });
    }
  }
  return { samples, missed, everyMs, phases: spans };
}

/** The rows of a CSV file, by the names of their columns. */
export function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted && char === '"' && text[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (char === '"') quoted = !quoted;
    else if (!quoted && char === ',') {
      rows.at(-1)?.push(cell);
      cell = '';
    } else if (!quoted && char === '\n') {
      rows.at(-1)?.push(cell);
      cell = '';
      rows.push([]);
    } else cell += char;
  }
  if (quoted || cell !== '' || rows.pop()?.length !== 0) throw new Error('no whole rows');
  const [head = [], ...rest] = rows;
  return rest.map((row) => {
    if (row.length !== head.length) throw new Error(`${row.length} cells under ${head.length}`);
    return Object.fromEntries(head.map((name, i) => [name, row[i] ?? '']));
  });
}
