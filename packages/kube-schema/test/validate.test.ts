import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Status, toRefusal, validateObject } from '../src/index.ts';

interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata?: { name?: string };
}

type Answer = Partial<Omit<Status, 'code'>> & { code: number };

// What a Kubernetes 1.33 API server answered to each object, asked with dryRun=All and fieldValidation=Strict.
const recorded = JSON.parse(
  readFileSync(new URL('fixtures/refusals.json', import.meta.url), 'utf8'),
) as { object: KubernetesObject; answer: Answer }[];

const answerOf = (object: KubernetesObject): Answer => {
  const violations = validateObject(object.apiVersion, object.kind, object);
  if (violations.length === 0) return { code: 201 };
  const { code, reason, message, details } = toRefusal(
    object.apiVersion,
    object.kind,
    object.metadata?.name ?? '',
    violations,
  );
  return { code, reason, message, ...(details !== undefined && { details }) };
};

test.each(
  recorded.map(
    ({ object, answer }, i) =>
      [i, object.kind, answer.message ?? 'accepted', object, answer] as const,
  ),
)('%i %s: %s', (_i, _kind, _message, object, answer) => {
  expect(answerOf(object)).toEqual(answer);
});
