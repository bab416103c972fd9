import { usageError } from '@ssc/errors';
import { planNetwork } from '@ssc/formation';
import { toAnchor, toFuse, toRunName, toRunObjects } from '@ssc/kube-specs';
import { findMission, readParams } from '@ssc/missions';
import { stringify } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { readOptions } from '../command-line.ts';
import { renderCommandHelp } from '../help.ts';
import { type Host, joinPath } from '../host.ts';
import { renderOptions } from '../option-table.ts';
import { paramLines } from '../param-lines.ts';
import { commands, type Found } from '../parse-command.ts';

// kubectl reads YAML 1.1, where an unquoted `yes` is a boolean; objects share parts, which are written out each time.
const yamlOptions = { compat: 'yaml-1.1', aliasDuplicateObjects: false } as const;

/** Prints every configuration and manifest of a mission, or writes them into a folder. Needs no cluster. */
export async function render(found: Found, host: Host): Promise<number> {
  const [name] = found.args;
  const row = commands.find((command) => command.name === 'render');
  if (found.options['help'] === true && row !== undefined) {
    host.out(renderCommandHelp(row, name === undefined ? [] : paramLines(findMission(name))));
    return 0;
  }
  if (name === undefined || found.args.length > 1)
    throw usageError('SSC_USAGE_NO_MISSION', 'render takes the name of one mission', {
      hint: 'For example: ssc render SimplePayment.',
    });
  const mission = findMission(name);
  const given = readOptions(renderOptions, mission.params, found.options);
  const params = readParams(mission.params, given.params);
  const text = (flag: string, otherwise: string): string =>
    typeof given.options[flag] === 'string' ? given.options[flag] : otherwise;
  const request = {
    run: toRunName(Uint8Array.of(0, 0, 0)),
    mission: name,
    namespace: text('namespace', 'default'),
    sets: mission.network(params),
    images: {
      core: text('image', 'stellar/stellar-core'),
      history: text('history-image', 'nginx'),
    },
    seed: text('seed', '0'),
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
  const folder = given.options['output'];
  for (const [path, content] of files) {
    if (typeof folder === 'string') await host.write(joinPath(folder, path), content);
    else if (path.endsWith('.yaml')) host.out(`---\n# ${path}\n${content}`);
    else host.out(`---\n${`${path}\n${content}`.trimEnd().replaceAll(/^/gmu, '# ')}\n`);
  }
  if (typeof folder === 'string') host.out(`wrote ${files.length} files to ${folder}\n`);
  return 0;
}
