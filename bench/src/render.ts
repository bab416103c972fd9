import { renderNodeConfig } from '@ssc/core-cfg';
import { planNetwork } from '@ssc/formation';
import { type NetworkPlan, toAnchor, toFuse, toRunObjects } from '@ssc/kube-specs';
import { stringify } from 'smol-toml';
import { compare, renderFigures, timed } from './compare.ts';

const nodes = 600;

/** All configurations and manifests of 600 nodes, beside bare serialising of the same data. */
export function benchRender(): string {
  const run = 'ssc-000000';
  // Tier 1 of 21 nodes in 7 sets, which all others follow: a quorum set of 600 members would only measure its own text.
  const tier1 = Array.from({ length: 7 }, (_, i) => `org${i}`);
  const sets = Object.fromEntries([
    ...tier1.map(
      (name) =>
        [name, { nodes: 3, quorum: { of: tier1 }, peers: tier1, archivesFrom: tier1 }] as const,
    ),
    ...Array.from(
      { length: (nodes - 21) / 3 },
      (_, i) =>
        [
          `set${i}`,
          { nodes: 3, quorum: { of: tier1 }, peers: tier1, archivesFrom: tier1 },
        ] as const,
    ),
  ]);
  const request = {
    run,
    mission: 'Bench',
    namespace: 'default',
    sets,
    images: { core: 'stellar/stellar-core', history: 'nginx' },
    seed: '1',
  };
  const content = {
    mission: 'Bench',
    who: '',
    startedAt: '',
    version: '',
    holder: '',
    journal: '',
    asked: '',
    plan: '',
  };
  const network = planNetwork(request);
  const configs = network.nodes.map((node) => node.config);
  const toObjects = (plan: NetworkPlan): object[] => [
    toFuse({ run, mission: 'Bench', namespace: 'default', burnSeconds: 900 }),
    toAnchor({ run, namespace: 'default', content }, 'uid'),
    ...toRunObjects(plan, 'uid').all,
  ];
  const objects = toObjects(network.plan);
  const render = (): string[] => [
    ...configs.map((config) => renderNodeConfig(config)),
    ...toObjects(network.plan).map((object) => JSON.stringify(object)),
  ];
  const bytes = render().reduce((sum, text) => sum + text.length, 0);
  const figures = compare(
    [
      {
        name: 'smol-toml and JSON.stringify of the same data',
        run: () =>
          timed(
            () =>
              void [
                ...configs.map((config) => stringify(config)),
                ...objects.map((object) => JSON.stringify(object)),
              ],
          ),
      },
      { name: 'rendered from the plan', run: () => timed(() => void render()) },
      {
        name: 'planned (600 key pairs), then rendered',
        run: () =>
          timed(
            () => void toObjects(planNetwork(request).plan).map((object) => JSON.stringify(object)),
          ),
      },
    ],
    15,
  );
  return `${renderFigures(`Rendering ${nodes} nodes, ${(bytes / 1e6).toFixed(1)} MB of TOML and JSON`, figures)}`;
}
