// Asks an API server again about every object in test/fixtures/refusals.json and writes its answers there:
//   kubectl proxy --port 8001 & node scripts/record-refusals.ts http://127.0.0.1:8001
// Nothing is created (dryRun=All). The server needs the Gateway API's types installed.
import { readFileSync, writeFileSync } from 'node:fs';
import { kindOf } from '../src/index.ts';

interface Recorded {
  readonly object: { readonly apiVersion: string; readonly kind: string };
  answer: { code: number; reason?: string; message?: string; details?: unknown };
}

const server = process.argv[2];
if (server === undefined) throw new Error('the address of a kubectl proxy is missing');
const file = new URL('../test/fixtures/refusals.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded[];

for (const entry of recorded) {
  const { apiVersion, kind } = entry.object;
  const plural = kindOf(apiVersion, kind)?.plural;
  if (plural === undefined) throw new Error(`unknown kind ${apiVersion} ${kind}`);
  const root = apiVersion === 'v1' ? 'api' : 'apis';
  const response = await fetch(
    `${server}/${root}/${apiVersion}/namespaces/default/${plural}?dryRun=All&fieldValidation=Strict`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(entry.object),
    },
  );
  const { reason, message, details } = (await response.json()) as Recorded['answer'];
  entry.answer = response.ok
    ? { code: response.status }
    : {
        code: response.status,
        ...(reason !== undefined && { reason }),
        ...(message !== undefined && { message }),
        ...(details !== undefined && { details }),
      };
}
writeFileSync(file, `${JSON.stringify(recorded, undefined, 2)}\n`);
process.stdout.write(`${recorded.length} answers\n`);
