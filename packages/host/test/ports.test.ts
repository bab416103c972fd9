import { createServer, type Server } from 'node:net';
import { SscError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { portRange, reservePorts, type ThisSystem } from '../src/index.ts';

// Below where runs look, so that tests and runs beside them do not meet.
const range = { first: 9600, last: 9600 + 64 * 4 - 1 };

const open = (port: number, host: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });

describe('free ports', () => {
  test('are free, different, and held against whoever looks at the same time', async () => {
    const all = await Promise.all(
      Array.from({ length: 3 }, () => reservePorts({ count: 9, start: 0, range })),
    );
    const ports = all.flatMap((one) => one.ports);
    expect(new Set(ports).size).toBe(27);
    expect(ports.every((port) => port > range.first && port <= range.last)).toBe(true);
    for (const port of ports) (await open(port, '0.0.0.0')).close();
    for (const one of all) one.release();
  });

  test.each(['127.0.0.1', '0.0.0.0'])('leave out one that is in use on %s', async (host) => {
    const taken = await open(range.first + 2, host);
    const { ports, release } = await reservePorts({ count: 3, start: 0, range });
    expect(ports).toEqual([range.first + 1, range.first + 3, range.first + 4]);
    release();
    taken.close();
  });

  test('are given back', async () => {
    const first = await reservePorts({ count: 200, start: 0, range });
    first.release();
    const second = await reservePorts({ count: 200, start: 0, range });
    expect(second.ports).toEqual(first.ports);
    second.release();
  });

  test('are none that HTTP clients refuse', async () => {
    const { ports, release } = await reservePorts({
      count: 3,
      start: 0,
      range: { first: 10_078, last: 10_078 + 63 },
    });
    expect(ports).toEqual([10_079, 10_081, 10_082]);
    release();
  });

  test('too few of them is a refusal that says so', async () => {
    const error: unknown = await reservePorts({ count: 253, start: 0.9, range }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SscError);
    expect((error as SscError).message).toMatchInlineSnapshot(
      `"253 free ports are needed on this machine, and 252 were found; nothing was started"`,
    );
    const after = await reservePorts({ count: 252, start: 0, range });
    after.release();
  });
});

describe('the range', () => {
  const system = (platform: NodeJS.Platform, text: string | undefined): ThisSystem => ({
    platform,
    readText: (path) => (path === '/proc/sys/net/ipv4/ip_local_port_range' ? text : undefined),
    // sysctl(8) of macOS: the value alone with -n.
    ask: (file, args) =>
      platform !== 'linux' && [file, ...args].join(' ') === 'sysctl -n net.inet.ip.portrange.first'
        ? text
        : undefined,
  });

  test.each([
    ['Linux ends where ephemeral ports begin', 'linux', '32768\t60999\n', 32_767],
    ['a machine with few ephemeral ports', 'linux', '20000 60999', 19_999],
    ['a machine whose ephemeral ports begin low has no better end', 'linux', '1024 65535', 32_767],
    ['a Linux that does not tell', 'linux', undefined, 32_767],
    ['macOS', 'darwin', '49152\n', 49_151],
    ['a Mac that was told to use more ports', 'darwin', '16384\n', 16_383],
    ['a Mac without sysctl', 'darwin', undefined, 32_767],
    ['a Mac whose sysctl says something else', 'darwin', 'unknown oid\n', 32_767],
  ] as const)('of %s', (_what, platform, text, last) => {
    expect(portRange(system(platform, text))).toEqual({ first: 12_000, last });
  });

  test('of this machine is one', () => {
    const { first, last } = portRange();
    expect(last).toBeGreaterThan(first);
  });
});
