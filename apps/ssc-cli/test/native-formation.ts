import { createFormation, type Formation, type FormationOptions } from '@ssc/formation';
import { toRunName } from '@ssc/kube-specs';
import type { NativeProvider } from '../src/providers/native.ts';

/** A network whose nodes are processes of this machine, before it is brought up. */
export async function formationOn(
  provider: NativeProvider,
  sets: FormationOptions['sets'],
): Promise<{ readonly formation: Formation; readonly run: string }> {
  const run = toRunName(provider.nonce());
  const placement = await provider.place({ mission: 'test', sets });
  const formation = createFormation({
    ...provider,
    run,
    mission: 'test',
    sets,
    placement,
    seed: '1',
    who: 'test',
    version: '0.0.0',
    signal: new AbortController().signal,
    note: () => {},
  });
  return { formation, run };
}
