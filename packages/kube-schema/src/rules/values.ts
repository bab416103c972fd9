import { at, invalid, type Report, unsupported } from '../violation.ts';
import { type Fields, numberIn } from './fields.ts';

/** User and group ids that the kernel can hold. */
export function checkUser(context: Fields, field: string, report: Report): void {
  for (const name of ['runAsUser', 'runAsGroup', 'fsGroup']) {
    const id = numberIn(context, name);
    if (id !== undefined && (id < 0 || id > 2_147_483_647))
      report(
        at(field, name),
        'FieldValueInvalid',
        invalid(id, 'must be between 0 and 2147483647, inclusive'),
      );
  }
}

/** One of a list of texts, where the field is given. */
export function oneOf(
  fields: Fields,
  name: string,
  supported: readonly string[],
  field: string,
  report: Report,
): void {
  const value = fields[name];
  if (value === undefined || value === null || value === '' || supported.includes(value as string))
    return;
  report(at(field, name), 'FieldValueNotSupported', unsupported(value, [...supported].sort()));
}

/** At least 0, where the field is given. */
export function notNegative(fields: Fields, name: string, field: string, report: Report): void {
  const value = numberIn(fields, name);
  if (value !== undefined && value < 0)
    report(
      at(field, name),
      'FieldValueInvalid',
      invalid(value, 'must be greater than or equal to 0'),
    );
}
