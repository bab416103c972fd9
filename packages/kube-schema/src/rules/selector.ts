import { invalid, type Report } from '../violation.ts';
import { type Fields, listIn, textIn, textsIn } from './fields.ts';
import { checkLabels, qualifiedNameProblems } from './names.ts';

/** A label selector's own form. */
export function checkSelector(selector: Fields, field: string, report: Report): void {
  checkLabels(textsIn(selector, 'matchLabels'), `${field}.matchLabels`, report);
  listIn(selector, 'matchExpressions').forEach((expression, i) => {
    const at = `${field}.matchExpressions[${i}]`;
    const operator = textIn(expression, 'operator');
    const values = (expression['values'] ?? []) as readonly string[];
    if ((operator === 'In' || operator === 'NotIn') && values.length === 0)
      report(
        `${at}.values`,
        'FieldValueRequired',
        "Required value: must be specified when `operator` is 'In' or 'NotIn'",
      );
    else if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0)
      report(
        `${at}.values`,
        'FieldValueForbidden',
        "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      );
    else if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator))
      report(
        `${at}.operator`,
        'FieldValueInvalid',
        invalid(operator, 'not a valid selector operator'),
      );
    for (const sentence of qualifiedNameProblems(textIn(expression, 'key')))
      report(`${at}.key`, 'FieldValueInvalid', invalid(textIn(expression, 'key'), sentence));
  });
}

/** Whether a label selector (matchLabels and matchExpressions, all of them) matches the labels. */
export function selectorMatches(
  selector: Fields,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(textsIn(selector, 'matchLabels') ?? {}).every(([k, v]) => labels[k] === v) &&
    listIn(selector, 'matchExpressions').every((expression) => {
      const value = labels[textIn(expression, 'key')];
      const values = (expression['values'] ?? []) as readonly string[];
      switch (textIn(expression, 'operator')) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}

/** Go's text of a selector, as it stands in refusals. */
export function goSelector(selector: Fields): string {
  const labels = textsIn(selector, 'matchLabels');
  const expressions = listIn(selector, 'matchExpressions').map(
    (e) =>
      `v1.LabelSelectorRequirement{Key:${JSON.stringify(textIn(e, 'key'))}, Operator:${JSON.stringify(textIn(e, 'operator'))}, Values:${goTexts(e['values'] as readonly string[] | undefined)}}`,
  );
  const map =
    labels === undefined
      ? 'map[string]string(nil)'
      : `map[string]string{${Object.keys(labels)
          .sort()
          .map((k) => `${JSON.stringify(k)}:${JSON.stringify(labels[k])}`)
          .join(', ')}}`;
  const list = 'matchExpressions' in selector ? `{${expressions.join(', ')}}` : '(nil)';
  return `v1.LabelSelector{MatchLabels:${map}, MatchExpressions:[]v1.LabelSelectorRequirement${list}}`;
}

const goTexts = (values: readonly string[] | undefined): string =>
  values === undefined
    ? '[]string(nil)'
    : `[]string{${values.map((v) => JSON.stringify(v)).join(', ')}}`;
