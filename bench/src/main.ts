import { argv } from 'node:process';
import { benchAccess } from './access.ts';
import { benchCluster } from './cluster.ts';
import { benchCommand } from './command.ts';
import { benchNative } from './native.ts';
import { benchRender } from './render.ts';

// Figures of real nodes take minutes, so they are asked for by name: pnpm --filter @ssc/bench bench:access, bench:cluster,
// bench:native
const named = { access: benchAccess, cluster: benchCluster, native: benchNative };
const asked = Object.entries(named).filter(([name]) => argv.includes(name));
const benches = asked.length > 0 ? asked.map(([, bench]) => bench) : [benchRender, benchCommand];
for (const bench of benches) process.stdout.write(`${await bench()}\n`);
