import type { CoreClient } from '@ssc/core-http';
import type { RunFiles } from '@ssc/data-dump';
import { networkPrefix, tablesPort } from '@ssc/kube-specs';
import type { NetworkRequest } from '../plan/plan-network.ts';
import type { PodWatch } from '../pods/pod-watch.ts';
import { readPodFile } from '../record/read-pod-file.ts';
import { Recorder } from '../record/recorder.ts';
import type { ChangingSets } from './changing-sets.ts';
import type { NetworkObjects } from './network-objects.ts';
import type { NetworkTools } from './network-tools.ts';

/** Which network is recorded. */
export interface RecordedNetwork {
  readonly request: NetworkRequest;
  readonly tools: NetworkTools;
  /** What its nodes are told apart by; undefined for the only or first network of a run. */
  readonly name: string | undefined;
  labelOf(node: string): string;
  readonly pods: PodWatch;
  readonly objects: NetworkObjects;
  readonly changing: ChangingSets;
  readonly nodes: readonly string[];
  running(): readonly CoreClient[];
}

/** Writes down what a network leaves behind: logs while they grow where `follows`, all else at the end. */
export function recordNetwork(
  { request, tools, name, labelOf, pods, objects, changing, nodes, running }: RecordedNetwork,
  files: RunFiles,
  follows: boolean,
): Recorder {
  const { kube, clock, run, dispatcher, secrets = [], dumpTables } = tools;
  const { namespace, clusterSettings } = request;
  const password = clusterSettings?.postgres?.password;
  return new Recorder(
    {
      ...{ kube, clock, namespace, pods, nodes, running },
      run: networkPrefix(request.run, request.network),
      files: name === undefined ? files : filesOf(name, files),
      secrets: password === undefined ? secrets : [...secrets, password],
      configs: () =>
        new Map([...changing.planned.configs].map(([node, config]) => [labelOf(node), config])),
      created: () => [...(name === undefined ? run.created : []), ...objects.created],
      // From where the pod's archive is served, which has its data folder at hand.
      dataFile: (node, file) => {
        const pod = pods.podOf(node)?.metadata?.name ?? '';
        return readPodFile(dispatcher, `${kube.proxyUrl(namespace, pod, tablesPort)}/${file}`);
      },
      ...(dumpTables !== undefined && { dumpTables }),
    },
    follows,
  );
}

/** The files of a network in a folder of theirs, where its nodes need not be called by its name. */
function filesOf(network: string, files: RunFiles): RunFiles {
  const pathOf = (path: string): string =>
    `networks/${network}/${path.replace(`/${network}/`, '/')}`;
  return {
    save: (path, content) => files.save(pathOf(path), content),
    append: (path, content) => files.append(pathOf(path), content),
  };
}
