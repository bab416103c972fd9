import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { createFakeHost } from './fake-host.ts';

const rendered = async (...words: readonly string[]): Promise<string> => {
  const host = createFakeHost();
  expect(host.complained()).toBe('');
  expect(await main(['render', 'SimplePayment', ...words], host)).toBe(0);
  return host.printed();
};

const refused = async (...words: readonly string[]): Promise<string> => {
  const host = createFakeHost();
  expect(await main(['mission', 'SimplePayment', ...words], host)).toBe(2);
  expect(host.files.size).toBe(0);
  return host.complained();
};

/** The lines of a text that hold one of these. */
const linesWith = (text: string, ...parts: readonly string[]): string[] =>
  [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) =>
    parts.some((part) => line.includes(part)),
  );

describe('ssc render', () => {
  test('sizes: a profile, and single ones over it', async () => {
    const text = await rendered(
      '--resources',
      'medium',
      '--core-cpu',
      '0.25:2',
      '--core-memory',
      '1Gi',
    );
    expect(linesWith(text, 'cpu: 250m', 'cpu: 2000m', 'memory: 1024Mi')).toEqual([
      'cpu: 250m',
      'memory: 1024Mi',
      'cpu: 2000m',
    ]);
  });

  test('claims with a class and a size', async () => {
    const text = await rendered(
      ...[
        '--data',
        'claim',
        '--data-size',
        '2Gi',
        '--storage-class',
        'fast',
        '--claim-retention',
        'deleted',
      ],
    );
    expect(linesWith(text, 'storage: ', 'storageClassName', 'whenScaled', 'whenDeleted')).toEqual([
      'storageClassName: fast',
      'storage: 2048Mi',
      'whenDeleted: Delete',
      'whenScaled: Delete',
    ]);
  });

  test('a postgres beside each node, an exporter, places, and how images are pulled', async () => {
    const text = await rendered(
      ...[
        '--database',
        'postgres',
        '--postgres-image',
        'team/postgres:15',
        '--postgres-user',
        '70',
      ],
      ...['--export-to-prometheus', '--exporter-image', 'team/exporter:1'],
      ...['--require-node-labels', 'purpose:load', 'ssd', '--avoid-node-labels', 'spot'],
      ...['--tolerate-node-taints', 'dedicated:ssc', '--dedicated-nodes', '--uneven-sched'],
      ...['--image-pull-policy', 'Always', '--image-pull-secrets', 'registry'],
    );
    expect(
      linesWith(
        text,
        ...[
          'image: team',
          'runAsUser: 70',
          'DATABASE',
          'prometheus.io/scrape',
          'key: ',
          'operator',
        ],
        ...['topologySpread', 'podAntiAffinity', 'imagePullPolicy', 'name: registry'],
      ),
    ).toMatchInlineSnapshot(`
      [
        "# DATABASE = "postgresql://dbname=postgres user=ssc host=localhost"",
        "DATABASE = "postgresql://dbname=postgres user=ssc host=localhost"",
        "prometheus.io/scrape: "true"",
        "- name: registry",
        "- key: purpose",
        "operator: In",
        "- key: ssd",
        "operator: Exists",
        "- key: spot",
        "operator: DoesNotExist",
        "podAntiAffinity:",
        "- key: ssc.stellar.org/run",
        "operator: NotIn",
        "- key: dedicated",
        "operator: Equal",
        "image: team/postgres:15",
        "imagePullPolicy: Always",
        "key: password",
        "runAsUser: 70",
        "image: team/exporter:1",
        "- key: ssc-000000-core-0.cfg",
        "- key: ssc-000000-core-1.cfg",
        "- key: ssc-000000-core-2.cfg",
        "- key: nginx.conf",
        "- key: password",
      ]
    `);
  });
});

test('a rehearsal takes the same settings', async () => {
  const host = createFakeHost();
  const words = ['--database', 'postgres', '--data', 'claim', '--core-cpu', '50m:500m'];
  expect(await main(['mission', 'SimplePayment', '--seed', '7', ...words], host)).toBe(0);
  const config = [...host.files].find(([path]) => path.endsWith('configs/core-0.cfg'))?.[1];
  expect(String(config)).toContain('DATABASE = "postgresql://');
});

describe('refusals', () => {
  test.each([
    [['--core-cpu', '2:1']],
    [['--core-cpu', '0']],
    [['--core-memory', '512']],
    [['--data-size', '2GB']],
    [['--resources', 'smal']],
    [['--require-node-labels', 'purpose:no space', '--provider', 'kubernetes']],
    [['--storage-class', 'fast']],
    [['--storage-class', 'fast', '--provider', 'simulated']],
    [['--core-memory', '2Gi:1Gi']],
    [['--network-delay', '100', '--provider', 'native', '--core-binary', 'core']],
    [['--network-delay', '100', '--provider', 'simulated']],
  ])('%j', async (words) => {
    expect(await refused(...words)).toMatchSnapshot();
  });
});
