import type { Survey } from '../../../src/commands/survey.ts';
import { done, exception, sees, type Table, text } from './expectation.ts';

const view = (survey: Survey) => ({
  running: survey.surveyInProgress,
  waiting: survey.backlog,
  bad: survey.badResponseNodes,
  nodes: Object.fromEntries(
    [...survey.nodes].map(([key, node]) => [
      key,
      node === null
        ? null
        : {
            peers: [node.numTotalInboundPeers, node.numTotalOutboundPeers],
            latency: [node.p75SCPFirstToSelfLatencyMs, node.p75SCPSelfToOtherLatencyMs],
            inbound: node.inboundPeers.map(peer),
            outbound: node.outboundPeers.map(peer),
          },
    ]),
  ),
});
const peer = (p: { nodeId: string; messagesRead: number; messagesWritten: number }) =>
  `${p.nodeId} read ${p.messagesRead} wrote ${p.messagesWritten}`;

const survey = (
  running: boolean,
  waiting: readonly string[],
  nodes: Readonly<Record<string, unknown>>,
) => sees(view, { running, waiting, bad: [], nodes });

const solo = 'GC6VDQDLWRAOW3QDPRDDVWPDKB6HJ7NERFSE3A4RXLLXZEWXLWE4LCWI';
const [n0, n1, n2] = [
  'GBLN4PQH7VXEJLP46UFPV4I6ESYMFDZLTKGH34INSV7WPNE7EEY75GHK',
  'GAWD7WVK7RCWPC5S6XFR4NJJYHFVPUAHJ7OHFG3KMJKABXP6576M6BFT',
  'GBO2WK6EHRLXU6Q3Q3WJG5BPNWT7OAHUWW6QGGV6LV435H32TWL5HU5P',
] as const;
const [t1, t2] = [
  'GCZUPBGMS3WI6NOEINOQONQJNCPFPJBBB3X4HXD4SA3O5AAXGLN3MXN7',
  'GDNA2PISYLWVRC7MBOJS57X3UEAORKYU4NAMZ6O6IY35POFHZJTUI3M2',
] as const;

/** What the three nodes of http-survey said in the end. */
const answers = {
  [n0]: {
    peers: [0, 2],
    latency: [0, 14],
    inbound: [],
    outbound: [`${n1} read 141 wrote 133`, `${n2} read 140 wrote 151`],
  },
  [n1]: {
    peers: [1, 1],
    latency: [0, 18],
    inbound: [`${n0} read 133 wrote 141`],
    outbound: [`${n2} read 140 wrote 145`],
  },
  [n2]: {
    peers: [2, 0],
    latency: [0, 20],
    inbound: [`${n1} read 146 wrote 141`, `${n0} read 151 wrote 140`],
    outbound: [],
  },
};
const asking = survey(true, [t2, t1], { [t1]: null, [t2]: null });
const requested = done;
const another = text('Failed to start survey collecting. Another survey is active on the network.');
const queued = (key: string) =>
  exception(
    `Tried to add node ${key} to survey backlog, but it is already queued or is the self node`,
  );

/** The time-sliced survey. */
export const surveys: Table = {
  'http-solo/getsurveyresult.again.json': survey(true, [], {
    [solo]: { peers: [0, 0], latency: [0, 0], inbound: [], outbound: [] },
  }),
  'http-solo/getsurveyresult.json': survey(false, [], {}),
  'http-solo/startsurveycollecting.json': exception("'nonce' argument is required!"),
  'http-solo/startsurveycollecting__nonce-1.txt': requested,
  'http-solo/startsurveycollecting__nonce-2.txt': another,
  'http-solo/startsurveycollecting__nonce-abc.json': exception("Failed to parse 'nonce' argument"),
  'http-solo/stopsurvey.txt': done,
  'http-solo/stopsurveycollecting.txt': requested,
  'http-solo/surveytopologytimesliced.json': exception("'node' argument is required!"),
  [`http-solo/surveytopologytimesliced__node-${solo}_inboundpeerindex-0_out.json`]: queued(solo),

  'http-standalone/getsurveyresult.standalone.json': survey(false, [], {}),
  'http-standalone/startsurveycollecting__nonce-1.standalone.txt': requested,

  'http-survey/1.startsurveycollecting.txt': requested,
  'http-survey/2.stopsurveycollecting.txt': requested,
  'http-survey/3.surveytopologytimesliced.node-1.again.json': queued(n1),
  'http-survey/3.surveytopologytimesliced.node-1.txt': requested,
  // "already running!" is how core says that it asks a second node as well.
  'http-survey/3.surveytopologytimesliced.node-2.txt': requested,
  'http-survey/4.getsurveyresult.change-6.json': survey(true, [n2, n1], {
    [n0]: answers[n0],
    [n1]: null,
    [n2]: null,
  }),
  'http-survey/4.getsurveyresult.change-7.json': survey(true, [], answers),
  'http-survey/5.getsurveyresult.final.json': survey(true, [], answers),
  'http-survey/6.stopsurvey.txt': done,
  'http-survey/7.getsurveyresult.after-stop.json': survey(false, [], answers),

  'http-trio/getsurveyresult.0.node-0.json': asking,
  'http-trio/getsurveyresult.1.node-0.json': asking,
  'http-trio/getsurveyresult.2.node-0.json': asking,
  'http-trio/getsurveyresult.3.node-0.json': asking,
  'http-trio/startsurveycollecting.ok.node-0.txt': requested,
  'http-trio/startsurveycollecting.other-node.node-1.txt': another,
  'http-trio/stopsurvey.node-0.txt': done,
  'http-trio/stopsurveycollecting.ok.node-0.txt': requested,
  'http-trio/surveytopologytimesliced.bad-node.node-0.json': exception('bad public key'),
  'http-trio/surveytopologytimesliced.missing-index.node-0.json': exception(
    "'inboundpeerindex' argument is required!",
  ),
  'http-trio/surveytopologytimesliced.node-1.node-0.txt': requested,
  'http-trio/surveytopologytimesliced.node-2.node-0.txt': requested,
  'http-trio/surveytopologytimesliced.while-collecting.node-0.json': exception(
    'Encountered inconsistent survey data while executing `getFinalNodeData()`. Resetting survey state.',
  ),
};
