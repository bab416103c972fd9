import { type Clock, type Duration, toMs, within } from '@ssc/clock';
import { WebSocket } from 'undici';
import type { KubeAccess } from './transport.ts';

/** A program of a container, with its arguments. */
export interface PodCommand {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

/** How long it may take, and how much it may print. */
export interface PodExecLimits {
  /** @default "20s" */
  readonly within?: Duration;
  /** @default 64 MiB */
  readonly longestBytes?: number;
}

// What the first byte of each message names (kubelet, v4.channel.k8s.io).
const [stdout, stderr, outcome] = [1, 2, 3];

/**
 * Runs a program in a container that runs, and gives what it prints. One that ends with another code than 0, or prints too much, is
 * an error with its last words; so is an API server that does not let it run.
 */
export async function execInPod(
  access: KubeAccess,
  clock: Clock,
  what: PodCommand,
  { within: limit = '20s', longestBytes = 64 * 2 ** 20 }: PodExecLimits = {},
): Promise<Uint8Array> {
  const printed = await within(clock, toMs(limit), undefined, (signal) =>
    talk(access, what, longestBytes, signal),
  );
  if (printed !== undefined) return printed;
  throw execError(what, `it took more than ${limit}`);
}

function talk(
  { baseUrl, dispatcher }: KubeAccess,
  what: PodCommand,
  longestBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { namespace, pod, container, command } = what;
  const query = new URLSearchParams([
    ['container', container],
    ['stdout', 'true'],
    ['stderr', 'true'],
    ...command.map((word): [string, string] => ['command', word]),
  ]);
  const socket = new WebSocket(
    `${baseUrl.replace(/^http/u, 'ws')}/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query}`,
    { protocols: ['v4.channel.k8s.io'], dispatcher },
  );
  socket.binaryType = 'arraybuffer';
  signal.addEventListener('abort', () => socket.close(), { once: true });
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let [length, complaint] = [0, ''];
    const fail = (why: string): void => {
      socket.close();
      reject(execError(what, why));
    };
    socket.addEventListener('message', ({ data }) => {
      const message = Buffer.from(data as ArrayBuffer);
      const text = message.subarray(1);
      if (message[0] === stderr) complaint = (complaint + text.toString()).slice(-500);
      if (message[0] === stdout) {
        parts.push(text);
        length += text.length;
        if (length > longestBytes) fail(`it printed more than ${longestBytes} bytes`);
      }
      if (message[0] !== outcome) return;
      const { status, message: words } = JSON.parse(text.toString()) as Record<string, string>;
      if (status === 'Success') resolve(Buffer.concat(parts));
      else fail(complaint.trim() || (words ?? 'it failed'));
      socket.close();
    });
    let why = 'the API server does not let it run';
    socket.addEventListener('open', () => {
      why = 'the connection broke';
    });
    socket.addEventListener('error', () => fail(why));
    // Only what has said how it ended has printed all.
    socket.addEventListener('close', () => fail(why));
  });
}

const execError = ({ pod, container, command }: PodCommand, why: string): Error =>
  new Error(`${command[0]} in container ${container} of pod ${pod}: ${why}`);
