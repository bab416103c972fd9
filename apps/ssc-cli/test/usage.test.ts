import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { createFakeHost } from './fake-host.ts';

/** Runs a command line that should be refused; gives exit code and text, and checks that nothing was done. */
async function refused(line: string, env: Record<string, string> = {}): Promise<string> {
  const host = createFakeHost(env);
  const code = await main(line.split(' ').filter(Boolean), host);
  expect(host.files.size).toBe(0);
  expect(host.printed()).toBe('');
  return `${code}\n${host.complained()}`;
}

describe('what is misspelt is refused with a suggestion, and nothing is created', () => {
  test.each([
    'misssion SimplePayment',
    'mission SimplePaymnet',
    'mission',
    'mission SimplePayment --sed 1',
    'mission SimplePayment --amonut 3 --keeep',
    'mission SimplePayment --amount 3',
    'mission SimplePayment --amount=',
    'mission SimplePayment --seed',
    'mission SimplePayment --provider simulatd',
    'mission SimplePayment --keep=maybe',
    'render SimplePayment --image',
    'render SimplePaymnet',
    'render',
    'render SimplePayment SimplePayment',
    'missions --all',
    'mission SimplePayment --parallel 0 --repeat x --retry-broken -1 --timeout soon',
    'mission SimplePayment --timeout 0s',
    'rehearse',
    'rehearse SimplePayment --all',
    'rehearse SimplePayment --image x',
    'results schema events',
    'mission SimplePayment VersionMixConsensus --provider native --core-binary /bin/true',
    'mission VersionMixConsensus --provider kubernetes --image x',
  ])('ssc %s', async (line) => {
    const text = await refused(line);
    expect(text).toMatchSnapshot();
    expect(text).toMatch(/^2\n✖ SSC_/u);
  });
});

describe('the provider must be named where simulated could be misread', () => {
  test.each([
    ['mission SimplePayment --image stellar/stellar-core:27', {}],
    ['mission SimplePayment --kubeconfig k.yaml --context c --namespace n', {}],
    ['mission SimplePayment', { KUBECONFIG: '/home/ada/.kube/config' }],
    ['mission SimplePayment', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }],
    ['mission SimplePayment --provider simulated --image stellar/stellar-core:27', {}],
    ['mission SimplePayment --provider kubernetes', {}],
    [
      'mission SimplePayment --provider kubernetes --image x --kubeconfig /nonexistent/kubeconfig',
      {},
    ],
  ])('ssc %s %o', async (line, env) => {
    const text = await refused(line, env);
    expect(text).toMatchSnapshot();
    expect(text).toMatch(/^2\n✖ SSC_/u);
  });
});

describe('help', () => {
  test.each([
    '--help',
    '-h',
    'help',
    'mission --help',
    'mission SimplePayment --help',
    'render --help',
    'rehearse --help',
    'missions',
    '--version',
  ])('ssc %s', async (line) => {
    const host = createFakeHost();
    expect(await main(line.split(' '), host)).toBe(0);
    expect(host.complained()).toBe('');
    expect(host.printed()).toMatchSnapshot();
  });

  test('fits on one screen', async () => {
    const host = createFakeHost();
    await main(['--help'], host);
    const lines = host.printed().trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(130);
  });

  test('is also the answer to nothing, on standard error', async () => {
    const host = createFakeHost();
    expect(await main([], host)).toBe(2);
    expect(host.complained()).toContain('Start with    ssc mission SimplePayment');
  });
});

describe('values are taken as they were typed', () => {
  test.each([
    ['007', '007'],
    ['1e3', '1e3'],
    ['23.0', '23.0'],
    ['-5', '-5'],
    ['0x10', '0x10'],
  ])('--seed %s', async (typed, kept) => {
    const host = createFakeHost();
    expect(await main(['render', 'SimplePayment', '--seed', typed, '--output', 'out'], host)).toBe(
      0,
    );
    const again = createFakeHost();
    await main(['render', 'SimplePayment', `--seed=${kept}`, '--output', 'out'], again);
    expect(host.files).toEqual(again.files);
    expect(host.files.size).toBeGreaterThan(6);
  });
});
