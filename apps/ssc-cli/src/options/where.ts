import { option } from './option-row.ts';
import { oneOf, path, text } from './option-type.ts';

/** Which cluster, and where in it. */
export const clusterOptions = {
  kubeconfig: option(path('<file>'), {
    about: 'the cluster',
    presetIs: '$KUBECONFIG, ~/.kube/config, or the pod’s own',
    group: 'Where',
    providers: ['kubernetes'],
    aliases: ['k'],
  }),
  context: option(text('<name>'), {
    about: 'the context of the kubeconfig',
    presetIs: 'its current one',
    group: 'Where',
    providers: ['kubernetes'],
  }),
  namespace: option(text('<name>'), {
    about: 'the namespace',
    presetIs: 'that of the context',
    group: 'Where',
    providers: ['kubernetes'],
  }),
};

export const whereOptions = {
  provider: option(oneOf('<name>', 'simulated', 'native', 'kubernetes'), {
    about: 'where the nodes run: simulated, native (this machine) or kubernetes',
    presetIs: 'simulated',
    group: 'Where',
  }),
  ...clusterOptions,
};
