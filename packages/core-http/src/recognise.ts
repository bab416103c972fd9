import type { Fact, SscError } from '@ssc/errors';
import * as z from 'zod';
import { bodyOf, type Command, type Request, targetOf } from './command.ts';
import type { HttpReply } from './exchange.ts';
import { parseJson } from './json.ts';
import { type CoreProblem, type CoreProblemCode, coreError } from './problem.ts';
import { quoteReply, quoteRequest } from './quote.ts';

/**
 * What the node answered, when it is the command's success; an SscError naming what it was otherwise. Core answers
 * errors with status 200 and calls plain text JSON, so nothing but the body counts. `answeredBefore` tells the error whether this
 * node has answered already.
 */
export function recognise<T>(
  node: string,
  command: Command<T>,
  reply: HttpReply,
  answeredBefore = false,
): T {
  const { success } = command;
  const { body } = reply;
  const json = tryJson(body);
  const refuse = (refusal: Refusal) =>
    toError(node, command, reply, { ...refusal, answeredBefore });
  const refusal = refusalOf(command, reply, json);
  if (refusal !== undefined) throw refuse(refusal);
  if (body.trim() === '') {
    // Core labels even nothing as JSON; an empty reply without the label is somebody else's.
    const isCores = reply.headers['content-type']?.startsWith('application/json') === true;
    if (success.kind === 'empty' && body === '' && isCores) return success.value;
    throw refuse({ code: 'SSC_CORE_EMPTY_REPLY', said: 'answered nothing' });
  }
  if (success.kind === 'empty') throw refuse(describeOther(command, body, json));
  if (success.kind === 'text') {
    const found = success.read(body);
    if (found !== undefined) return found.value;
    throw refuse(describeOther(command, body, json));
  }
  if (success.or !== undefined && body.trim() === success.or) return undefined as T;
  if (json === undefined) throw refuse(describeOther(command, body, json));
  const parsed = success.schema.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const error = errorMember(json.value);
  throw refuse(
    error === undefined
      ? {
          code: 'SSC_CORE_REPLY_UNEXPECTED',
          said: 'answered JSON of another shape',
          facts: [['Differs', z.prettifyError(parsed.error)]],
        }
      : { code: 'SSC_CORE_ERROR', said: `answered the error "${error}"`, definite: true },
  );
}

interface Refusal {
  readonly code: CoreProblemCode;
  /** The predicate of the first sentence. */
  readonly said: string;
  readonly facts?: readonly Fact[];
  readonly hint?: string;
  /** True when it shows that the node did nothing. */
  readonly definite?: boolean;
}

/** Refusals that look the same for every command. */
function refusalOf(
  command: Request,
  reply: HttpReply,
  json: ParsedJson | undefined,
): Refusal | undefined {
  const { status, body } = reply;
  const byProxy = proxyRefusal(body, json?.value);
  if (byProxy !== undefined) return byProxy;
  if (/^\s*</u.test(body)) return htmlRefusal(command, status, body);
  const exception = exceptionOf(body, json?.value);
  if (exception !== undefined) {
    return {
      code: 'SSC_CORE_EXCEPTION',
      said: `answered the exception "${exception}"`,
      definite: true,
    };
  }
  const error = errorMember(json?.value);
  if (error !== undefined && /^Core is booting\b/u.test(error)) {
    return {
      code: 'SSC_CORE_BOOTING',
      said: 'is booting: its last closed ledger is not loaded yet',
      definite: true,
    };
  }
  if (status === 200) return undefined;
  if (command.availability === 'query-port' && status === 404) {
    return { code: 'SSC_CORE_TEXT', said: `answered "${oneLine(body)}"`, definite: true };
  }
  return {
    code: 'SSC_CORE_STATUS_UNEXPECTED',
    said: `answered with status ${status}; stellar-core answers 200`,
    hint: 'Something between here and the node answered. Look at the way of access.',
  };
}

/** The API server's own words: `kind: Status` with `apiVersion: v1`. Core never says these. */
function proxyRefusal(body: string, json: unknown): Refusal | undefined {
  if (!isRecord(json) || json['kind'] !== 'Status') return undefined;
  const status = kubernetesStatus.safeParse(json);
  if (!status.success) return undefined;
  const { code, reason, message } = status.data;
  return {
    code: 'SSC_PROXY_STATUS',
    said: `did not answer, the API server did: ${code ?? 'Status'}${reason === undefined ? '' : ` ${reason}`}`,
    ...(message !== undefined && { facts: [['API server', message] as const] }),
    // These are said before a connection to the pod exists.
    ...(/connection refused|no endpoints|no such host|not found|forbidden|unauthorized/iu.test(
      body,
    ) && {
      definite: true,
    }),
  };
}

