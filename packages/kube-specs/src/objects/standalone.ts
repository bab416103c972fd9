import type { NetworkPlan } from '../plan.ts';
import { type NetworkObject, toRunObjects } from './network.ts';

/**
 * The objects of a network for hands: `kubectl apply -f` of them, in this order, gives the network, and `kubectl delete -f` takes
 * it away. They have no owner, and no fuse and anchor stand among them: the server gives those their ids, and an object whose
 * owner is not there is collected at once. So nothing removes them by itself.
 */
export const toStandaloneObjects = (plan: NetworkPlan): readonly NetworkObject[] =>
  toRunObjects(plan, 'none').all.map((object) => {
    const { ownerReferences: _owners, ...metadata } = object.metadata ?? {};
    return { ...object, metadata };
  });
