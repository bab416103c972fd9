import type { AccessMode } from '../access/access-mode.ts';

/** What a driver may do with one kind of object in its namespace. */
export interface Permission {
  /** The API group; empty for the core one. */
  readonly group: string;
  /** With the subresource, where it is one. @example "pods/log" */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** What for. */
  readonly why: string;
  /** The ways in that need it. @default all */
  readonly ways?: readonly AccessMode['kind'][];
}

/** What a run asks of the API server whose nodes are reached by this way. */
export const permissionsFor = (way: AccessMode['kind']): readonly Permission[] =>
  permissions.filter(({ ways }) => ways?.includes(way) ?? true);

/**
 * Everything that ssc asks of the API server, all within one namespace: what `ssc render rbac` grants and `ssc doctor` checks of
 * one way in. A test compares it with the calls that runs make.
 */
export const permissions: readonly Permission[] = [
  {
    group: 'batch',
    resource: 'jobs',
    verbs: ['create', 'get', 'list', 'patch', 'delete'],
    why: 'the fuse of each run: lit, pushed on, found, and deleted with all that hangs on it',
  },
  {
    group: '',
    resource: 'configmaps',
    verbs: ['create', 'get', 'list', 'patch', 'delete'],
    why: 'the anchor of each run, and the configurations of its nodes',
  },
  {
    group: '',
    resource: 'services',
    verbs: ['create', 'get'],
    why: 'the DNS names by which nodes find each other',
  },
  {
    group: '',
    resource: 'secrets',
    verbs: ['create', 'get'],
    why: 'the password of the postgres beside each node, where a run asks for one',
  },
  {
    group: 'apps',
    resource: 'statefulsets',
    verbs: ['create', 'get', 'patch'],
    why: 'the nodes, and how many of them run',
  },
  { group: '', resource: 'pods', verbs: ['get', 'list', 'watch'], why: 'how the nodes are' },
  { group: '', resource: 'pods/log', verbs: ['get'], why: 'what the nodes wrote' },
  {
    group: '',
    resource: 'pods/exec',
    verbs: ['create', 'get'],
    why: 'the state of a node that others begin with, and the tables in the postgres beside each node, where a run asks for either',
  },
  {
    group: '',
    resource: 'pods/proxy',
    verbs: ['get'],
    why: 'the databases that nodes leave behind and, by way of the API server, their admin ports',
  },
  {
    group: '',
    resource: 'pods/portforward',
    // Until 1.34 "get" is asked for a connection over WebSocket, from 1.35 on "create" as well.
    verbs: ['create', 'get'],
    why: 'the admin port of each node, where the pod proxy does not lead to it',
    ways: ['auto', 'port-forward'],
  },
  {
    group: 'networking.k8s.io',
    resource: 'ingresses',
    verbs: ['create', 'get'],
    why: 'what leads requests to the nodes, and whether a controller has taken it',
    ways: ['ingress'],
  },
  {
    group: 'gateway.networking.k8s.io',
    resource: 'httproutes',
    verbs: ['create', 'get'],
    why: 'what leads requests to the nodes, and whether a Gateway has taken it',
    ways: ['gateway'],
  },
  { group: '', resource: 'events', verbs: ['list'], why: 'why a pod does not come up' },
  {
    group: '',
    resource: 'resourcequotas',
    verbs: ['list'],
    why: 'what is left of the namespace’s quota, before anything is created',
  },
  {
    group: '',
    resource: 'limitranges',
    verbs: ['list'],
    why: 'what a container of the namespace may ask for, before anything is created',
  },
];
