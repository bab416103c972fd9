import { usageError } from '@ssc/errors';
import { flagOf } from '@ssc/missions';
import type { PlannedRun } from './planned-run.ts';
import type { ProviderName } from './provider.ts';

/** What names the older stellar-core, and an example. A simulation always has one. */
const oldOf = {
  native: ['oldCoreBinary', '~/stellar-core-26/src/stellar-core'],
  kubernetes: ['oldImage', 'stellar/stellar-core:26.0.0'],
} as const;

/** Refuses missions that mix versions when the older one is not named: all of them, before the first is run. */
export function refuseWithoutOld(
  runs: readonly Pick<PlannedRun, 'mission' | 'params'>[],
  provider: ProviderName,
  options: { readonly oldCoreBinary?: string | undefined; readonly oldImage?: string | undefined },
): void {
  if (provider === 'simulated') return;
  const [name, example] = oldOf[provider];
  if (options[name] !== undefined) return;
  const facts = runs.flatMap(({ mission, params }) => {
    const sets = Object.entries(mission.network(params)).filter(([, set]) => set.image === 'old');
    if (sets.length === 0) return [];
    return [[mission.name, `core sets ${sets.map(([set]) => set).join(', ')}`] as const];
  });
  if (facts.length === 0) return;
  const flag = `--${flagOf(name)}`;
  throw usageError(
    'SSC_OLD_IMAGE_MISSING',
    `an older stellar-core is needed, and ${flag} names none; nothing was started`,
    { facts, hint: `For example ${flag} ${example}.` },
  );
}
