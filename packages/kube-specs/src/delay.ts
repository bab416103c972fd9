import { podLayout, podNameVariable } from './layout.ts';
import type { Shell, Word } from './shell/ast.ts';
import {
  allOf,
  anyOf,
  eachLine,
  exportVariable,
  hasLine,
  ifElse,
  inOrder,
  run,
  variable,
  whileTrue,
  word,
  writeTo,
} from './shell/build.ts';

/** What packets to one other node wait. */
export interface NodeDelay {
  /** The DNS name of the other node's pod. */
  readonly to: string;
  /** One way, in milliseconds; at most three digits after the point. Both ends add theirs to a ping. */
  readonly delayMs: number;
}

// A class of tc is four hexadecimal digits; a netem discipline below it has the same number as its own, and 1 is the root.
const firstClass = 0x10;
/** The most destinations that one node can have delays to. */
export const delaysMax = 0xffff - firstClass;
// Five minutes: what tests of protocols need is far below, and netem's own limit (2^32 ticks) far above.
const delayMaxMs = 300_000;

/** The file with the delays of a pod, beside its configuration. */
export const delayFileName = (pod: string): string => `${pod}.delays`;

/** Delays as the container reads them: class, delay, name in each line. */
export const renderDelays = (delays: readonly NodeDelay[]): string =>
  delays
    .map(({ to, delayMs }, i) => `${(firstClass + i).toString(16)} ${delayMs}ms ${to}\n`)
    .join('');

/** Why tc would not take the delays of a node, or would take them for others; undefined when it does. */
export function delayProblem(delays: readonly NodeDelay[]): string | undefined {
  if (delays.length > delaysMax)
    return `lead to at most ${delaysMax} other nodes, got ${delays.length}`;
  const seen = new Set<string>();
  for (const { to, delayMs } of delays) {
    if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/u.test(to))
      return `must lead to the DNS name of a node, got "${to}"`;
    if (seen.has(to)) return `stand there twice for "${to}"`;
    seen.add(to);
    const isNumber = Number.isFinite(delayMs) && delayMs >= 0 && delayMs <= delayMaxMs;
    if (!isNumber || !/^\d+(\.\d{1,3})?$/u.test(String(delayMs)))
      return `must be 0 to ${delayMaxMs} ms with at most three digits after the point, got ${delayMs} to "${to}"`;
  }
  return undefined;
}

// Its own folder, not the data volume: what tc knows is gone with the pod, and so must this be.
const work = '/tmp';
/** The file that is there once the first round through all destinations is over. */
export const delayReadyFile = `${work}/ssc-delays-ready`;

const link = word(variable('LINK'));
const classId = word(variable('CLASS'));
const address = word(variable('ADDRESS'));
const known = word(`${work}/ssc-delay-`, variable('CLASS'));

const tc = (...words: readonly [string, ...(string | Word)[]]): Shell => run('tc', ...words);

/** The interface with the default route: /proc/net/route has one route a line, the destination in hexadecimal digits. */
const findLink: Shell = allOf(
  exportVariable('LINK', ''),
  eachLine(
    '/proc/net/route',
    ['INTERFACE', 'DESTINATION', 'REST'],
    ifElse(
      run('test', word(variable('DESTINATION')), '=', '00000000'),
      exportVariable('LINK', word(variable('INTERFACE'))),
    ),
  ),
  ifElse(
    run('test', '-z', link),
    inOrder(
      run('echo', 'ssc: no network delay: this pod has no default route, so no interface to delay'),
      run('exit', '1'),
    ),
  ),
);

/**
 * Puts netem on the interface for a moment, in place of whatever an earlier start left there, and takes it off again: where
 * that cannot be, nothing is delayed and the reason must be in the log, for a network without its delays looks like a fast
 * one.
 */
const tryNetem: Shell = ifElse(
  allOf(
    tc('qdisc', 'replace', 'dev', link, ...['root', 'handle', '2:', 'netem', 'delay', '1ms']),
    tc('qdisc', 'del', 'dev', link, 'root'),
    // With its own queue for what matches no class: the interface's length may be 0, which drops.
    tc('qdisc', 'add', 'dev', link, ...['root', 'handle', '1:', 'htb', 'direct_qlen', '1000']),
  ),
  run('echo', word('ssc: delaying packets on ', ...link)),
  inOrder(
    run(
      'echo',
      word(
        'ssc: no network delay: tc could not put netem and htb on ',
        ...link,
        ' (its own words stand above). The kernel of this machine lacks sch_netem or sch_htb, or the container lacks NET_ADMIN.',
      ),
    ),
    run('exit', '1'),
  ),
);

/** Class, delay and filter of one destination, whose address is new or another than before. */
const delayAddress: Shell = inOrder(
  ifElse(
    run('test', '-e', known),
    tc('filter', 'del', 'dev', link, 'parent', '1:', 'pref', word('0x', ...classId)),
  ),
  ifElse(
    allOf(
      tc(
        ...(['class', 'replace', 'dev'] as const),
        link,
        ...['parent', '1:', 'classid'],
        word('1:', ...classId),
        // Without a quantum htb finds its own too large, and says so for each.
        ...['htb', 'rate', '10gbit', 'ceil', '10gbit', 'quantum', '60000'],
      ),
      tc(
        ...(['qdisc', 'replace', 'dev'] as const),
        link,
        'parent',
        word('1:', ...classId),
        'handle',
        word(variable('CLASS'), ':'),
        ...['netem', 'delay'],
        word(variable('DELAY')),
        ...['limit', '4096'],
      ),
      tc(
        ...(['filter', 'add', 'dev'] as const),
        link,
        ...['parent', '1:', 'protocol', 'ip', 'pref'],
        word('0x', ...classId),
        ...['u32', 'match', 'ip', 'dst'],
        address,
        'flowid',
        word('1:', ...classId),
      ),
      writeTo(known, run('echo', address)),
    ),
    run('echo', word('ssc: ', variable('DELAY'), ' to ', variable('PEER'), ' at ', ...address)),
    inOrder(
      run(
        'echo',
        word('ssc: tc could not delay packets to ', variable('PEER'), ' at ', ...address),
      ),
      run('exit', '1'),
    ),
  ),
);

/**
 * Delays what leaves the pod for certain other pods, for as long as the pod lives: netem below one class of htb for each.
 * Names are asked for again and again, since a pod that was replaced has another address: every minute, and every ten
 * seconds while one is not known yet.
 */
export const delayShell = (): Shell =>
  inOrder(
    findLink,
    tryNetem,
    whileTrue(
      run('true'),
      inOrder(
        exportVariable('PAUSE', '60'),
        eachLine(
          word(`${podLayout.config}/`, variable(podNameVariable), '.delays'),
          ['CLASS', 'DELAY', 'PEER'],
          ifElse(
            // Three lines for one address, one for each kind of socket.
            writeTo(`${work}/ssc-addresses`, run('getent', 'ahostsv4', word(variable('PEER')))),
            eachLine(
              `${work}/ssc-addresses`,
              ['ADDRESS', 'REST'],
              anyOf(hasLine(known, address), delayAddress),
            ),
            exportVariable('PAUSE', '10'),
          ),
        ),
        writeTo(delayReadyFile, run('echo', 'ready')),
        run('sleep', word(variable('PAUSE'))),
      ),
    ),
  );
