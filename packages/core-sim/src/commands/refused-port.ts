import { NetError, type PortRefusal } from '@ssc/process';

/** How core ends when the system refuses it a port: what it says, and its exit code. */
export interface EndByRefusedPort {
  readonly text: string;
  readonly code: number;
}

/**
 * How core ends without one of its ports (recorded of v27.1.0). The admin port is opened while the application is built, where an
 * exception is told and the exit code is 1; the one for peers in the loop, where nobody catches it and the process aborts.
 */
export function endByRefusedPort(
  { served, errno, reason }: PortRefusal,
  atMs: number,
): EndByRefusedPort {
  if (served === 'messages')
    return {
      text: `current exception: std::system_error(${errno}, "${reason}", "bind: ${reason}")\n`,
      code: 134,
    };
  const time = new Date(atMs).toISOString().slice(0, 23);
  return { text: `${time} [default FATAL] Got an exception: bind: ${reason}\n`, code: 1 };
}

/** What the system says of a port for peers that somebody has, if that is what the error says. */
export const takenPeerPort = (error: unknown): PortRefusal | undefined =>
  error instanceof NetError && error.code === 'EADDRINUSE'
    ? { served: 'messages', errno: 98, reason: 'Address already in use' }
    : undefined;
