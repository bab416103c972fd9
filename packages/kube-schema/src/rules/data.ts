import { invalid, type Report } from '../violation.ts';
import { type Fields, textsIn } from './fields.ts';
import { problemsOf } from './names.ts';

const dataBytesMax = 1_048_576;

/** A ConfigMap or Secret: its keys, and all values together at most 1 MiB. */
export function checkData(object: Fields, kind: 'ConfigMap' | 'Secret', report: Report): void {
  let bytes = 0;
  const isBase64 = kind === 'Secret';
  for (const [key, value] of Object.entries(textsIn(object, 'data') ?? {})) {
    if (textsIn(object, 'binaryData')?.[key] !== undefined)
      report(
        `data[${key}]`,
        'FieldValueInvalid',
        invalid(key, 'duplicate of key present in binaryData'),
      );
    checkKey(key, `data[${key}]`, report);
    bytes += isBase64 ? Buffer.from(value, 'base64').length : Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(textsIn(object, 'binaryData') ?? {})) {
    checkKey(key, `binaryData[${key}]`, report);
    bytes += Buffer.from(value, 'base64').length;
  }
  if (bytes > dataBytesMax)
    report(
      kind === 'Secret' ? 'data' : '[]',
      'FieldValueTooLong',
      `Too long: may not be more than ${dataBytesMax} bytes`,
    );
}

function checkKey(key: string, field: string, report: Report): void {
  for (const sentence of problemsOf(key, 'configKey'))
    report(field, 'FieldValueInvalid', invalid(key, sentence));
  if (key === '.') report(field, 'FieldValueInvalid', invalid(key, "must not be '.'"));
  else if (key === '..') report(field, 'FieldValueInvalid', invalid(key, "must not be '..'"));
  else if (key.startsWith('..'))
    report(field, 'FieldValueInvalid', invalid(key, "must not start with '..'"));
}
