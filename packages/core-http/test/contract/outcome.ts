import { isSscError, type SscError } from '@ssc/errors';
import type { Command } from '../../src/command.ts';
import type { HttpReply } from '../../src/exchange.ts';
import { recognise } from '../../src/recognise.ts';
import { type Recorded, recorded } from '../recordings.ts';

/** The recorded exchanges that were answered. */
export const answered = recorded.filter((entry) => entry.status !== undefined);

/** A recorded reply, or the same with another body. */
export const replyOf = (entry: Recorded, body = entry.body): HttpReply => ({
  status: entry.status ?? 0,
  headers: { 'content-type': entry.contentType ?? '' },
  body,
});

/** What a reply was taken for: the value, or the refusal. Anything else thrown is a defect of ours. */
export type Outcome = { readonly value: unknown } | { readonly error: SscError };

export function outcome(command: Command<unknown>, reply: HttpReply): Outcome {
  try {
    return { value: recognise('core-0', command, reply) };
  } catch (error) {
    if (!isSscError(error)) throw error;
    return { error };
  }
}
