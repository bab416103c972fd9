import * as z from 'zod';

/*
 * What `result.json` and a line of `events.jsonl` hold, as data. The JSON Schemas that are published are made from these; the
 * TypeScript types beside them say the same, which the compiler checks in run-result.test-d.ts.
 */

const json = z.json().describe('any JSON');
const seconds = z.number().nonnegative().describe('seconds');
const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u)
  .describe('an instant, ISO 8601 in UTC, by the clock of the run: simulated time begins in 2026');
const earlier = z.literal(true).describe('a driver before this one did it');
const errorVerdict = z.enum(['failed', 'usage', 'broken', 'interrupted']);

const runVerdict = z
  .enum(['passed', 'rehearsed', 'failed', 'broken', 'usage', 'interrupted'])
  .describe(
    'passed: every expectation held on real nodes. rehearsed: they held, and a node was simulated. failed: one did not hold. broken: image, quota, cluster or driver, which says nothing about the network. usage: ssc refused to start. interrupted: a signal.',
  );
const nodeKind = z
  .enum(['real', 'simulated', 'mixed', 'none'])
  .describe('what the nodes were: stellar-core, core-sim, both; none when no node ever answered');

const error = z
  .strictObject({
    code: z.string().regex(/^SSC_[A-Z0-9_]+$/u),
    verdict: errorVerdict,
    message: z.string().describe('one sentence: the subject, what was expected, what was seen'),
    facts: z.array(z.tuple([z.string(), z.string()])).describe('labelled lines'),
    hint: z.string().optional().describe('what to do next'),
    phase: z.string().optional().describe('the phase in which it happened'),
  })
  .meta({ id: 'Error' });

const check = z.strictObject({
  name: z.string(),
  outcome: z
    .enum(['held', 'failed', 'skipped', 'unknown'])
    .describe('unknown: it could not be made, or the run ended before it'),
  seconds: seconds.optional(),
  because: z.string().optional().describe('why it was skipped'),
});

const doubt = z.strictObject({
  kind: z.enum(['simulated', 'drift', 'restart', 'missing', 'short', 'spread']),
  phase: z.string().optional(),
  node: z.string().optional(),
  text: z.string(),
});

/** What `result.json` of a run holds. */
export const runResult = z
  .strictObject({
    format: z.literal(1),
    version: z.string().describe('the version of ssc'),
    mission: z.string(),
    summary: z.string().describe('what the mission shows'),
    run: z.string().describe("the run's name, which all its objects carry"),
    verdict: runVerdict,
    nodes: nodeKind,
    builds: z
      .array(z.string())
      .describe('the versions that the nodes said they are, each once: what was tested'),
    provider: z.string().describe('where the nodes ran'),
    seed: z.string(),
    params: z.record(z.string(), json),
    startedAt: instant,
    endedAt: instant,
    seconds,
    phases: z.array(
      z.strictObject({
        name: z.string(),
        startedAt: instant,
        seconds,
        outcome: z.enum(['done', 'failed']),
        value: json.optional().describe('what the phase returned'),
        earlier: earlier.optional(),
      }),
    ),
    checks: z.array(check).describe('what is checked after every mission'),
    error: error.optional(),
    afterwards: z
      .array(error)
      .describe('what went wrong after the verdict was known: while saving files, or cleaning up'),
    doubts: z.array(doubt).describe('why figures of the run may mislead'),
    apiCalls: z
      .record(z.string(), z.int().nonnegative())
      .describe('calls to the Kubernetes API by verb'),
  })
  .meta({ title: 'result.json of a run of ssc, format 1' });

const at = z.number().describe('milliseconds since the Unix epoch, by the clock of the run');

/** What one line of `events.jsonl` holds. */
export const runEvent = z
  .discriminatedUnion('type', [
    z.strictObject({
      at,
      type: z.literal('run-started'),
      mission: z.string(),
      run: z.string(),
      summary: z.string(),
      seed: z.string(),
      provider: z.string(),
    }),
    z.strictObject({ at, type: z.literal('phase-started'), phase: z.string() }),
    z.strictObject({
      at,
      type: z.literal('phase-ended'),
      phase: z.string(),
      seconds,
      outcome: z.enum(['done', 'failed']),
      value: json.optional(),
      earlier: earlier.optional(),
    }),
    z.strictObject({ at, type: z.literal('check-ended'), ...check.shape }),
    z.strictObject({ at, type: z.literal('note'), text: z.string() }),
    z.strictObject({
      at,
      type: z.literal('run-ended'),
      verdict: runVerdict,
      nodes: nodeKind,
      seconds,
      error: error.optional(),
    }),
  ])
  .meta({ title: 'A line of events.jsonl of a run of ssc, format 1' });

/** The JSON Schema (2020-12) of `result.json`. */
export const resultJsonSchema = (): object => z.toJSONSchema(runResult);

/** The JSON Schema (2020-12) of one line of `events.jsonl`. */
export const eventJsonSchema = (): object => z.toJSONSchema(runEvent);
