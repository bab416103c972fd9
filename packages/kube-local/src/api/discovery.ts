import { openApiDocument, openApiPaths, schemaVersion } from '@ssc/kube-schema';
import { apiVersionOf, kindList } from './kinds.ts';

/** The server that this API was compared with. */
export const serverVersion = {
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '32',
  gitVersion: 'v1.33.13+kube-local',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '2025-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'kube-local',
};

const groups = [
  'apps',
  'authorization.k8s.io',
  'batch',
  'networking.k8s.io',
  'gateway.networking.k8s.io',
] as const;

/** The answer to a discovery path; undefined for any other. */
export function discovery(path: string): object | undefined {
  if (path.startsWith('/openapi/v3')) return openApi(path);
  switch (path.replace(/(.)\/$/u, '$1')) {
    case '/version':
      return serverVersion;
    case '/api':
      return {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.0.0.1:6443' }],
      };
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(group) };
    case '/api/v1':
      return resourceList('v1');
    default:
  }
  const match = /^\/apis\/([^/]+)(?:\/(v1))?\/?$/u.exec(path);
  const name = groups.find((known) => known === match?.[1]);
  if (name === undefined) return undefined;
  if (match?.[2] === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...group(name) };
  return resourceList(`${name}/v1`);
}

/** The OpenAPI documents of the groups that are served, for clients such as kubectl. */
function openApi(path: string): object | undefined {
  const served = openApiPaths().filter((root) =>
    ['api/v1', ...groups.map((name) => `apis/${name}/v1`)].includes(root),
  );
  if (path === '/openapi/v3')
    return {
      paths: Object.fromEntries(
        served.map((root) => [
          root,
          { serverRelativeURL: `/openapi/v3/${root}?hash=${schemaVersion()}` },
        ]),
      ),
    };
  const root = served.find((known) => path === `/openapi/v3/${known}`);
  const document = root === undefined ? undefined : openApiDocument(root);
  return document === undefined || document === null ? undefined : Object(document);
}

const group = (name: string) => {
  const version = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [version], preferredVersion: version };
};

function resourceList(groupVersion: string): object {
  const reviews = {
    name: 'selfsubjectaccessreviews',
    singularName: 'selfsubjectaccessreview',
    namespaced: false,
    kind: 'SelfSubjectAccessReview',
    verbs: ['create'],
  };
  return {
    kind: 'APIResourceList',
    ...(groupVersion !== 'v1' && { apiVersion: 'v1' }),
    groupVersion,
    resources:
      groupVersion === 'authorization.k8s.io/v1'
        ? [reviews]
        : kindList.filter((kind) => apiVersionOf(kind) === groupVersion).flatMap(entries),
  };
}

/** What is sent to subresources that are not seen as the object itself. */
const partKinds: Readonly<Record<string, string>> = {
  scale: 'Scale',
  proxy: 'PodProxyOptions',
  portforward: 'PodPortForwardOptions',
};

function entries(kind: (typeof kindList)[number]): object[] {
  const own = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
  };
  const parts = Object.entries(kind.subresources).map(([name, verbs]) => ({
    name: `${kind.plural}/${name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...(name === 'scale' && { group: 'autoscaling', version: 'v1' }),
    kind: partKinds[name] ?? kind.kind,
    verbs,
  }));
  return [own, ...parts];
}
