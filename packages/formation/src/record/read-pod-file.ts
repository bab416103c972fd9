import { exchange } from '@ssc/core-http';
import type { Dispatcher } from 'undici';

// A database of a test network has some hundred kilobytes; that of the public one would fill this process.
const longestBytes = 64 * 2 ** 20;

/** Reads a file that a pod serves; undefined when it is not there. One that is too long is not read. */
export async function readPodFile(
  dispatcher: Dispatcher,
  url: string,
): Promise<Uint8Array | undefined> {
  const { origin, pathname } = new URL(url);
  const giveUp = new AbortController();
  const parts: Uint8Array[] = [];
  let length = 0;
  const { status, body } = await exchange(
    dispatcher,
    { method: 'GET', origin, path: pathname, headers: {} },
    giveUp.signal,
    (part) => {
      length += part.length;
      if (length > longestBytes)
        giveUp.abort(new Error(`${pathname.slice(1)} has more than ${longestBytes} bytes`));
      else parts.push(Uint8Array.from(part));
    },
  );
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`the pod answered ${status}: ${body.slice(0, 200).trim()}`);
  return Buffer.concat(parts);
}
