import type { ScpState } from '../../../src/commands/scp.ts';
import { exception, missing, sees, type Table } from './expectation.ts';

/** A slot: statements, phase of the ballot, whether a quorum was heard, rounds of nomination. */
type Slot = readonly [statements: number, phase: string, heard: boolean, rounds: number];

const view = ({ you, slots, queue }: ScpState) => ({
  you,
  queue,
  slots: Object.fromEntries(
    [...slots].map(([number, slot]) => [
      number,
      {
        validated: slot.validated,
        ours: [
          slot.statements?.length,
          slot.ballotProtocol?.phase,
          slot.ballotProtocol?.heard,
          slot.nomination?.roundnumber,
        ],
        allValid: slot.statements?.every(([, , valid]) => valid),
        quorumSets: slot.quorum_sets,
      },
    ]),
  ),
});

const state = (
  you: string,
  hash: string,
  [t, v]: readonly [number, readonly string[]],
  slots: Readonly<Record<number, Slot>>,
) =>
  sees(view, {
    you,
    queue: {},
    slots: Object.fromEntries(
      Object.entries(slots).map(([number, ours]) => [
        number,
        { validated: true, ours, allValid: true, quorumSets: { [hash]: { t, v } } },
      ]),
    ),
  });

const own: Slot = [8, 'EXTERNALIZE', true, 1];
const soloKey = 'GC6VDQDLWRAOW3QDPRDDVWPDKB6HJ7NERFSE3A4RXLLXZEWXLWE4LCWI';
const keys = [
  'GCRYLJJJHDARNJOD7QASADEGEC36R37LHKMKERKZSOUDFHCI5LKPCOGP',
  'GCZUPBGMS3WI6NOEINOQONQJNCPFPJBBB3X4HXD4SA3O5AAXGLN3MXN7',
  'GDNA2PISYLWVRC7MBOJS57X3UEAORKYU4NAMZ6O6IY35POFHZJTUI3M2',
];
const solo = (name: string, slots: Readonly<Record<number, Slot>>) =>
  state(name, '5baa55', [1, [name]], slots);
const trio = (members: readonly string[], slots: Readonly<Record<number, Slot>>) =>
  state('self', '97f17c', [2, members], slots);
const of0 = ['self', 'node-1', 'node-2'];

/** `scp`: no slot at all is null in the recording, and so is an empty queue. */
export const scp: Table = {
  'http-solo/scp.json': solo('self', { 29: own, 30: own }),
  'http-solo/scp__fullkeys-true.json': solo(soloKey, { 29: own, 30: own }),
  'http-solo/scp__limit-0.json': solo('self', {}),
  'http-solo/scp__limit-1.json': solo('self', { 30: own }),
  'http-solo/scp__limit-abc.json': exception("Failed to parse 'limit' argument"),
  'http-standalone/scp.standalone.html': missing,
  // Without a quorum: one statement of its own, in the tenth round.
  'http-trio/scp.alone.node-0.json': trio(of0, { 2: [1, 'PREPARE', false, 10] }),
  'http-trio/scp.node-0.json': trio(of0, {
    7: [26, 'EXTERNALIZE', true, 4],
    8: [9, 'PREPARE', true, 1],
  }),
  'http-trio/scp.node-1.json': trio(['node-0', 'self', 'node-2'], {
    7: [26, 'EXTERNALIZE', true, 9],
    8: [13, 'FINISH', true, 1],
  }),
  'http-trio/scp.node-2.json': trio(['node-0', 'node-1', 'self'], {
    7: [26, 'EXTERNALIZE', true, 2],
    8: [22, 'EXTERNALIZE', true, 1],
  }),
  'http-trio/scp.quorum-lost.node-0.json': trio(of0, {
    326: [25, 'EXTERNALIZE', true, 4],
    327: [1, 'PREPARE', false, 13],
  }),
  'http-trio/scp__fullkeys-true.three.node-0.json': state(
    'GCRYLJJJHDARNJOD7QASADEGEC36R37LHKMKERKZSOUDFHCI5LKPCOGP',
    '97f17c',
    [2, keys],
    { 7: [26, 'EXTERNALIZE', true, 4], 8: [22, 'EXTERNALIZE', true, 1] },
  ),
  'http-trio/scp__limit-1.three.node-0.json': trio(of0, { 8: [22, 'EXTERNALIZE', true, 1] }),
};
