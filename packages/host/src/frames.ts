import type { Socket } from 'node:net';
import type { Connection } from '@ssc/process';

/** The longest message taken: a frame that claims more ends the connection. */
const longestFrame = 64 * 1024 * 1024;

/** Whole messages over a byte stream: each has its length before it, in 4 bytes, big end first. */
export function framed(socket: Socket): Connection {
  let rest: Buffer = Buffer.alloc(0);
  return toConnection(
    socket,
    (chunk, deliver) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (rest.length >= 4) {
        const length = rest.readUInt32BE(0);
        if (length > longestFrame) {
          socket.destroy(new Error(`a frame of ${length} bytes`));
          return;
        }
        if (rest.length - 4 < length) return;
        const message = Buffer.from(rest.subarray(4, 4 + length));
        rest = rest.subarray(4 + length);
        deliver(message);
      }
    },
    (message) => {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(message.length);
      return Buffer.concat([head, message]);
    },
  );
}

/** A byte stream as it is: each piece that came is a message. */
export const unframed = (socket: Socket): Connection =>
  toConnection(
    socket,
    (chunk, deliver) => deliver(chunk),
    (message) => message,
  );

function toConnection(
  socket: Socket,
  take: (chunk: Buffer, deliver: (message: Uint8Array) => void) => void,
  wrap: (message: Uint8Array) => Uint8Array,
): Connection {
  let receive: ((message: Uint8Array) => void) | undefined;
  let onClosed: ((reason: string) => void) | undefined;
  let reason: string | undefined;
  const early: Uint8Array[] = [];
  const deliver = (message: Uint8Array): void => {
    if (receive === undefined) early.push(message);
    else receive(message);
  };
  const shut = (why: string): void => {
    if (reason !== undefined) return;
    reason = why;
    onClosed?.(why);
  };
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => take(chunk, deliver));
  socket.on('error', (error) => shut(error.message));
  socket.on('close', () => shut('closed by the other end'));

  return {
    remoteHost: (socket.remoteAddress ?? '').replace(/^::ffff:/u, ''),
    remotePort: socket.remotePort ?? 0,
    send(message) {
      if (!socket.destroyed) socket.write(wrap(message));
    },
    onMessage(handler) {
      receive = handler;
      for (const message of early.splice(0)) handler(message);
    },
    onClose(handler) {
      onClosed = handler;
      if (reason !== undefined) handler(reason);
    },
    close: () => socket.destroy(),
  };
}
