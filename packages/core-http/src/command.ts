import type * as z from 'zod';
import type { Argument } from './argument.ts';

/** Which builds and configurations of stellar-core have a command. */
export type Availability =
  /** All. */
  | 'always'
  /** Only those compiled with the testing commands (BUILD_TESTS). */
  | 'test-build'
  /** Those without RUN_STANDALONE=true. */
  | 'networked'
  /** Production builds without RUN_STANDALONE=true, and all with the testing commands. */
  | 'networked-or-test-build'
  /** The query port (HTTP_QUERY_PORT). */
  | 'query-port';

/** How success looks. Everything else is a refusal. */
export type Success<T> =
  | {
      readonly kind: 'json';
      readonly schema: z.ZodType<Exclude<T, undefined>>;
      /** A text in place of the JSON that is no refusal and means that there is no value. */
      readonly or?: string;
    }
  /** The whole text, read; undefined from `read` means that it is no success. */
  | { readonly kind: 'text'; readonly read: (text: string) => { readonly value: T } | undefined }
  /** Nothing at all. */
  | { readonly kind: 'empty'; readonly value: T };

/** Success that is exactly one text, surrounding blanks aside. */
export const wording = (expected: string): Success<void> => ({
  kind: 'text',
  read: (text) => (text.trim() === expected ? { value: undefined } : undefined),
});

/** One thing that can be said to a node. */
export interface Request {
  /** The path on the port. @example "info" */
  readonly name: string;
  readonly query?: Readonly<Record<string, Argument>>;
  /** A POST body of the query port: names and values. */
  readonly form?: readonly (readonly [name: string, value: string])[];
  /** Reads change nothing and are repeated when a reply is lost; acts never are. */
  readonly kind: 'read' | 'act';
  readonly availability: Availability;
  /** Texts by which core refuses this command, having done nothing. */
  readonly refusal?: RegExp;
  /** What success looks like, for the error that met something else. @example "an empty body" */
  readonly expects: string;
}

/** A request, and how a node says yes to it. */
export interface Command<T> extends Request {
  readonly success: Success<T>;
}

/** Path and query of a command. Every value is percent-encoded whole: core takes a bare `+` for a blank. */
export function targetOf(command: Request): string {
  const pairs = Object.entries(command.query ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encode(String(value))}`);
  return pairs.length === 0 ? command.name : `${command.name}?${pairs.join('&')}`;
}

/** The form body of a command, or undefined. */
export function bodyOf(command: Request): string | undefined {
  return command.form?.map(([name, value]) => `${name}=${encode(value)}`).join('&');
}

// Colons and commas are legal in a query and make quoted requests readable.
const encode = (value: string): string =>
  encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2C', ',');
