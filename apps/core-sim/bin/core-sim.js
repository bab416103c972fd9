#!/usr/bin/env node
import module from 'node:module';
import process from 'node:process';

// Until the program's own handlers stand: process 1 of a container does not even hear a signal that it does not handle.
const early = () => process.exit(143);
process.on('SIGTERM', early);

module.enableCompileCache();
const { main } = await import('../dist/main.js');
process.off('SIGTERM', early);
process.exitCode = await main(process.argv.slice(2));
