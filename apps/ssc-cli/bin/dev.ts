// The command from its sources, with no build: node --conditions=@ssc/source apps/ssc-cli/bin/dev.ts mission SimplePayment
import process from 'node:process';
import { main } from '../src/main.ts';

process.exitCode = await main(process.argv.slice(2));
