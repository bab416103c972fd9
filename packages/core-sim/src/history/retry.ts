import type { Clock, Random } from '@ssc/clock';

/** How often core tries again (stellar-core: src/work/BasicWork.h). */
export const retries = { few: 5, state: 10, many: 32 } as const;

/** The longest pause is at most 2^9 s. */
const longestExponent = 9;

/** Tries until `attempt` gives true, with pauses at random that may be twice as long each time; false when it never did. */
export async function tryAgain(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  times: number,
  attempt: () => Promise<boolean>,
): Promise<boolean> {
  for (let i = 0; ; i++) {
    if (await attempt()) return true;
    if (i === times) return false;
    const most = 2 ** Math.min(i, longestExponent);
    await clock.sleep(1000 * (1 + random.int(most)));
  }
}
