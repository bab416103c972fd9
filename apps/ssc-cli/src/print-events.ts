import { formatDuration } from '@ssc/clock';
import type { RunEvent } from '@ssc/missions';

/** Prints events as lines with the time since the start of the run. */
export function createEventPrinter(print: (text: string) => void): (event: RunEvent) => void {
  let startedAt = 0;
  const line = (event: RunEvent, text: string) =>
    print(`${`${((event.at - startedAt) / 1000).toFixed(1)}s`.padStart(9)}  ${text}\n`);
  return (event) => {
    switch (event.type) {
      case 'run-started':
        startedAt = event.at;
        print(`${event.mission}  ${event.summary}\n`);
        print(`run ${event.run}, provider ${event.provider}, seed ${event.seed}\n`);
        if (event.provider === 'simulated')
          print(
            'The nodes are simulated (core-sim), and so is the time: this tests the mission, not stellar-core.\n',
          );
        break;
      case 'phase-started':
        line(event, `▸ ${event.phase}`);
        break;
      case 'phase-ended':
        line(
          event,
          `${event.outcome === 'done' ? '✓' : '✖'} ${event.phase} (${formatDuration(event.seconds * 1000)})`,
        );
        break;
      case 'check-ended':
        if (event.outcome === 'failed') line(event, `  ✖ ${event.name}`);
        break;
      case 'note':
        line(event, `  ${event.text}`);
        break;
      case 'run-ended':
        line(event, `${event.verdict}, nodes: ${event.nodes}`);
        break;
    }
  };
}
