import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cases, hostInput } from '../test/soroban-host/host-input.ts';

/*
 * Runs the transactions of settings upgrades in soroban-env-host and writes what happened to
 * test/fixtures/settings-contract-host.json. Needs cargo, a few minutes and a network for its crates; see test/soroban-host/README.md.
 */
const runs = cases.map(([limits, voted]) => {
  const { input } = hostInput(limits, voted);
  const output = execFileSync('cargo', ['run', '--quiet'], {
    cwd: new URL('../test/soroban-host/', import.meta.url),
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  return { limits, voted, input, output: JSON.parse(output) as unknown };
});
writeFileSync(
  new URL('../test/fixtures/settings-contract-host.json', import.meta.url),
  `${JSON.stringify(runs, undefined, 1)}\n`,
);
