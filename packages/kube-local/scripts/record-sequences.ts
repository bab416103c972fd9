import { readFileSync, writeFileSync } from 'node:fs';
import { sequences } from '../test/sequences/catalog.ts';
import { realTarget } from '../test/sequences/real-target.ts';
import { record } from '../test/sequences/sequence.ts';

/*
 * Writes down what a real API server answers to the request sequences of the tests:
 *   KUBECONFIG=… node --conditions=@ssc/source scripts/record-sequences.ts [WORDS]
 * With words, only the sequences in whose names they stand; those recorded of all others stay. The cluster needs the Gateway
 * API's types.
 */

const kubeconfig = process.env['KUBECONFIG'];
if (kubeconfig === undefined)
  throw new Error('KUBECONFIG must name a cluster that may be used for tests');
const target = realTarget(kubeconfig);
const stamp = Date.now().toString(36);
const fixture = new URL('../test/fixtures/kubernetes-1.33.json', import.meta.url);
const words = process.argv[2] ?? '';
const before = JSON.parse(readFileSync(fixture, 'utf8')) as Record<string, unknown>;
const recorded: Record<string, unknown> = {};
for (const [index, sequence] of sequences.entries()) {
  if (!sequence.name.includes(words)) {
    recorded[sequence.name] = before[sequence.name];
    continue;
  }
  recorded[sequence.name] = await record(target, sequence, `seq-${stamp}-${index}`);
  console.error(sequence.name);
}
writeFileSync(fixture, `${JSON.stringify(recorded, null, 1)}\n`);
process.exit(0);
