// The cluster.

export type { KubeRequest } from './api/pod-requests.ts';
export { ApiError, type Cause, type StatusDetails } from './api/status.ts';
export { InProcessDispatcher } from './dispatcher.ts';
export type { EntryOptions } from './entry/controller.ts';
// What goes wrong on purpose.
export type { ApiFault, ApiFaultRule, FaultOptions } from './faults.ts';
export type { NodeOptions } from './first-objects.ts';
export { createKubeLocal, type KubeLocal, type KubeLocalOptions } from './kube-local.ts';
// What runs in it.
export type { ImagePrograms } from './kubelet/images.ts';
export type { NodePace } from './kubelet/node-agent.ts';
export type { MakeVolume, VolumeRequest } from './kubelet/volumes.ts';
export { createBasePrograms } from './programs/base-programs.ts';
export { createPostgresPrograms } from './programs/postgres.ts';
