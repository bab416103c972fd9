import { argv } from 'node:process';
import { benchCluster } from './cluster.ts';
import { benchCommand } from './command.ts';
import { benchRender } from './render.ts';

// The cluster's figures take minutes, so they are asked for by name: pnpm --filter @ssc/bench bench:cluster
const benches = argv.includes('cluster') ? [benchCluster] : [benchRender, benchCommand];
for (const bench of benches) process.stdout.write(`${await bench()}\n`);
