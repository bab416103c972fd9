import { benchCommand } from './command.ts';
import { benchRender } from './render.ts';

for (const bench of [benchRender, benchCommand]) process.stdout.write(`${bench()}\n`);
