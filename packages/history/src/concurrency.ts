/** Runs at most `most` pieces of work at once; the others wait in the order in which they were asked. */
export function createLimit(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** Maps with at most `ahead` results begun and not taken; gives them in the order of the inputs. */
export async function* mapInOrder<T, R>(
  inputs: Iterable<T>,
  ahead: number,
  map: (input: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  for (const input of inputs) {
    const result = map(input);
    // It is awaited later, when its turn comes; until then nobody else may call it unhandled.
    result.catch(() => {});
    begun.push(result);
    if (begun.length >= ahead) yield await (begun.shift() as Promise<R>);
  }
  for (const result of begun) yield await result;
}
