#!/usr/bin/env node
// Nothing newer than Node.js 18 may be imported by name here: the check below must come first.
import module from 'node:module';
import process from 'node:process';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 11)) {
  console.error(`ssc needs Node.js 24.11 or newer; this is ${process.versions.node}`);
  process.exit(2);
}
module.enableCompileCache();
const { main } = await import('../dist/main.js');
process.exitCode = await main(process.argv.slice(2));
