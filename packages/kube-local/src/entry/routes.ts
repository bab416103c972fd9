import type { HttpRouteObject, Ingress } from '../types/objects.ts';

/** The Service that a rule leads to. */
export interface Backend {
  readonly namespace: string;
  readonly service: string;
  readonly port: number | string;
}

/** One rule of an Ingress or HTTPRoute. */
export interface EntryRoute {
  /** Undefined: any. With `*.` at its start, any below. */
  readonly host: string | undefined;
  /** What is compared with it, for the order of rules. */
  readonly path: string;
  readonly isExact: boolean;
  /** The path for the backend; undefined when the rule does not fit. */
  match(path: string): string | undefined;
  readonly backend: Backend | undefined;
}

const nginx = {
  regex: 'nginx.ingress.kubernetes.io/use-regex',
  rewrite: 'nginx.ingress.kubernetes.io/rewrite-target',
} as const;
const traefikRule = 'traefik.ingress.kubernetes.io/rule-type';

/** The rules of an Ingress, read as ingress-nginx and Traefik 1 read its annotations. */
export function ingressRoutes({ metadata, spec }: Ingress): EntryRoute[] {
  const annotations = metadata.annotations ?? {};
  const namespace = metadata.namespace ?? '';
  return (spec.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).map(({ path = '/', pathType, backend }) => ({
      host,
      path,
      isExact: pathType === 'Exact',
      match: ingressMatch(path, pathType, annotations),
      backend: backend.service && {
        namespace,
        service: backend.service.name,
        port: backend.service.port.number ?? backend.service.port.name ?? 0,
      },
    })),
  );
}

function ingressMatch(
  path: string,
  pathType: string,
  annotations: Readonly<Record<string, string>>,
): EntryRoute['match'] {
  const target = annotations[nginx.rewrite];
  if (annotations[nginx.regex] === 'true') {
    const pattern = new RegExp(`^${path}`, 'iu');
    return (asked) => {
      const found = pattern.exec(asked);
      if (found === null || target === undefined) return found === null ? undefined : asked;
      return withSlash(target.replaceAll(/\$(\d)/gu, (_, digit) => found[Number(digit)] ?? ''));
    };
  }
  if (pathType === 'Exact') return (asked) => (asked === path ? (target ?? asked) : undefined);
  const strips = annotations[traefikRule] === 'PathPrefixStrip';
  return (asked) => {
    if (!isBelow(path, asked)) return undefined;
    if (target !== undefined) return target;
    return strips ? withSlash(asked.slice(withoutSlash(path).length)) : asked;
  };
}

/** The rules of an HTTPRoute: paths, and what takes the prefix's place. */
export function httpRoutes({ metadata, spec }: HttpRouteObject): EntryRoute[] {
  const hosts = spec.hostnames ?? [undefined];
  return (spec.rules ?? []).flatMap((rule) => {
    const [first] = rule.backendRefs ?? [];
    const backend = first && {
      namespace: first.namespace ?? metadata.namespace ?? '',
      service: first.name,
      port: first.port ?? 0,
    };
    const rewrite = rule.filters?.find(({ type }) => type === 'URLRewrite')?.urlRewrite?.path;
    return (rule.matches ?? []).flatMap(({ path }) =>
      hosts.map((host) => {
        const { type = 'PathPrefix', value = '/' } = path ?? {};
        const isExact = type === 'Exact';
        const match = (asked: string): string | undefined => {
          if (isExact ? asked !== value : !isBelow(value, asked)) return undefined;
          if (rewrite?.type === 'ReplaceFullPath') return rewrite.replaceFullPath;
          if (rewrite?.type !== 'ReplacePrefixMatch') return asked;
          const rest = asked.slice(withoutSlash(value).length);
          return withSlash(`${withoutSlash(rewrite.replacePrefixMatch ?? '/')}${rest}`);
        };
        return { host, path: value, isExact, match, backend };
      }),
    );
  });
}

/** The rule that a request is led by: hosts before none, exact before prefixes, long paths before short ones. */
export function findRoute(
  routes: readonly EntryRoute[],
  host: string,
  path: string,
): { readonly route: EntryRoute; readonly path: string } | undefined {
  const rank = (route: EntryRoute): readonly number[] => [
    route.host === undefined ? 0 : route.host.startsWith('*.') ? 1 : 2,
    route.isExact ? 1 : 0,
    route.path.length,
  ];
  let best: { readonly route: EntryRoute; readonly path: string } | undefined;
  for (const route of routes) {
    if (route.host !== undefined && !isHost(route.host, host)) continue;
    const next = route.match(path);
    if (next === undefined) continue;
    if (best === undefined || isGreater(rank(route), rank(best.route)))
      best = { route, path: next };
  }
  return best;
}

const isHost = (wanted: string, host: string): boolean =>
  wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : wanted === host;

function isGreater(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((value, at) => value !== b[at]);
  return i >= 0 && (a[i] ?? 0) > (b[i] ?? 0);
}

const withoutSlash = (path: string): string => path.replace(/\/$/u, '');
const withSlash = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

function isBelow(prefix: string, path: string): boolean {
  const start = withoutSlash(prefix);
  return path === start || path.startsWith(`${start}/`);
}
