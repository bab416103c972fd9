import { usageError } from '@ssc/errors';
import { type KubeObject, planNetwork } from '@ssc/formation';
import { toRunName, toStandaloneObjects } from '@ssc/kube-specs';
import { stringify } from 'yaml';
import { type Host, joinPath } from '../host.ts';
import { needsNetwork, toNetworkRequest } from '../network-request.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';

// kubectl reads YAML 1.1, where an unquoted `yes` is a boolean; objects share parts, which are written out each time.
const yamlOptions = { compat: 'yaml-1.1', aliasDuplicateObjects: false } as const;

const explanation = `# A network for hands: kubectl apply -f makes it, kubectl delete -f removes it.
# A run has two more objects, the fuse and the anchor, which all others hang on. They are left out: the server gives
# them their ids. So nothing removes these objects by itself.
`;

/** Prints every configuration and manifest of a mission, or writes them into a folder. Needs no cluster. */
export async function render(input: Input<typeof optionsOf.render>, host: Host): Promise<number> {
  const { options } = input;
  const [mission] = input.missions;
  if (mission === undefined || input.missions.length > 1)
    throw usageError('SSC_USAGE_NO_MISSION', 'render takes the name of one mission', {
      hint: 'For example: ssc render SimplePayment.',
    });
  const run = toRunName(Uint8Array.of(0, 0, 0));
  const { plan, configs } = planNetwork(
    needsNetwork(toNetworkRequest(mission, run, options, input)),
  );
  const objects = toStandaloneObjects(plan);
  if (options.output !== undefined) {
    const files = [
      ...[...configs].map(([node, config]) => [`configs/${node}.cfg`, config] as const),
      ...objects.map((object, i) => toFile(object, i, options.format)),
    ];
    for (const [path, content] of files) await host.write(joinPath(options.output, path), content);
    host.out(`wrote ${files.length} files to ${options.output}\n`);
  } else if (options.format === 'json')
    host.out(toJson({ apiVersion: 'v1', kind: 'List', items: objects }));
  else {
    host.out(explanation);
    for (const [node, config] of configs)
      host.out(`---\n${`configs/${node}.cfg\n${config}`.trimEnd().replaceAll(/^/gmu, '# ')}\n`);
    for (const object of objects) host.out(`---\n${stringify(object, yamlOptions)}`);
  }
  return 0;
}

/** A manifest of its own. kubectl applies a folder in the order of its names. */
function toFile(
  object: KubeObject,
  at: number,
  format: 'yaml' | 'json',
): readonly [string, string] {
  const name = `${object.kind?.toLowerCase()}-${object.metadata?.name}`;
  return [
    `manifests/${String(at + 1).padStart(4, '0')}-${name}.${format}`,
    format === 'json' ? toJson(object) : stringify(object, yamlOptions),
  ];
}

const toJson = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
