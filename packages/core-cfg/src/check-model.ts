import { didYouMean, usageError } from '@ssc/errors';
import type { CoreSetModel, NetworkModel, QuorumModel } from './network-model.ts';
import type { PlacedNode } from './placed-node.ts';

/** The most that stellar-core bears in one quorum set. Source: stellar-core, src/scp/QuorumSetUtils.cpp. */
const mostNodesPerSet = 1000;

/** An option, `sets.core.nodes`, and what is wrong with it. */
type Fact = readonly [path: string, sentence: string];
type Note = (path: string, sentence: string) => void;
type Sets = readonly (readonly [name: string, set: CoreSetModel])[];

/** Refuses a model that can't be planned, with everything that is wrong with it. */
export function refuseBadModel(model: NetworkModel): void {
  const sets: Sets = Object.entries(model.sets);
  const facts: Fact[] = [];
  if (model.passphrase === '') facts.push(['passphrase', 'must not be empty']);
  if (sets.length === 0) facts.push(['sets', 'must not be empty']);
  for (const [name, set] of sets) {
    const note: Note = (path, sentence) => {
      facts.push([`sets.${name}${path}`, sentence]);
    };
    if (!/^[a-z][a-z0-9-]*$/u.test(name)) {
      note('', 'a name is lower case letters, digits and hyphens');
    }
    checkNumbers(set, note);
    checkReferences(set, sets, note);
    checkPeerMap(set, sets, note);
  }
  refuse(facts);
}

const isCount = (nodes: number): boolean =>
  Number.isInteger(nodes) && nodes >= 1 && nodes <= mostNodesPerSet;

function checkNumbers(set: CoreSetModel, note: Note): void {
  if (!isCount(set.nodes)) note('.nodes', `must be 1 to ${mostNodesPerSet}, got ${set.nodes}`);
  const offsets = set.clockOffsetsMs?.length ?? set.nodes;
  if (offsets !== set.nodes) {
    note('.clockOffsetsMs', `has ${offsets} offsets for ${set.nodes} nodes`);
  }
  for (const ordinal of Object.keys(set.nodeConfig ?? {})) {
    if (Number(ordinal) < set.nodes) continue;
    note(`.nodeConfig.${ordinal}`, `the set has nodes 0 to ${set.nodes - 1}`);
  }
}

function checkReferences(set: CoreSetModel, sets: Sets, note: Note): void {
  const names = sets.map(([name]) => name);
  const check = (path: string, references: readonly string[] | undefined): void => {
    references?.forEach((name, i) => {
      if (names.includes(name)) return;
      note(`${path}[${i}]`, `there is no set "${name}"${didYouMean(name, names)}`);
    });
  };
  check('.archivesFrom', set.archivesFrom);
  check('.peers', set.peers);
  const { path, members } = membersOf(set.quorum);
  check(path, members);
  if (members?.length === 0) note(path, 'names no set');
  const known = members?.every((name) => names.includes(name)) ?? true;
  const listed = sets.filter(([name]) => members?.includes(name) ?? true);
  const hasValidators = listed.some(([, one]) => one.role !== 'watcher');
  const isExplicit = set.quorum !== undefined && 'explicit' in set.quorum;
  if (known && members?.length !== 0 && !hasValidators && !isExplicit) {
    note('.quorum', 'has no validator in it, only watchers');
  }
}

function membersOf(quorum: QuorumModel | undefined): {
  readonly path: string;
  readonly members: readonly string[] | undefined;
} {
  if (quorum !== undefined && 'of' in quorum) return { path: '.quorum.of', members: quorum.of };
  if (quorum !== undefined && 'auto' in quorum) {
    return { path: '.quorum.auto.of', members: quorum.auto.of };
  }
  return { path: '.quorum', members: undefined };
}

function checkPeerMap({ peerMap }: CoreSetModel, sets: Sets, note: Note): void {
  if (peerMap === undefined) return;
  const names = new Set(
    sets
      .filter(([, { nodes }]) => isCount(nodes))
      .flatMap(([set, { nodes }]) => Array.from({ length: nodes }, (_, i) => `${set}-${i}`)),
  );
  for (const [node, peers] of Object.entries(peerMap)) {
    for (const peer of [node, ...peers]) {
      if (names.has(peer)) continue;
      note(`.peerMap.${node}`, `there is no node "${peer}"${didYouMean(peer, names)}`);
    }
  }
}

/** Refuses places that core could not use. */
export function refuseBadPlaces(nodes: readonly PlacedNode[]): void {
  const facts: [string, string][] = [];
  for (const { name, place, model } of nodes) {
    if (/\s/u.test(place.dataFolder)) {
      facts.push([
        `${name}.dataFolder`,
        `must not contain blanks, got "${place.dataFolder}": core splits commands at them`,
      ]);
    }
    if (place.historyUrl !== undefined && /\s/u.test(place.historyUrl)) {
      facts.push([`${name}.historyUrl`, `must not contain blanks, got "${place.historyUrl}"`]);
    }
    if (model.database === 'postgres' && place.postgresUrl === undefined) {
      facts.push([`${name}.postgresUrl`, 'is missing, and the set asks for postgres']);
    }
  }
  refuse(facts);
}

function refuse(facts: readonly (readonly [string, string])[]): void {
  if (facts.length === 0) return;
  const count = facts.length === 1 ? 'one problem' : `${facts.length} problems`;
  throw usageError('SSC_PLAN_INVALID', `the network has ${count}; nothing was planned`, { facts });
}
