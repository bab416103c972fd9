#!/usr/bin/env node
// The older of the two releases that are simulated: what stands where an older stellar-core stands.
import process from 'node:process';

process.env.CORE_SIM_RELEASE = 'older';
await import('./core-sim.js');
