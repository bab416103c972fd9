import type { JobRequest } from '@ssc/formation';
import type { LaunchNetwork } from './define.ts';
import { finalStep, type MissionRun } from './mission-run.ts';
import { refuseUnknownProtocol } from './needs-protocol.ts';
import { createLauncher, handlesOf } from './networks.ts';
import type { CheckResult } from './run-result.ts';
import { saveInTime } from './save-run.ts';
import { trackVerbs } from './track-verbs.ts';

/** Brings the network up, lets the mission act, and checks what is checked after every mission. Rejects with what ends the run. */
export async function actMission(run: MissionRun): Promise<void> {
  const { mission, formation, steps, journal } = run;
  if (journal.length > 0)
    run.emit({ type: 'note', text: `${journal.length} steps were done by the driver before` });
  await steps.step({
    name: 'bring up',
    work: async () => {
      await formation.bringUp();
      await refuseOlderNodes(run);
    },
    restore: () => formation.rejoin(),
  });
  await run.measured?.start();
  await runPhases(run);
  steps.refuseForgotten('outside of any phase');
  await steps.step({
    name: finalStep,
    work: () => formation.checkAtEnd(mission.atEnd, (report) => noteCheck(run, report)),
  });
}

/** The mission's own code, with what it is given. */
async function runPhases(run: MissionRun): Promise<void> {
  const { mission, formation, params, steps, journal } = run;
  const launch = createLauncher({
    mission,
    formation,
    steps,
    journal,
    check: (report) => noteCheck(run, report),
    save: async (dump) => void run.unsaved.push(...(await saveInTime(run, 'usually', dump))),
  });
  const { runJob } = trackVerbs(
    'tools',
    { runJob: (job: JobRequest) => formation.runJob(job) },
    steps.verbs,
  );
  await mission.run(handlesOf(formation.sets, steps), {
    phase: steps.phase,
    params,
    network: launch as LaunchNetwork,
    runJob,
  });
}

/** Tells what a check found; of one that is left out, why. */
function noteCheck(run: MissionRun, report: CheckResult): void {
  const { because } = run.mission.atEnd;
  const told: CheckResult = {
    ...report,
    ...(report.outcome === 'skipped' && because !== undefined && { because }),
  };
  run.checks.push(told);
  run.emit({ type: 'check-ended', ...told });
}

/** Ends a run whose nodes do not know the protocol that it was asked for, before it does anything with them. */
async function refuseOlderNodes({ mission, params, formation, signal }: MissionRun): Promise<void> {
  if (mission.needsProtocol === undefined) return;
  for (const node of formation.nodes) {
    const { protocol_version: protocol, build } = await node.info({ signal });
    refuseUnknownProtocol(mission, params, {
      protocol,
      facts: [[node.node, build]],
      andSo: 'the run ends here',
    });
  }
}
