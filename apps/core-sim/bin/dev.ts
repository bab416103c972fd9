// core-sim straight from the sources of all packages: node --conditions=@ssc/source bin/dev.ts
import process from 'node:process';
import { main } from '../src/main.ts';

process.exitCode = await main(process.argv.slice(2));
