import type { SscError } from '@ssc/errors';
import type { KubeObject, WatchEvent } from './api.ts';
import type { Call } from './call.ts';
import { type KubeStatus, refused } from './refusal.ts';
import type { Transport } from './transport.ts';

/** Calls back for each event of a watch until it ends. An event that says what is wrong ends it with that. */
export async function followWatch<T extends KubeObject>(
  transport: Pick<Transport, 'stream'>,
  call: Call,
  onEvent: (event: WatchEvent<T>) => void,
  signal: AbortSignal,
): Promise<void> {
  let rest = '';
  let wrong: SscError | undefined;
  const stop = new AbortController();
  const abort = () => stop.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const takeLine = (line: string): void => {
    if (line === '' || wrong !== undefined) return;
    const event = JSON.parse(line) as WatchEvent<T> | { type: 'ERROR'; object: KubeStatus };
    if (event.type !== 'ERROR') {
      onEvent(event);
      return;
    }
    const { object } = event;
    wrong = refused(call, { status: object.code ?? 500, text: JSON.stringify(object) });
    stop.abort(wrong);
  };
  const takeText = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line);
  };
  await transport
    .stream(call, takeText, stop.signal)
    .catch((error: unknown) => {
      throw wrong ?? error;
    })
    .finally(() => signal.removeEventListener('abort', abort));
}
