import { realpathSync } from 'node:fs';
import { parentPort, Worker } from 'node:worker_threads';
import { usageError } from '@ssc/errors';

/** Two ends of a channel between threads of this program. What is sent is copied. */
export interface Channel<Sent, Heard> {
  send(message: Sent): void;
  onMessage(hear: (message: Heard) => void): void;
}

/** A thread that runs this program once more. */
export interface Thread<Sent, Heard> extends Channel<Sent, Heard> {
  /** Rejects when the thread ends before it is told to, with what ended it. */
  readonly broken: Promise<never>;
  end(): Promise<void>;
}

/** Starts this program in a thread, for a command that no user gives. */
export function startThread<Sent, Heard>(command: string): Thread<Sent, Heard> {
  // Where it is linked to, its name says that it is a module.
  const worker = new Worker(realpathSync(process.argv[1] ?? ''), { argv: [command] });
  const broken = new Promise<never>((_, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a thread ended with ${code}`)));
  });
  // Told to whoever waits for something, if anybody does.
  broken.catch(() => {});
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (hear) => void worker.on('message', hear),
    broken,
    async end() {
      await worker.terminate();
    },
  };
}

/** The way to whoever started this thread. Throws SSC_USAGE_COMMAND where nobody did: the command is for threads alone. */
export function threadOfThis<Sent, Heard>(): Channel<Sent, Heard> {
  const port = parentPort;
  if (port === null)
    throw usageError('SSC_USAGE_COMMAND', 'this command is for threads of ssc alone');
  return {
    send: (message) => port.postMessage(message),
    onMessage: (hear) => void port.on('message', hear),
  };
}
