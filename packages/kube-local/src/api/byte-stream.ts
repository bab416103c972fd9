/** Bytes that come bit by bit: what a watch and a followed log answer with. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  push(chunk: Uint8Array): void;
  end(): void;
  /** Ends it as a broken connection does. */
  fail(error: Error): void;
}

/** Makes a stream for one reader; `onClose` is called once, when either side is done. */
export function createByteStream(onClose: () => void): ByteStream {
  const chunks: Uint8Array[] = [];
  let wake: (() => void) | undefined;
  let state: 'open' | 'ended' | { error: Error } = 'open';
  let isClosed = false;
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    onClose();
  };
  const finish = (end: 'ended' | { error: Error }) => {
    if (state !== 'open') return;
    state = end;
    close();
    wake?.();
  };
  return {
    push(chunk) {
      if (state !== 'open') return;
      chunks.push(chunk);
      wake?.();
    },
    end: () => finish('ended'),
    fail: (error) => finish({ error }),
    [Symbol.asyncIterator]: () => ({
      async next() {
        for (;;) {
          const chunk = chunks.shift();
          if (chunk !== undefined) return { done: false, value: chunk };
          if (state === 'ended') return { done: true, value: undefined };
          if (state !== 'open') throw state.error;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      async return() {
        finish('ended');
        return { done: true, value: undefined };
      },
    }),
  };
}
