import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { type Program, textResponse } from '@ssc/process';
import { expect, test } from 'vitest';
import { inCluster, isRunning, ns, pod } from './in-cluster.ts';

const server: Program = async (self) => {
  self.net.listenHttp(80, async ({ method, path, headers, body }) =>
    textResponse(200, `${method} ${path.length} ${headers['x-a']} ${Buffer.from(body)}`),
  );
  await self.clock.sleep(1e9);
  return 0;
};

const to = (name: string, port = 80) => ({ namespace: 'default', pod: name, port });

/** Everything that comes until the other side ends, or the code of the error in its place. */
async function converse(stream: Duplex, ...parts: readonly string[]): Promise<string> {
  const received: Buffer[] = [];
  stream.on('data', (part: Buffer) => received.push(part));
  for (const part of parts) stream.write(part);
  try {
    await once(stream, 'end');
    return Buffer.concat(received).toString('utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

test('a connection to a port of a pod carries one request and its answer', async () => {
  await inCluster(
    async ({ kube, post, until, lines }) => {
      await post(`${ns}/pods`, pod('web', { command: ['server'] }));
      await until(`${ns}/pods/web`, isRunning);
      // In parts, as a network cuts them.
      const query = 'q'.repeat(190 * 1024);
      const answer = await converse(
        await kube.connect(to('web')),
        `POST /?${query.slice(0, 9)}`,
        `${query.slice(9)} HTTP/1.1\r\nX-A: b\r\ncontent-le`,
        'ngth: 4\r\n\r\nbo',
        'dy',
      );
      expect(answer).toBe(
        'HTTP/1.0 200 \r\ncontent-length: 18\r\ncontent-type: text/plain\r\n\r\nPOST 194562 b body',
      );
      expect(lines.filter((line) => line.includes('portforward'))).toEqual([
        expect.stringMatching(/ call \d+ get pods\/portforward default\/web 101 rv=\d+$/u),
      ]);
      const get = 'GET / HTTP/1.1\r\n\r\n';
      expect(await converse(await kube.connect(to('web', 81)), get)).toBe('ECONNREFUSED');
      const chunked = 'POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n';
      expect(await converse(await kube.connect(to('web')), chunked)).toBe('ECONNRESET');
    },
    { programs: { server } },
  );
});

test('a connection that the API server refuses is none', async () => {
  await inCluster(async ({ kube, post, get }) => {
    await expect(kube.connect(to('web'))).rejects.toThrow('pods "web" not found');
    await post(`${ns}/pods`, pod('web', {}, { nodeSelector: { no: 'where' } }));
    await expect(kube.connect(to('web'))).rejects.toThrow('pod web does not have a host assigned');
    kube.faults.api({
      fault: { kind: 'status', code: 503 },
      resource: 'pods/portforward',
      times: 1,
    });
    await expect(kube.connect(to('web'))).rejects.toThrow('the server answered with status 503');
    expect(await get(`${ns}/pods/web/portforward`)).toMatchObject({
      code: 400,
      message: 'Upgrade request required',
    });
  });
});
