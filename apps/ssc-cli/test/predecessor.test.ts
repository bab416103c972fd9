import { isSscError, renderError } from '@ssc/errors';
import { catalog, flagOf } from '@ssc/missions';
import { describe, expect, test } from 'vitest';
import { chooseProvider } from '../src/choose-provider.ts';
import { commands } from '../src/commands.ts';
import { main } from '../src/main.ts';
import { goneOptions } from '../src/options/predecessor.ts';
import { readInput } from '../src/options/read-input.ts';
import { allOptions } from '../src/options/table.ts';
import { createFakeHost } from './fake-host.ts';

// stellar/supercluster at 47bbd60 (2026-08-19), src/App/Program.fs: every option of its verb "mission".
const predecessor = `
api-rate-limit asan-options avoid-node-labels avoid-node-labels-pc-v2 benchmark-duration-seconds
benchmark-infra benchmark-only bimodal-drift byte-count-weights byte-counts
catchup-skip-known-results-for-testing check-events-are-consistent-with-entry-diffs classic-tx-rate
data-entries data-entries-weights debug destination drift-pct enable-background-sig-validation
enable-parallel-apply enable-relaxed-auto-qset-config enable-tcp-tuning export-to-prometheus
flat-network-delay flat-quorum flow-control-send-more-batch-size flow-control-send-more-batch-size-bytes
force-old-style-trigger-timer force-old-style-trigger-timer-pct fully-connect-tier1 gateway-name
gateway-namespace genesis-test-account-count http-proxy-replicas image in-memory-buckets
ingress-external-host ingress-external-port ingress-internal-domain install-network-delay instructions
instructions-weights job-monitor-external-host keep-data kubeconfig ledger-close-time-ms loadgen-keys
max-block-time-ms max-connections max-tx-rate measure-e2e-latency min-block-time-mixed-mode min-block-time-ms
min-soroban-percent-success namespace netdelay-image network-size-limit nginx-image non-tier-1-nodes-to-add
num-accounts num-instances num-nodes num-pregenerated-txs num-txs num-wasms old-image outbound-byte-limit
pay-weight peer-flood-capacity peer-flood-capacity-bytes peer-reading-capacity postgres-image probe-timeout
prometheus-exporter-image pubnet-data pubnet-parallel-catchup-end-ledger
pubnet-parallel-catchup-ledgers-per-job pubnet-parallel-catchup-num-workers
pubnet-parallel-catchup-starting-ledger random-seed require-node-labels require-node-labels-pc-v2
run-for-max-tps s3-history-mirror-override-pc-v2 s3-history-mirror-region-pc-v2
service-account-annotations-pc-v2 simulate-apply-duration simulate-apply-weight sleep-main-thread
soroban-invoke-weight soroban-tx-rate soroban-upload-weight spike-interval spike-size tag tier-1-orgs-to-add
tier1-keys tolerate-node-taints tolerate-node-taints-pc-v2 total-kilobytes total-kilobytes-weights trace
tx-batch-max-size tx-rate tx-size-bytes tx-size-bytes-weights uneven-sched uniform-drift wasm-bytes
wasm-bytes-weights
`
  .trim()
  .split(/\s+/u);

const ours = new Set([
  ...Object.entries(allOptions).flatMap(([name, row]) => [
    flagOf(name),
    ...(('aliases' in row && row.aliases) || []),
  ]),
  ...Object.values(catalog).flatMap(({ params }) => Object.keys(params).map(flagOf)),
]);

describe('options of the predecessor', () => {
  test('each is one of ours, or is refused with what to do instead', () => {
    expect(predecessor).toHaveLength(110);
    expect(predecessor.filter((name) => !ours.has(name) && !goneOptions.has(name))).toEqual([]);
    expect([...goneOptions.keys()].filter((name) => ours.has(name))).toEqual([]);
    const unknown = [...goneOptions.keys()].filter((name) => !predecessor.includes(name));
    expect(unknown.filter((name) => name.length > 1)).toEqual([]);
  });

  test('those that are ours', () => {
    expect(predecessor.filter((name) => ours.has(name)).join(' ')).toMatchInlineSnapshot(
      `"avoid-node-labels destination export-to-prometheus flat-network-delay image ingress-external-host ingress-external-port ingress-internal-domain keep-data kubeconfig namespace netdelay-image nginx-image old-image postgres-image prometheus-exporter-image random-seed require-node-labels tolerate-node-taints tx-rate uneven-sched"`,
    );
  });

  test('its short ones', () => {
    const short = ['k', 'n', 'd', 'i', 'o'];
    expect(short.filter((name) => !ours.has(name) && !goneOptions.has(name))).toEqual([]);
  });
});

