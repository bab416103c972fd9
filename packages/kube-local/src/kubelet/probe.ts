import type { Clock } from '@ssc/clock';
import { bodyOf, type Net, NetError } from '@ssc/process';
import type { Container, Probe } from '../types/pod.ts';

/** What one look gave. */
export interface ProbeResult {
  readonly ok: boolean;
  /** Of a failure: the text of the Unhealthy event. */
  readonly message: string;
}

/** What a probe needs of its container. */
export interface ProbeTarget {
  readonly container: Container;
  readonly podIp: string;
  /** The node's own network. */
  readonly net: Net;
  exec(argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** Repeats a probe until its clock dies; tells each change of its verdict after the threshold, and each failure. */
export function startProbe(
  clock: Clock,
  probe: Probe,
  target: ProbeTarget,
  tell: { verdict(ok: boolean): void; failure(message: string): void },
): void {
  let [successes, failures] = [0, 0];
  const look = async (): Promise<void> => {
    const result = await once(clock, probe, target);
    if (result.ok) {
      successes += 1;
      failures = 0;
      if (successes >= probe.successThreshold) tell.verdict(true);
    } else {
      failures += 1;
      successes = 0;
      tell.failure(result.message);
      if (failures >= probe.failureThreshold) tell.verdict(false);
    }
    clock.timer(probe.periodSeconds * 1000, () => void look());
  };
  clock.timer((probe.initialDelaySeconds ?? 0) * 1000, () => void look());
}

async function once(clock: Clock, probe: Probe, target: ProbeTarget): Promise<ProbeResult> {
  const timeoutMs = probe.timeoutSeconds * 1000;
  const abort = new AbortController();
  return new Promise((resolve) => {
    const timer = clock.timer(timeoutMs, () => {
      abort.abort(new Error('timeout'));
      resolve({ ok: false, message: timeoutText(probe, target) });
    });
    void look(probe, target, abort.signal).then((result) => {
      timer.cancel();
      resolve(result);
    });
  });
}

function timeoutText(probe: Probe, target: ProbeTarget): string {
  if (probe.httpGet === undefined)
    return `command timed out: "${(probe.exec?.command ?? []).join(' ')}" timed out after ${probe.timeoutSeconds}s`;
  return `Get "${urlOf(probe, target)}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
}

async function look(probe: Probe, target: ProbeTarget, signal: AbortSignal): Promise<ProbeResult> {
  if (probe.exec !== undefined) {
    const result = await target.exec(probe.exec.command ?? []);
    return { ok: result.code === 0, message: result.stdout + result.stderr };
  }
  const url = probe.httpGet === undefined ? undefined : urlOf(probe, target);
  try {
    if (url === undefined) return await dial(probe, target);
    const headers = Object.fromEntries(
      (probe.httpGet?.httpHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]),
    );
    const response = await target.net.request(url, { headers, signal });
    await bodyOf(response);
    const ok = response.status >= 200 && response.status < 400;
    return { ok, message: `HTTP probe failed with statuscode: ${response.status}` };
  } catch (error) {
    const why = dialError(error, `${target.podIp}:${portOf(probe, target)}`);
    return { ok: false, message: url === undefined ? why : `Get "${url}": ${why}` };
  }
}

async function dial(probe: Probe, target: ProbeTarget): Promise<ProbeResult> {
  // A port that speaks HTTP is open too: only a refusal to connect fails this probe.
  const port = portOf(probe, target);
  const host = probe.tcpSocket?.host ?? target.podIp;
  try {
    (await target.net.connect(host, port)).close();
  } catch (error) {
    if (!(error instanceof NetError) || error.code !== 'ECONNREFUSED') throw error;
    await bodyOf(await target.net.request(`http://${host}:${port}/`));
  }
  return { ok: true, message: '' };
}

/** The text of a connection that did not come about, as Go words it. */
export function dialError(error: unknown, address: string): string {
  if (!(error instanceof NetError)) return error instanceof Error ? error.message : String(error);
  switch (error.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`;
    case 'ECONNRESET':
      return 'EOF';
    case 'ETIMEDOUT':
      return `dial tcp ${address}: i/o timeout`;
    case 'ENOTFOUND':
      return `dial tcp: lookup ${address.split(':')[0]}: no such host`;
    case 'EADDRINUSE':
      return error.message;
  }
}

function portOf(probe: Probe, target: ProbeTarget): number {
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? 0;
  if (typeof port === 'number') return port;
  return target.container.ports?.find((p) => p.name === port)?.containerPort ?? 0;
}

function urlOf(probe: Probe, target: ProbeTarget): string {
  const { path = '/', host, scheme = 'HTTP' } = probe.httpGet ?? {};
  const at = path.startsWith('/') ? path : `/${path}`;
  return `${scheme.toLowerCase()}://${host ?? target.podIp}:${portOf(probe, target)}${at}`;
}
