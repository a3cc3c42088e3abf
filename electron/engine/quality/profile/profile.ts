import type { ColumnProfile, TableProfile } from '../../../../shared/contract/index.ts';
import type { Clock } from '../../workspace/clock.ts';
import type { Session } from '../../workspace/session.ts';
import { alertsOf } from './alerts.ts';
import { profileColumn } from './column.ts';
import { DuplicateRows } from './duplicates.ts';
import { relate } from './relations.ts';
import { openSource, type Source, storedDistinct, takeBlocks } from './source.ts';
import { dropValues } from './values.ts';

/** A sample has about so many cells, and so many rows at least and at most. */
const SAMPLE_CELLS = 1_000_000;
const SAMPLE_ROWS = { least: 20_000, most: 250_000 } as const;
/** What a person waits for without a thought: tables with fewer cells are profiled exactly at once. */
const SMALL_CELLS = 1_000_000;

export const isSmall = ({ rows, columns }: Source): boolean => rows * columns.length <= SMALL_CELLS;

/** So few distinct values in a sample are likely all that there are. */
const FEW = 100;

export interface ProfileSteps {
  /** A column that need not be looked at again. */
  known?(name: string): ColumnProfile | undefined;
  column?(done: number, name: string): void;
  columnDone?(profile: ColumnProfile): void;
  step?(name: string): void;
}

/** The exact profile of a table: every figure is of all rows, but for the coefficients that say they are of a sample. */
export async function profileTable(session: Session, schema: string, table: string, clock: Clock): Promise<TableProfile> {
  return profileSource(session, await openSource(session, schema, table), clock);
}

export async function profileSource(session: Session, source: Source, clock: Clock, steps: ProfileSteps = {}): Promise<TableProfile> {
  const { schema, table, columns, rows, sql } = source;
  const began = clock().getTime();
  const duplicateRows = new DuplicateRows();
  const profiles: ColumnProfile[] = [];
  const distinct = await storedDistinct(session, source);
  for (const [place, column] of columns.entries()) {
    steps.column?.(place, column.name);
    const known = steps.known?.(column.name);
    const profile = known ?? (await profileColumn(session, sql, column, rows, (distinct.get(column.name) ?? 0) > rows / 2));
    profiles.push(profile);
    if (known === undefined) await duplicateRows.add(session, profile);
    steps.columnDone?.(profile);
  }
  await dropValues(session);
  steps.step?.('Correlations and missing values');
  const relations = await relate(session, source, profiles);
  steps.step?.('Duplicate rows');
  const duplicates = await duplicateRows.count(session, source);
  await duplicateRows.close(session);
  const alerts = alertsOf({ rows, columns: profiles, relations, duplicates });
  return { schema, table, rows, exact: true, sample: null, columns: profiles, alerts, relations, duplicates, seconds: (clock().getTime() - began) / 1000 };
}

/** The same from a sample in blocks: columns only, counts multiplied up. */
export async function estimateSource(session: Session, source: Source, clock: Clock): Promise<TableProfile> {
  const { schema, table, columns, rows } = source;
  const began = clock().getTime();
  const wanted = Math.min(SAMPLE_ROWS.most, Math.max(SAMPLE_ROWS.least, Math.round(SAMPLE_CELLS / columns.length)));
  const sample = await takeBlocks(session, source, wanted);
  const distinct = await storedDistinct(session, source);
  const profiles: ColumnProfile[] = [];
  for (const column of columns) {
    const profile = await profileColumn(session, 'temp.profile_sample', column, sample);
    profiles.push(scaled(profile, rows, distinct.get(column.name)));
  }
  await dropValues(session);
  await session.run('DROP TABLE IF EXISTS temp.profile_sample');
  const known = { rows, columns: profiles, relations: null, duplicates: null };
  return { schema, table, exact: false, sample, ...known, alerts: alertsOf(known), seconds: (clock().getTime() - began) / 1000 };
}

/** A sample's column as an estimate of the table's. */
function scaled(profile: ColumnProfile, rows: number, distinct = 0): ColumnProfile {
  const up = (count: number) => Math.round((count / Math.max(1, profile.rows)) * rows);
  const counted = <T extends { count: number }>(entries: readonly T[]): T[] => entries.map((entry) => ({ ...entry, count: up(entry.count) }));
  const nulls = up(profile.nulls);
  const { numbers, texts, times } = profile;
  return {
    ...profile,
    exact: false,
    rows,
    nulls,
    distinct: Math.min(profile.distinct < FEW ? profile.distinct : Math.max(profile.distinct, distinct), rows - nulls),
    top: counted(profile.top),
    histogram: counted(profile.histogram),
    numbers: numbers && { zeros: up(numbers.zeros), negative: up(numbers.negative), infinite: up(numbers.infinite), nan: up(numbers.nan), farOut: up(numbers.farOut) },
    texts: texts && { ...texts, blank: up(texts.blank), padded: up(texts.padded), asNumber: up(texts.asNumber), asDate: up(texts.asDate), patterns: counted(texts.patterns) },
    times: times && { ...times, line: counted(times.line) },
  };
}
