import { usageError } from '@ssc/errors';
import { planNetwork } from '@ssc/formation';
import { toAnchor, toFuse, toRunName, toRunObjects } from '@ssc/kube-specs';
import { readParams } from '@ssc/missions';
import { stringify } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import type { InputOf } from '../command-row.ts';
import type { optionsOf } from '../commands.ts';
import { type Host, joinPath } from '../host.ts';
import { paramsOf } from '../options/mission-params.ts';

// kubectl reads YAML 1.1, where an unquoted `yes` is a boolean; objects share parts, which are written out each time.
const yamlOptions = { compat: 'yaml-1.1', aliasDuplicateObjects: false } as const;

/** Prints every configuration and manifest of a mission, or writes them into a folder. Needs no cluster. */
export async function render(input: InputOf<typeof optionsOf.render>, host: Host): Promise<number> {
  const { options } = input;
  const [mission] = input.missions;
  if (mission === undefined || input.missions.length > 1)
    throw usageError('SSC_USAGE_NO_MISSION', 'render takes the name of one mission', {
      hint: 'For example: ssc render SimplePayment.',
    });
  const { name } = mission;
  const params = readParams(mission.params, paramsOf(input, mission));
  const request = {
    run: toRunName(Uint8Array.of(0, 0, 0)),
    mission: name,
    namespace: options.namespace,
    sets: mission.network(params),
    images: { core: options.image, history: options.historyImage },
    seed: options.seed,
  };
  const network = planNetwork(request);
  // The cluster draws these when the owners are created; by hand they are filled in from `kubectl get -o yaml`.
  const uid = '00000000-0000-0000-0000-000000000000';
  const { run, namespace } = request;
  const objects = [
    toFuse({ run, namespace, mission: name, burnSeconds: 900 }),
    toAnchor(
      {
        run,
        namespace,
        content: {
          mission: name,
          who: '',
          startedAt: '',
          version: manifest.version,
          holder: '',
          journal: '',
        },
      },
      uid,
    ),
    ...toRunObjects(network.plan, uid).all,
  ];
  const files = [
    ...[...network.configs].map(([node, config]) => [`configs/${node}.cfg`, config] as const),
    ...objects.map(
      (object) =>
        [
          `manifests/${object.kind?.toLowerCase()}-${object.metadata?.name}.yaml`,
          stringify(object, yamlOptions),
        ] as const,
    ),
  ];
  const folder = options.output;
  for (const [path, content] of files) {
    if (folder !== undefined) await host.write(joinPath(folder, path), content);
    else if (path.endsWith('.yaml')) host.out(`---\n# ${path}\n${content}`);
    else host.out(`---\n${`${path}\n${content}`.trimEnd().replaceAll(/^/gmu, '# ')}\n`);
  }
  if (folder !== undefined) host.out(`wrote ${files.length} files to ${folder}\n`);
  return 0;
}
