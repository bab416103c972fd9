import { redact } from '@ssc/errors';
import { maskSeeds } from './strkey.ts';

/** What is wrong, for programs. */
export type ConfigProblemCode = `SSC_CFG_${string}`;

/** One step of the way to a value: a key or the index in an array. */
export type PathStep = string | number;

/** How stellar-core itself refuses a file. */
export interface CoreRefusal {
  /**
   * When: `load` stops every command, while the file is read; `create` every command that opens the database (`new-db`,
   * `new-hist`, `catchup`, `run`); `run` only that one.
   */
  readonly stage: 'load' | 'create' | 'run';
  /** What it throws, without the name of the file. Seeds are masked. */
  readonly message: string;
  /** The lines it logs before it throws; of the stage `run`, where nothing is thrown, all of them. */
  readonly log: readonly CoreLogLine[];
}

/** A line of core's log. */
export interface CoreLogLine {
  readonly level: 'FATAL' | 'ERROR' | 'WARNING' | 'INFO';
  /** Without `--console` only `default` reaches stderr. @default 'default' */
  readonly partition?: 'default' | 'History';
  readonly text: string;
}

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly code: ConfigProblemCode;
  /** `refused`: core does not start with it. `warning`: core starts, and we think that it is a mistake. */
  readonly severity: 'refused' | 'warning';
  /** Where, e.g. `QUORUM_SET.VALIDATORS[2]`; empty when the whole file is meant. */
  readonly path: string;
  /** Counted from 1; undefined where nothing stands in the text, or there is no text. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** One sentence. Seeds are masked. */
  readonly message: string;
  /** What may stand there. */
  readonly allowed: string | undefined;
  /** What was most likely meant, or what to do. */
  readonly suggestion: string | undefined;
  /** Core's own words; undefined for a warning. */
  readonly core: CoreRefusal | undefined;
}

/** What a check tells; the place in the text is found afterwards. */
export interface Finding {
  readonly code: ConfigProblemCode;
  readonly path: readonly PathStep[];
  /** Keys it depends on: when one of them has a problem itself, this one may only follow from it and is not told. */
  readonly needs?: readonly string[];
  /** Which end of `key = value` is meant. */
  readonly at?: 'key' | 'value';
  /** The key that a misspelt one was most likely meant to be. */
  readonly meant?: string | undefined;
  readonly message: string;
  readonly allowed?: string;
  readonly suggestion?: string | undefined;
  /** Present: core refuses. */
  readonly core?: {
    readonly message: string;
    readonly stage?: CoreRefusal['stage'];
    readonly log?: readonly CoreLogLine[];
  };
}

/** Where checks put what they find. */
export type Report = (finding: Finding) => void;

const bareKey = /^[A-Za-z0-9_-]+$/u;

/** `['QUORUM_SET', 'VALIDATORS', 2]` → `QUORUM_SET.VALIDATORS[2]`. */
export function formatPath(path: readonly PathStep[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else {
      const name = bareKey.test(step) ? step : JSON.stringify(step);
      text += text === '' ? name : `.${name}`;
    }
  }
  return text;
}

const clean = (text: string): string => redact(maskSeeds(text));

/** A problem at its place, from what a check found; without seeds and passwords. */
export function toProblem(
  finding: Finding,
  place: { readonly line: number; readonly column: number } | undefined,
): ConfigProblem {
  return {
    code: finding.code,
    severity: finding.core === undefined ? 'warning' : 'refused',
    path: clean(formatPath(finding.path)),
    line: place?.line,
    column: place?.column,
    message: clean(finding.message),
    allowed: finding.allowed,
    suggestion: finding.suggestion === undefined ? undefined : clean(finding.suggestion),
    core:
      finding.core === undefined
        ? undefined
        : {
            stage: finding.core.stage ?? 'load',
            message: clean(finding.core.message),
            log: finding.core.log ?? [],
          },
  };
}
