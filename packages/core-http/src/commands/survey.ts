import * as z from 'zod';
import { whole, word } from '../argument.ts';
import { type Command, wording } from '../command.ts';
import { emptyList } from './lists.ts';

const act = {
  kind: 'act',
  availability: 'networked-or-test-build',
  refusal: /^Failed to (start|stop) survey collecting\./u,
} as const;
const uint = z.int().nonnegative();

/** `startsurveycollecting`: asks all nodes to collect; the number tells surveys apart. */
export const startSurveyCommand = (nonce: number): Command<void> => ({
  name: 'startsurveycollecting',
  query: { nonce: whole('nonce', nonce) },
  ...act,
  success: wording('Requested network to start survey collecting.'),
  expects: '"Requested network to start survey collecting."',
});

/** `stopsurveycollecting`: asks all nodes to stop collecting and report. */
export const stopCollectingCommand = (): Command<void> => ({
  name: 'stopsurveycollecting',
  ...act,
  success: wording('Requested network to stop survey collecting.'),
  expects: '"Requested network to stop survey collecting."',
});

/** From which peer on a surveyed node answers; from the first when left out. */
export interface SurveyPage {
  readonly inboundPeerIndex?: number;
  readonly outboundPeerIndex?: number;
}

/** `surveytopologytimesliced`: asks one node, by its full key, what it collected; 25 peers a direction from the index. */
export const askSurveyedNodeCommand = (key: string, from: SurveyPage = {}): Command<void> => ({
  name: 'surveytopologytimesliced',
  query: {
    node: word('node', key),
    inboundpeerindex: whole('inboundPeerIndex', from.inboundPeerIndex ?? 0),
    outboundpeerindex: whole('outboundPeerIndex', from.outboundPeerIndex ?? 0),
  },
  ...act,
  success: {
    kind: 'text',
    // Both mean that the node is asked: the second that another is being asked as well.
    read: (text) =>
      /^Adding node\.Survey (started|already running!)\s*$/u.test(text)
        ? { value: undefined }
        : undefined,
  },
  expects: '"Adding node.Survey started" or "Adding node.Survey already running!"',
});

/** `stopsurvey`: stops asking nodes. */
export const stopSurveyCommand = (): Command<void> => ({
  name: 'stopsurvey',
  kind: 'act',
  availability: 'networked',
  success: wording('survey stopped'),
  expects: '"survey stopped"',
});

const surveyedPeerSchema = z.looseObject({
  nodeId: z.string(),
  version: z.string(),
  secondsConnected: uint,
  averageLatencyMs: uint,
  messagesRead: uint,
  messagesWritten: uint,
  bytesRead: uint,
  bytesWritten: uint,
  uniqueFloodBytesRecv: uint,
  duplicateFloodBytesRecv: uint,
  uniqueFetchBytesRecv: uint,
  duplicateFetchBytesRecv: uint,
  uniqueFloodMessageRecv: uint,
  duplicateFloodMessageRecv: uint,
  uniqueFetchMessageRecv: uint,
  duplicateFetchMessageRecv: uint,
});

const surveyedNodeSchema = z.looseObject({
  addedAuthenticatedPeers: uint,
  droppedAuthenticatedPeers: uint,
  numTotalInboundPeers: uint,
  numTotalOutboundPeers: uint,
  p75SCPFirstToSelfLatencyMs: uint,
  p75SCPSelfToOtherLatencyMs: uint,
  lostSyncCount: uint,
  isValidator: z.boolean(),
  maxInboundPeerCount: uint,
  maxOutboundPeerCount: uint,
  inboundPeers: emptyList(surveyedPeerSchema),
  outboundPeers: emptyList(surveyedPeerSchema),
});

const surveySchema = z
  .looseObject({
    surveyInProgress: z.boolean(),
    backlog: emptyList(z.string()),
    badResponseNodes: emptyList(z.string()),
    topology: z.record(z.string(), surveyedNodeSchema.nullable()).nullable().optional(),
  })
  .transform(({ surveyInProgress, backlog, badResponseNodes, topology }) => ({
    surveyInProgress,
    backlog,
    badResponseNodes,
    /** By key; null for a node that was asked and has not answered. */
    nodes: new Map(Object.entries(topology ?? {})),
  }));

/** What a survey has found so far. */
export type Survey = z.infer<typeof surveySchema>;

/** `getsurveyresult`. */
export const surveyCommand = (): Command<Survey> => ({
  name: 'getsurveyresult',
  kind: 'read',
  availability: 'networked-or-test-build',
  success: { kind: 'json', schema: surveySchema },
  expects: 'a JSON object with "surveyInProgress" and "topology"',
});