/** What a command line of the predecessor means here: what it gives and which provider it asks for, or why it is refused. */
async function meaning(line: string): Promise<string> {
  const [verb = '', ...words] = line.replace('RUN ', '').split(/\s+/u).filter(Boolean);
  const row = commands.find(({ name }) => name === verb);
  const host = createFakeHost();
  try {
    if (row === undefined) {
      await main([verb, ...words], host);
      return host.complained();
    }
    const { missions, given, params, options } = await readInput(row, words, host);
    const told = [...given].map(([name, { text }]) => `${name} = ${text}`);
    const own = [...params].map(([key, { text }]) => `${key.replace(' ', '.')} = ${text}`);
    const meant = [missions.map(({ name }) => name).join(' '), ...told, ...own].join('\n');
    chooseProvider(row.options, options['provider'] as undefined, given, host.env);
    return meant;
  } catch (error) {
    if (!isSscError(error)) throw error;
    return renderError(error);
  }
}

// Its users' own: its documents, its pipeline, its scripts.
const lines = {
  'first try (doc/getting-started.md)':
    'RUN mission SimplePayment --image=stellar/stellar-core:27.1.0',
  'the same, with the provider named':
    'RUN mission SimplePayment --image=stellar/stellar-core:27.1.0 --provider kubernetes',
  'smoke test of its pipeline (.github/workflows/build-and-test.yml)':
    'RUN mission BootAndSync --image stellar/stellar-core:stable --kubeconfig /tmp/k --namespace default --gateway-name ssc-gateway --gateway-namespace gateway --ingress-internal-domain local --ingress-external-host localhost --ingress-external-port 8081 --uneven-sched',
  'local k3s (doc/k3s.md)':
    'RUN mission SimplePayment -i core:dev -k /etc/rancher/k3s/k3s.yaml --namespace default --ingress-internal-domain local --ingress-external-host localhost --uneven-sched -d logs --keep-data',
  'theoretical maximum (doc/theoretical-max-tps.md)':
    'RUN mission MaxTPSClassic --image=core:1 --pubnet-data=topologies/theoretical-max-tps.json --tx-rate=500 --max-tx-rate=1500 --namespace default --ingress-internal-domain=example.org --run-for-max-tps=classic --enable-tcp-tuning --enable-relaxed-auto-qset-config',
  'maximum on an own topology':
    'RUN mission MaxTPSClassic --image=stellar/unsafe-stellar-core:perftests --netdelay-image=stellar/sdf-netdelay:latest --pubnet-data=nodes.json --tx-rate=500 --max-tx-rate=1500 --run-for-max-tps=classic',
  'minimum block time':
    'RUN mission MinBlockTimeClassic --image=core:1 --netdelay-image=delay:1 --tx-rate=1000 --min-block-time-ms=4000 --max-block-time-ms=5000',
  'minimum block time, mixed':
    'RUN mission MinBlockTimeMixed --image=core:1 --min-block-time-mixed-mode=mixed_pregen_soroswap_swap --classic-tx-rate=300 --soroban-tx-rate=300 --min-block-time-ms=4000 --max-block-time-ms=5000',
  'trigger timer with drift':
    'RUN mission TriggerTimerMixConsensus --pubnet-data=nodes.json --force-old-style-trigger-timer-pct=30 --drift-pct=50 --uniform-drift=-2000,+2000',
  'network limits: a list takes words up to the next option':
    'RUN mission PubnetNetworkLimitsBench --pubnet-data=nodes.json --tx-size-bytes 40000 120000 --tx-size-bytes-weights 1 1',
  'parallel catchup':
    'RUN mission HistoryPubnetParallelCatchupV2 --image=core:1 --pubnet-parallel-catchup-num-workers=2 --pubnet-parallel-catchup-starting-ledger=0 --pubnet-parallel-catchup-end-ledger=6400 --pubnet-parallel-catchup-ledgers-per-job 1280 --destination ./logs',
  status: 'RUN poll --namespace sandbox',
  wipe: 'RUN force-clean-namespace --namespace sandbox',
  'its own cluster (scripts/slp_eval.sh)':
    'RUN mission LoadGeneration --provider kubernetes --image=core:1 --avoid-node-labels=purpose:ssc --require-node-labels=purpose:largetests --tolerate-node-taints=largetests --export-to-prometheus --tx-rate 200',
};

describe('command lines of its users', () => {
  test.each(Object.entries(lines))('%s', async (_title, line) => {
    expect(await meaning(line)).toMatchSnapshot();
  });
});
