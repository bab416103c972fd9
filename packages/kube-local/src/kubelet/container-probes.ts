import type { Clock, ForkedClock } from '@ssc/clock';
import type { Net } from '@ssc/process';
import type { Container, Probe } from '../types/pod.ts';
import { expand } from './environment.ts';
import { type ProbeTarget, startProbe } from './probe.ts';

/** What the probes of one instance of a container need, and whom they tell. */
export interface ContainerProbes {
  readonly container: Container;
  /** The instance's: it dies with it. */
  readonly clock: ForkedClock;
  readonly podIp: string;
  /** The node's own network. */
  readonly net: Net;
  /** The longest pause between two startup probes. @default what the container asks for */
  readonly startupPeriodMs?: number;
  exec: ProbeTarget['exec'];
  unhealthy(message: string): void;
  /** The startup probe has passed. Not called where there is none. */
  started(): void;
  ready(isReady: boolean): void;
  /** The instance is to be ended. */
  failed(probe: 'liveness' | 'startup'): void;
}

/** Starts the probes of an instance: those of readiness and liveness once that of the startup has passed. */
export function startContainerProbes(probes: ContainerProbes): void {
  const { container, clock } = probes;
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const target: ProbeTarget = {
    container,
    podIp: probes.podIp,
    net: probes.net,
    // Probes see only variables with a text of their own: ExpandContainerCommandOnlyStatic.
    exec: (argv) => probes.exec(argv.map((word) => expand(word, staticEnv(container)))),
  };
  const begin = (name: string, probe: Probe, own: Clock, verdict: (ok: boolean) => void): void =>
    startProbe(own, probe, target, {
      verdict,
      failure: (message) => probes.unhealthy(`${name} probe failed: ${message}`),
    });
  const afterStart = (): void => {
    if (readinessProbe !== undefined) begin('Readiness', readinessProbe, clock, probes.ready);
    if (livenessProbe !== undefined)
      begin('Liveness', livenessProbe, clock, (ok) => {
        if (!ok) probes.failed('liveness');
      });
  };
  if (startupProbe === undefined) {
    afterStart();
    return;
  }
  const untilStarted = clock.fork('startup probe');
  const periodSeconds = Math.min(
    startupProbe.periodSeconds,
    (probes.startupPeriodMs ?? Number.POSITIVE_INFINITY) / 1000,
  );
  begin('Startup', { ...startupProbe, periodSeconds }, untilStarted, (ok) => {
    untilStarted.kill();
    if (!ok) {
      probes.failed('startup');
      return;
    }
    probes.started();
    afterStart();
  });
}

const staticEnv = (container: Container): Record<string, string> =>
  Object.fromEntries(
    (container.env ?? [])
      .filter((variable) => variable.valueFrom === undefined)
      .map((variable) => [variable.name, variable.value ?? '']),
  );
