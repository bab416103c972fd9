import { createRandom, createVirtualClock } from '@ssc/clock';
import { bodyOf } from '@ssc/process';
import { createBasePrograms, createKubeLocal } from '../../src/index.ts';
import { type Entry, parseBody, record, type Sequence } from './sequence.ts';

/** Runs a sequence on a kube-local of its own, on virtual time, with three nodes as the real server of the recording. */
export async function runLocally(sequence: Sequence): Promise<Entry[]> {
  const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
  const kube = createKubeLocal({
    clock,
    random: createRandom(sequence.name),
    images: [
      {
        pattern: '*',
        programs: createBasePrograms(),
        entrypoint: ['sleep'],
        cmd: ['infinity'],
      },
    ],
  });
  return clock.run(() =>
    record(
      {
        sleep: (ms) => clock.sleep(ms),
        async send(method, path, body, type) {
          const response = await kube.handle({
            method,
            path,
            headers: { 'content-type': type },
            body: Buffer.from(body ?? ''),
          });
          const text = Buffer.from(await bodyOf(response)).toString('utf8');
          return {
            status: response.status,
            body: parseBody(response.headers['content-type'], text),
          };
        },
      },
      sequence,
      'test-space',
    ),
  );
}
