import { corePorts } from '@ssc/kube-specs';

const info = {
  build: 'core-sim, a peer that only answers',
  ledger: {
    ...{ num: 1, hash: '0'.repeat(64), version: 27, baseFee: 100, baseReserve: 5_000_000 },
    ...{ maxTxSetSize: 100, maxSorobanTxSetSize: 0, flags: 0, closeTime: 1, age: 1 },
  },
  network: 'bench',
  peers: { authenticated_count: 0, pending_count: 0 },
  protocol_version: 27,
  startedOn: '2026-01-01T00:00:00Z',
  state: 'Synced!',
  status: ['x'.repeat(1000)],
};

/** Answers as stellar-core does: HTTP/1.0, one answer for each connection. */
export const peerScript = `
const body = ${JSON.stringify(JSON.stringify({ info }))};
const reply = 'HTTP/1.0 200 OK\\r\\nContent-Length: ' + body.length + '\\r\\nContent-Type: application/json\\r\\n\\r\\n' + body;
require('net').createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => socket.end(reply));
}).listen(${corePorts.http}, '0.0.0.0');`;

/** Asks the Service of each node by its DNS name, 64 at a time; prints the milliseconds of each round. */
export const inClusterScript = (run: string, peers: number, rounds: number): string => `
const http = require('http');
const agent = new http.Agent({ maxSockets: 64 });
const ask = (i) => new Promise((resolve, reject) => {
  http.get({ agent, host: '${run}-core-' + i + '-core', port: ${corePorts.http}, path: '/info' }, (reply) => {
    reply.resume().on('end', resolve);
  }).on('error', reject);
});
(async () => {
  const took = [];
  for (let round = -1; round < ${rounds}; round++) {
    const before = performance.now();
    await Promise.all(Array.from({ length: ${peers} }, (_, i) => ask(i)));
    if (round >= 0) took.push(performance.now() - before);
  }
  console.log(JSON.stringify(took));
})();`;
