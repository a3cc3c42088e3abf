import type { ColumnProfile, ProfileAlert, Relations } from '../../../../shared/contract/index.ts';
import { alertLimits as limits, coefficientNames, type ProfileAlertKind } from '../../../../shared/domain/profile-alerts.ts';

interface Known {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  readonly relations: Relations | null;
  readonly duplicates: number | null;
}

/** What a profile warns of, table first, then column by column. A sample cannot show that a column is constant, unique or all missing. */
export function alertsOf({ rows, columns, relations, duplicates }: Known): ProfileAlert[] {
  if (rows === 0) return [];
  return [
    ...(duplicates !== null && duplicates > 0 ? [{ kind: 'duplicate-rows' as const, columns: [], figure: duplicates, text: `${count(duplicates)} of ${count(rows)} rows equal an earlier one (${share(duplicates / rows)}).`, estimate: false }] : []),
    ...(relations === null ? [] : pairAlerts(relations)),
    ...columns.flatMap(columnAlerts),
  ];
}

/** Of numbers that only name things no shape is expected. */
const identifierName = /(?:^|_)id$|[a-z]Id$|^ID$/;

function columnAlerts(column: ColumnProfile): ProfileAlert[] {
  const { name, rows, nulls, distinct, kind, top, skewness, numbers, texts, exact } = column;
  const found: ProfileAlert[] = [];
  const add = (alert: ProfileAlertKind, figure: number, text: string) => found.push({ kind: alert, columns: [name], figure, text: `${name}: ${text}`, estimate: !exact });
  const present = rows - nulls;
  const blank = texts?.blank ?? 0;
  const missing = nulls + blank;
  const seen = present - blank;
  const of = (part: number, all: number, words: string) => `${count(part)} of ${count(all)} ${words} (${share(part / all)}).`;

  if (missing === rows) {
    if (exact) add('all-missing', 1, `none of its ${count(rows)} rows has a value.`);
  } else if (missing >= limits.mostlyMissing * rows) add('mostly-missing', missing / rows, of(missing, rows, 'rows have no value'));
  if (blank > 0) add('blank', blank, of(blank, present, 'texts are blank'));
  if (texts !== null && texts.padded > 0) add('padded', texts.padded, of(texts.padded, present, 'texts begin or end with a blank'));

  const identifies = identifierName.test(name);
  const commonest = top[0];
  if (exact && distinct === 1 && nulls === 0 && rows > 1) add('constant', 1, `all ${count(rows)} rows hold ${shown(commonest?.value)}.`);
  const unique = exact && nulls === 0 && distinct === rows && rows >= limits.fewValues && kind !== 'other';
  if (unique) add('unique', distinct, `all ${count(rows)} values differ.`);
  if (exact && kind === 'text' && !unique && distinct >= limits.highCardinalityDistinct && distinct >= limits.highCardinality * present) add('high-cardinality', distinct / present, of(distinct, present, 'texts are distinct'));
  if (commonest !== undefined && distinct > 1 && distinct <= limits.imbalanceDistinct && commonest.count >= limits.imbalance * present) add('imbalance', commonest.count / present, of(commonest.count, present, `values are ${shown(commonest.value)}`));

  if (numbers !== null) {
    if (!identifies && distinct > 2 && skewness !== null && Math.abs(skewness) > limits.skew) add('skew', skewness, `its skewness is ${skewness.toFixed(2)}: a long tail of ${skewness > 0 ? 'large' : 'small'} values.`);
    // Of two values one is mostly 0 by nature: a flag.
    if (distinct > 2 && numbers.zeros >= limits.zeros * present) add('zeros', numbers.zeros / present, of(numbers.zeros, present, 'values are 0'));
    const odd = numbers.infinite + numbers.nan;
    if (odd > 0) add('infinite', odd, `${count(numbers.infinite)} infinite and ${count(numbers.nan)} not a number, of ${count(present)} values.`);
    if (!identifies && numbers.farOut > limits.outliers * present) add('outliers', numbers.farOut / present, of(numbers.farOut, present, 'values lie far out'));
  }
  if (texts !== null && seen > 0) {
    const [first] = texts.patterns;
    if (texts.asDate >= limits.readsAs * seen) add('date-as-text', texts.asDate / seen, of(texts.asDate, seen, 'texts read as dates'));
    else if (texts.asNumber >= limits.readsAs * seen) add('number-as-text', texts.asNumber / seen, of(texts.asNumber, seen, 'texts read as numbers'));
    if (first !== undefined && seen >= limits.fewValues && first.count < seen && first.count >= limits.onePattern * seen) add('mixed-patterns', (seen - first.count) / seen, of(seen - first.count, seen, `texts are not written ${first.pattern}, as the others are`));
  }
  return found;
}

function pairAlerts({ correlations, missing }: Relations): ProfileAlert[] {
  const strongest = new Map<string, Relations['correlations'][number]>();
  for (const entry of correlations) {
    const key = JSON.stringify([entry.a, entry.b].toSorted());
    if (Math.abs(entry.value) > Math.abs(strongest.get(key)?.value ?? 0)) strongest.set(key, entry);
  }
  return [
    ...[...strongest.values()]
      .filter(({ value }) => Math.abs(value) >= limits.correlated)
      .map(({ a, b, method, value, estimate }): ProfileAlert => ({ kind: 'correlated', columns: [a, b], figure: value, text: `${a} and ${b}: ${coefficientNames[method]} is ${value.toFixed(3)}.`, estimate })),
    ...missing.pairs
      .filter(({ correlation }) => correlation >= limits.missingTogether)
      .map(({ a, b, both, correlation }): ProfileAlert => ({ kind: 'missing-together', columns: [a, b], figure: correlation, text: `${a} and ${b} are both missing in ${count(both)} rows (φ ${correlation.toFixed(3)}).`, estimate: false })),
  ];
}

const count = (value: number): string => value.toLocaleString('en');
/** Never a false 0 or 100 %. */
function share(value: number): string {
  if (value > 0 && value < 0.001) return '< 0.1 %';
  if (value < 1 && value > 0.999) return '> 99.9 %';
  return `${(value * 100).toFixed(value === 1 ? 0 : 1)} %`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
