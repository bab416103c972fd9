import { suggest, usageError } from '@ssc/errors';
import { bootAndSync } from './catalog/boot-and-sync.ts';
import { historyGenerateAndCatchup } from './catalog/history-generate-and-catchup.ts';
import { loadGeneration } from './catalog/load-generation.ts';
import { protocolUpgradeWithLoad } from './catalog/protocol-upgrade-with-load.ts';
import { simplePayment } from './catalog/simple-payment.ts';
import { versionMixConsensus } from './catalog/version-mix-consensus.ts';
import type { Mission } from './define.ts';

/** All missions, by name. */
export const catalog: Readonly<Record<string, Mission>> = Object.fromEntries(
  [
    bootAndSync,
    historyGenerateAndCatchup,
    loadGeneration,
    protocolUpgradeWithLoad,
    simplePayment,
    versionMixConsensus,
  ].map((mission) => [mission.name, mission]),
);

/** The mission of a name; a usage error with the nearest name otherwise. */
export function findMission(name: string): Mission {
  const mission = Object.hasOwn(catalog, name) ? catalog[name] : undefined;
  if (mission !== undefined) return mission;
  const near = suggest(name, Object.keys(catalog));
  throw usageError('SSC_USAGE_UNKNOWN_MISSION', `there is no mission "${name}"`, {
    facts: [
      ...(near === undefined ? [] : ([['Did you mean', near]] as const)),
      ['All missions', 'ssc missions'],
    ],
  });
}
