import { kinds } from '../api/kinds.ts';
import { toMilli } from '../api/quantity.ts';
import type { Store } from '../api/store.ts';
import type { ConfigMap, Secret, Service } from '../types/objects.ts';
import type { Container, DownwardFile, EnvVar, Pod } from '../types/pod.ts';

/** What a container cannot be made from: shown as CreateContainerConfigError. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The environment of a container: image, services, envFrom, env, in this order. Throws a ConfigError. */
export function renderEnvironment(
  store: Store,
  pod: Pod,
  container: Container,
  imageEnv: Readonly<Record<string, string>>,
  hostIp: string,
): Record<string, string> {
  const env: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOSTNAME: pod.spec.hostname ?? pod.metadata.name,
    ...imageEnv,
    ...serviceEnvironment(store, pod),
  };
  const own: Record<string, string> = {};
  for (const source of container.envFrom ?? []) {
    const data = fromSource(store, pod, source);
    for (const [key, value] of Object.entries(data)) own[`${source.prefix ?? ''}${key}`] = value;
  }
  const services = serviceEnvironment(store, pod);
  for (const variable of container.env ?? []) {
    const value = variableValue(store, pod, container, variable, { ...services, ...own }, hostIp);
    if (value !== undefined) own[variable.name] = value;
  }
  return { ...env, ...own };
}

/** `$(NAME)` becomes the variable's value, `$$` a dollar; what is not known stays as it is. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/gu, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    return env[name] ?? whole;
  });
}

function serviceEnvironment(store: Store, pod: Pod): Record<string, string> {
  const env: Record<string, string> = {};
  if (pod.spec.enableServiceLinks === false) return env;
  for (const service of store.list(kinds.service, pod.metadata.namespace) as unknown as Service[]) {
    const address = service.spec.clusterIP;
    const port = service.spec.ports?.[0];
    if (address === undefined || address === 'None' || port === undefined) continue;
    const name = service.metadata.name.toUpperCase().replaceAll('-', '_');
    env[`${name}_SERVICE_HOST`] = address;
    env[`${name}_SERVICE_PORT`] = String(port.port);
  }
  return env;
}

function fromSource(
  store: Store,
  pod: Pod,
  source: NonNullable<Container['envFrom']>[number],
): Record<string, string> {
  const { configMapRef, secretRef } = source;
  const namespace = pod.metadata.namespace ?? '';
  if (configMapRef !== undefined) {
    const name = configMapRef.name ?? '';
    const map = store.get(kinds.configMap, namespace, name) as ConfigMap | undefined;
    if (map !== undefined) return { ...map.data };
    if (configMapRef.optional === true) return {};
    throw new ConfigError(`configmap "${name}" not found`);
  }
  const name = secretRef?.name ?? '';
  const secret = store.get(kinds.secret, namespace, name) as Secret | undefined;
  if (secret !== undefined) return decodeSecret(secret);
  if (secretRef?.optional === true) return {};
  throw new ConfigError(`secret "${name}" not found`);
}

const decodeSecret = (secret: Secret): Record<string, string> =>
  Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, text]) => [
      key,
      Buffer.from(text, 'base64').toString('utf8'),
    ]),
  );

function variableValue(
  store: Store,
  pod: Pod,
  container: Container,
  variable: EnvVar,
  env: Readonly<Record<string, string>>,
  hostIp: string,
): string | undefined {
  const from = variable.valueFrom;
  if (from === undefined) return expand(variable.value ?? '', env);
  const namespace = pod.metadata.namespace ?? '';
  if (from.fieldRef !== undefined) return podField(pod, from.fieldRef.fieldPath, hostIp);
  if (from.resourceFieldRef !== undefined)
    return resourceField(pod, container, from.resourceFieldRef);
  if (from.configMapKeyRef !== undefined) {
    const { name = '', key, optional } = from.configMapKeyRef;
    const map = store.get(kinds.configMap, namespace, name) as ConfigMap | undefined;
    const value = map?.data?.[key];
    if (value !== undefined || optional === true) return value;
    throw new ConfigError(
      map === undefined
        ? `configmap "${name}" not found`
        : `couldn't find key ${key} in ConfigMap ${namespace}/${name}`,
    );
  }
  if (from.secretKeyRef === undefined) return undefined;
  const { name = '', key, optional } = from.secretKeyRef;
  const secret = store.get(kinds.secret, namespace, name) as Secret | undefined;
  const value = secret === undefined ? undefined : decodeSecret(secret)[key];
  if (value !== undefined || optional === true) return value;
  throw new ConfigError(
    secret === undefined
      ? `secret "${name}" not found`
      : `couldn't find key ${key} in Secret ${namespace}/${name}`,
  );
}

/** A field of the pod, as the downward API gives it. */
export function podField(pod: Pod, path: string, hostIp: string): string {
  const part = /^metadata\.(labels|annotations)\['(.+)'\]$/u.exec(path);
  if (part !== null) {
    const map = part[1] === 'labels' ? pod.metadata.labels : pod.metadata.annotations;
    return map?.[part[2] ?? ''] ?? '';
  }
  const all = (map: Readonly<Record<string, string>> | undefined): string =>
    Object.entries(map ?? {})
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .sort()
      .join('\n');
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return all(pod.metadata.labels);
    case 'metadata.annotations':
      return all(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.podIP':
    case 'status.podIPs':
      return pod.status.podIP ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIp;
    default:
      throw new ConfigError(`unsupported fieldPath: ${path}`);
  }
}

/** A request or limit of a container, divided and rounded up. */
export function resourceField(
  pod: Pod,
  container: Container | undefined,
  ref: NonNullable<DownwardFile['resourceFieldRef']>,
): string {
  const of =
    ref.containerName === undefined || ref.containerName === ''
      ? container
      : [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
          (other) => other.name === ref.containerName,
        );
  const [part = '', name = ''] = ref.resource.split('.');
  const amount = toMilli(of?.resources[part === 'limits' ? 'limits' : 'requests']?.[name]);
  const divisor = toMilli(ref.divisor ?? '0') === 0n ? 1000n : toMilli(ref.divisor);
  return String((amount + divisor - 1n) / divisor);
}
