import { done, exception, is, missing, refused, type Table, text } from './expectation.ts';

const closed = (ledger: number, closeTime: number) => is({ kind: 'closed', ledger, closeTime });
const triggered = (ledger: number) => is({ kind: 'triggered', ledger });
const setManualClose = exception(
  'Set MANUAL_CLOSE=true in the stellar-core.cfg if you want to close every ledger manually.',
);
const standaloneOnly = exception(
  "The 'manualclose' command accepts parameters only if the configuration includes RUN_STANDALONE=true.",
);
const closes = 'http-standalone/manual-close';

/** `manualclose`. */
export const manualClose: Table = {
  'http-extra/manualclose.not-standalone.0.txt': triggered(2),
  'http-extra/manualclose.not-standalone.1.txt': triggered(3),
  'http-extra/manualclose.not-standalone.2.txt': triggered(4),
  'http-extra/manualclose.not-standalone.with-params.json': standaloneOnly,
  'http-extra/manualclose.watcher.json': exception(
    'Issuing a manual ledger close requires NODE_IS_VALIDATOR to be set to true.',
  ),
  'http-solo/manualclose.json': setManualClose,
  'http-solo/manualclose__ledgerSeq-99999.json': standaloneOnly,
  [`${closes}.0-0.manualclose.txt`]: closed(2, 1795351681),
  [`${closes}.1-0.manualclose__ledgerSeq-10.txt`]: closed(10, 1795351682),
  [`${closes}.2-0.manualclose__ledgerSeq-1.json`]: exception(
    'Invalid manual close ledger sequence number 1 (must exceed current sequence number 1)',
  ),
  [`${closes}.3-0.manualclose__ledgerSeq-12_closeTime-1893456000.txt`]: closed(12, 1893456000),
  [`${closes}.4-0.manualclose__closeTime-1.json`]: exception(
    'Manual close time 1 too early (last close time=0, now=546)',
  ),
  [`${closes}.5-0.manualclose__ledgerSeq-abc.json`]: exception(
    "Failed to parse 'ledgerSeq' argument",
  ),
  [`${closes}.6-0.manualclose__ledgerSeq-4294967295.json`]: exception(
    'Manual close ledger sequence number 4294967295 beyond max (2147483646)',
  ),
  [`${closes}.7-1.manualclose.txt`]: closed(2, 1795351686),
  [`${closes}.8-0.manualclose.txt`]: closed(2, 1795351687),
  [`${closes}.8-1.manualclose.txt`]: closed(3, 1795355997),
  'http-standalone/manualclose.without-MANUAL_CLOSE.json': setManualClose,
};

/** Logs, metrics, checks and the overlay-only mode. */
export const maintenance: Table = {
  'http-solo/clearmetrics__domain-nosuch.txt': done,
  'http-solo/ll.json': is({
    Bucket: 'Info',
    Database: 'Info',
    Fs: 'Info',
    Herder: 'Info',
    History: 'Info',
    Invariant: 'Info',
    Ledger: 'Info',
    LoadGen: 'Info',
    Overlay: 'Info',
    Perf: 'Info',
    Process: 'Info',
    SCP: 'Info',
    Test: 'Info',
    Tx: 'Info',
    Work: 'Info',
  }),
  'http-solo/ll__level-debug.json': is({ Global: 'Debug' }),
  'http-solo/ll__level-info.json': is({ Global: 'Info' }),
  'http-solo/ll__level-info_partition-SCP.json': is({ SCP: 'Info' }),
  'http-solo/ll__level-info_partition-nosuch.json': exception('not a valid partition'),
  // Asked for "nosuch", core set Info: not what was asked for.
  'http-solo/ll__level-nosuch.json': refused('SSC_CORE_REPLY_UNEXPECTED'),
  'http-solo/ll__level-trace_partition-scp.json': is({ SCP: 'Trace' }),
  'http-solo/logrotate.txt': done,
  'http-solo/self-check.txt': done,
  'http-solo/toggleoverlayonlymode.back.json': is(false),
  'http-solo/toggleoverlayonlymode.json': is(true),
  'http-standalone/self-check.txt': done,
};

const key = 'GDNA2PISYLWVRC7MBOJS57X3UEAORKYU4NAMZ6O6IY35POFHZJTUI3M2';

/** Who is connected to whom by command. A name in place of a full key is not found. */
export const connections: Table = {
  'http-solo/bans.json': is([]),
  'http-solo/connect.txt': text('Must specify a peer and port: connect&peer=PEER&port=PORT'),
  'http-solo/connect__peer-127.0.0.1_port-39999.txt': done,
  'http-solo/droppeer.txt': text('Must specify at least peer id: droppeer?node=NODE_ID'),
  'http-solo/droppeer__node-nosuch.txt': text('Peer nosuch not found'),
  'http-solo/unban.txt': text('Must specify at least peer id: unban?node=NODE_ID'),
  'http-solo/unban__node-nosuch.txt': text('Peer nosuch not found'),
  'http-standalone/bans.standalone.html': missing,
  'http-standalone/connect__peer-127.0.0.1_port-1.standalone.html': missing,
  'http-trio/bans.after-unban.node-0.json': is([]),
  'http-trio/bans.one.node-0.json': is([key]),
  'http-trio/bans.three.node-0.json': is([]),
  'http-trio/connect.ok.node-0.txt': done,
  'http-trio/droppeer.ban.node-0.txt': done,
  'http-trio/droppeer.by-name.node-0.txt': text('Peer node-1 not found'),
  'http-trio/unban.ok.node-0.txt': done,
};

/** What v27 does not have on this port, all with the same page. */
export const notThere: Table = {
  'http-extra/query-port.info.watcher.html': missing,
  'http-solo/catchup.html': missing,
  'http-solo/checkdb.html': missing,
  'http-solo/checkpoint.html': missing,
  'http-solo/dropcursor__id-FOO.html': missing,
  'http-solo/getcursor.html': missing,
  'http-solo/getcursor__id-FOO.html': missing,
  'http-solo/getledgerentry.html': missing,
  'http-solo/getledgerentryraw.html': missing,
  'http-solo/index.html.html': missing,
  'http-solo/maintenance.html': missing,
  'http-solo/maintenance__queue-true.html': missing,
  'http-solo/nosuchcommand.html': missing,
  'http-solo/root-path.html': missing,
  'http-solo/setcursor__id-FOO_cursor-10.html': missing,
  'http-solo/surveytopology.html': missing,
  'http-solo/surveytopology__duration-10_node-GC6VDQDLWRAOW3QDPRDDVWPDKB6HJ7NERFSE3A4RXLLXZEWXLWE4LCWI.html':
    missing,
  'http-standalone/getledgerentryraw.on-admin-port.html': missing,
  'http-standalone/query-port.info.html': missing,
};