const kubernetesStatus = z.looseObject({
  kind: z.literal('Status'),
  apiVersion: z.string(),
  code: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

function htmlRefusal(command: Request, status: number, body: string): Refusal {
  if (/welcome to (stellar-core|core-sim)/iu.test(body)) return missing(command);
  if (status === 400 && /<title>Bad Request<\/title>/u.test(body)) {
    return {
      code: 'SSC_CORE_BAD_REQUEST',
      said: 'could not parse the request',
      definite: true,
    };
  }
  const title = /<(title|h1)[^>]*>([^<]*)</iu.exec(body)?.[2]?.trim();
  return {
    code: 'SSC_PROXY_HTML',
    said: `was not heard: a page of HTML came${title === undefined ? '' : `, "${title}"`}`,
    hint: 'Something between here and the node answered. Look at the way of access.',
  };
}

function missing(command: Request): Refusal {
  const hints: Record<typeof command.availability, string | undefined> = {
    always: 'The path may be wrong, or this build is of another generation.',
    'test-build':
      'Only builds with the testing commands (BUILD_TESTS) have it. Use an image whose package version ends in "~buildtests".',
    networked: 'A node with RUN_STANDALONE=true does not have it.',
    'networked-or-test-build':
      'A production build with RUN_STANDALONE=true does not have it; one with the testing commands (BUILD_TESTS) does.',
    'query-port': 'It is on the query port (HTTP_QUERY_PORT), not on the admin port.',
  };
  const hint = hints[command.availability];
  return {
    code: 'SSC_CORE_COMMAND_MISSING',
    said:
      command.availability === 'test-build'
        ? `has no such command: this build has no ${command.name}`
        : 'has no such command',
    ...(hint !== undefined && { hint }),
    definite: true,
  };
}

/** Something that is neither success nor one of the refusals that all commands share. */
function describeOther(command: Request, body: string, json: ParsedJson | undefined): Refusal {
  if (json !== undefined) {
    const error = errorMember(json.value);
    if (error !== undefined) {
      return { code: 'SSC_CORE_ERROR', said: `answered the error "${error}"`, definite: true };
    }
    return { code: 'SSC_CORE_REPLY_UNEXPECTED', said: 'answered JSON of another shape' };
  }
  if (/^\s*[{[]/u.test(body)) {
    return { code: 'SSC_CORE_REPLY_UNEXPECTED', said: 'answered JSON that is not whole' };
  }
  return {
    code: 'SSC_CORE_TEXT',
    said: `answered "${oneLine(body)}"`,
    definite: command.refusal?.test(body.trim()) === true,
  };
}

/** The text of `{"exception": …}`; core does not escape it (stellar-core: src/main/CommandHandler.cpp). */
function exceptionOf(body: string, json: unknown): string | undefined {
  if (isRecord(json) && 'exception' in json) return oneLine(String(json['exception']));
  const raw = /^\s*\{\s*"exception"\s*:\s*"([\s\S]*)"\s*\}\s*$/u.exec(body)?.[1];
  return raw === undefined || json !== undefined ? undefined : oneLine(raw);
}

/** The text of `{"error": …}` or `{"status": "error", "detail": …}`; a transaction's error has a status beside it. */
function errorMember(json: unknown): string | undefined {
  if (!isRecord(json)) return undefined;
  if (json['status'] === 'error' && typeof json['detail'] === 'string') return json['detail'];
  if ('status' in json || typeof json['error'] !== 'string') return undefined;
  return oneLine(json['error']);
}

function toError(
  node: string,
  command: Request,
  reply: HttpReply,
  refusal: Refusal & { readonly answeredBefore: boolean },
): SscError<CoreProblem> {
  return coreError({
    code: refusal.code,
    node,
    command: command.name,
    status: reply.status,
    answeredBefore: refusal.answeredBefore,
    summary: `${node} ${refusal.said} (${command.name})`,
    facts: [
      ['Sent', quoteCommand(command)],
      ['Answered', quoteReply(reply)],
      ['Success is', command.expects],
      ...(refusal.facts ?? []),
    ],
    hint: refusal.hint,
    ...(command.kind === 'act' && { definite: refusal.definite ?? false }),
  });
}

/** The request of a command as an error shows it. */
export const quoteCommand = (command: Request): string => {
  const body = bodyOf(command);
  return quoteRequest(body === undefined ? 'GET' : 'POST', targetOf(command), body);
};

interface ParsedJson {
  readonly value: unknown;
}

function tryJson(text: string): ParsedJson | undefined {
  if (!/^\s*[[{n"\dtf-]/u.test(text)) return undefined;
  try {
    return { value: parseJson(text) };
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function oneLine(text: string): string {
  const line = text.trim().replace(/\s+/gu, ' ');
  return line.length <= 200 ? line : `${line.slice(0, 200)}…`;
}
