import { invalid, type Report } from '../violation.ts';

// The grammars of apimachinery's util/validation, each with the sentence that goes with it.

interface Grammar {
  readonly pattern: RegExp;
  readonly maxLength: number;
  readonly sentence: string;
}

const label1123: Grammar = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/u,
  maxLength: 63,
  sentence:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};
const subdomain1123: Grammar = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u,
  maxLength: 253,
  sentence:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};
const label1035: Grammar = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/u,
  maxLength: 63,
  sentence:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
};
const labelValue: Grammar = {
  pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/u,
  maxLength: 63,
  sentence:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
};
const qualifiedPart: Grammar = {
  pattern: /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/u,
  maxLength: 63,
  sentence:
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
};
const configKey: Grammar = {
  pattern: /^[-._a-zA-Z0-9]+$/u,
  maxLength: 253,
  sentence:
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
};

const grammars = { label1123, subdomain1123, label1035, labelValue, configKey } as const;

/** What the server says against a text of that grammar: nothing, or one sentence or two. */
export function problemsOf(text: string, name: keyof typeof grammars): string[] {
  return problems(text, grammars[name]);
}

const problems = (text: string, grammar: Grammar): string[] => [
  ...(text.length > grammar.maxLength
    ? [`must be no more than ${grammar.maxLength} characters`]
    : []),
  ...(grammar.pattern.test(text) ? [] : [grammar.sentence]),
];

/** What the server says against a label's key: `name`, or `prefix/name`. */
export function qualifiedNameProblems(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2)
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  const [name, prefix] = [parts.at(-1) ?? '', parts.length === 2 ? (parts[0] ?? '') : undefined];
  return [
    ...(prefix === undefined
      ? []
      : prefix === ''
        ? ['prefix part must be non-empty']
        : problems(prefix, subdomain1123).map((sentence) => `prefix part ${sentence}`)),
    ...(name === ''
      ? ['name part must be non-empty', qualifiedPart.sentence]
      : problems(name, qualifiedPart).map((sentence) =>
          sentence.startsWith('name part') ? sentence : `name part ${sentence}`,
        )),
  ];
}

/** Reports each sentence against a text. */
export function reportName(
  text: string,
  grammar: keyof typeof grammars,
  field: string,
  report: Report,
): void {
  for (const sentence of problemsOf(text, grammar))
    report(field, 'FieldValueInvalid', invalid(text, sentence));
}

/** Labels as the server checks them: keys, then values; the field is the map's, not the entry's. */
export function checkLabels(
  labels: Readonly<Record<string, string>> | undefined,
  field: string,
  report: Report,
): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    for (const sentence of qualifiedNameProblems(key))
      report(field, 'FieldValueInvalid', invalid(key, sentence));
    reportName(value, 'labelValue', field, report);
  }
}

const annotationBytesMax = 262_144;

/** Annotations: keys as of labels (any case), all together at most 256 KiB. */
export function checkAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  field: string,
  report: Report,
): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const sentence of qualifiedNameProblems(key.toLowerCase()))
      report(field, 'FieldValueInvalid', invalid(key, sentence));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > annotationBytesMax)
    report(
      field,
      'FieldValueTooLong',
      `Too long: may not be more than ${annotationBytesMax} bytes`,
    );
}
