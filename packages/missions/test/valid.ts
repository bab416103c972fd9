import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { eventJsonSchema, type RunEvent, type RunResult, resultJsonSchema } from '../src/index.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true });
const result = ajv.compile(resultJsonSchema());
const event = ajv.compile(eventJsonSchema());

/** Holds what a run told against the schemas that are published, as another program would read it. */
export function expectValid(told: RunResult, events: readonly RunEvent[]): void {
  result(JSON.parse(JSON.stringify(told)));
  expect(result.errors).toBe(null);
  for (const one of events) {
    event(JSON.parse(JSON.stringify(one)));
    expect([one.type, event.errors]).toEqual([one.type, null]);
  }
}
