import type { CoreSetSpec } from '@ssc/formation';
import type { Mission } from './define.ts';
import { describeDefault, flagOf, readParams } from './params.ts';

/** A page of missions in Markdown, all from what they say of themselves. */
export const renderMissionPage = (missions: readonly Mission[]): string =>
  [
    '# Missions',
    '',
    'Made from the missions themselves. `ssc mission NAME` runs one, `ssc rehearse NAME` tries it on simulated nodes in seconds.',
    'After every mission all nodes must be in sync, no two of them may disagree about a ledger, and none may count an error.',
    '',
    ...missions.flatMap((mission) => [...sectionOf(mission), '']),
  ].join('\n');

function sectionOf(mission: Mission): string[] {
  const params = Object.entries(mission.params);
  const sets = Object.entries(mission.network(readParams(mission.params, {})));
  return [
    `## ${mission.name}`,
    '',
    mission.summary,
    '',
    ...(mission.doc === '' ? [] : [mission.doc, '']),
    ...sets.map(([name, set]) => `- \`${name}\`: ${describeSet(set)}`),
    `- takes about ${mission.expectedDuration} on real nodes`,
    ...(mission.testBuildFor.length === 0
      ? []
      : [
          `- needs a test build of stellar-core for ${mission.testBuildFor.map((phase) => `"${phase}"`).join(', ')}`,
        ]),
    ...(params.length === 0
      ? []
      : [
          '',
          '| parameter | default | what it is |',
          '| --- | --- | --- |',
          ...params.map(
            ([name, param]) =>
              `| \`--${flagOf(name)} ${param.placeholder}\` | ${describeDefault(param)} | ${param.about} |`,
          ),
        ]),
  ];
}

function describeSet(set: CoreSetSpec): string {
  const role = set.role ?? 'validator';
  return [
    `${set.nodes} ${role}${set.nodes === 1 ? '' : 's'}`,
    ...(set.image === 'old' ? ['of the older version'] : []),
    ...(set.startsFrom === 'archive' ? ['from the state of an archive'] : []),
    ...(typeof set.startsFrom === 'object'
      ? [`from the tables and buckets of \`${set.startsFrom.stateOf}\``]
      : []),
    ...(set.startsLater === true ? ['started later'] : []),
  ].join(', ');
}
