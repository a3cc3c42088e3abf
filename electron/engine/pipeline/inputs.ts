import { createHash } from 'node:crypto';
import type { Reason } from '../../../shared/contract/index.ts';
import type { Inputs } from '../workspace/builds.ts';
import { ratingsReference } from '../workspace/contents.ts';
import { decisionsPrint } from '../workspace/journal.ts';
import { parameterName, isRecord, valueAt } from '../workspace/parameter-schema.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Session } from '../workspace/session.ts';
import { identifier } from '../workspace/sql.ts';
import { readsWith, type Stage } from '../workspace/stage.ts';
import { isRaw } from './graph.ts';

/** Fingerprints of the imported files of each raw table, by the table's qualified name. */
export type RawFiles = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * What was imported, as one fingerprint a file: its content, how it was read, its place in its table, and when that
 * content first came, since rules about the future measure against that. Importing the same again changes none. Beside
 * the files stand what was decided by hand (`raw.decisions`) and what the ratings are compared with (`raw.reference`).
 */
export async function rawFiles(session: Session): Promise<RawFiles> {
  const files = await session.all<{ table: string; path: string; fingerprint: string }>(`
    SELECT 'raw.' || table_name AS "table", path,
      left(sha256, 12) || ' of ' || strftime(first_imported_at, '%Y-%m-%d %H:%M:%S') || ', ' || rows || ' rows' || CASE WHEN place > 1 THEN ', file ' || place || ', from row ' || first_row ELSE '' END
        || CASE WHEN reading <> '' THEN ', read as ' || left(reading, 8) ELSE '' END AS fingerprint
    FROM (SELECT *, row_number() OVER (PARTITION BY table_name ORDER BY file_id) AS place FROM raw.files) ORDER BY table_name, file_id
  `);
  const byTable = new Map<string, Record<string, string>>();
  const taken = new Set<string>();
  for (const { table, path, fingerprint } of files) {
    let name = path;
    for (let copy = 2; taken.has(name); copy++) name = `${path} (${copy})`;
    taken.add(name);
    byTable.set(table, { ...byTable.get(table), [name]: fingerprint });
  }
  const decided = await decisionsPrint(session);
  if (decided !== null) byTable.set(DECISIONS, { decisions: decided });
  const { reference } = await ratingsReference(session);
  if (reference !== null) byTable.set(REFERENCE, { 'earlier ratings': createHash('sha256').update(reference).digest('hex').slice(0, 12) });
  return byTable;
}

const DECISIONS = 'raw.decisions';
const REFERENCE = 'raw.reference';
/** What no file is: read by the stages alone that name it. */
const noFiles: readonly string[] = [DECISIONS, REFERENCE];

/** Parameters and, as `rules`, the person's own rules by their id. */
export type InputValues = ParameterValues & { readonly rules: Readonly<Record<string, string>> };

/** The inputs of a stage as they stand; `fingerprint` knows the built tables, undefined where there is none. */
export function inputsOf(stage: Stage, values: InputValues, files: RawFiles, fingerprint: (table: string) => string | undefined): Inputs {
  const raw = stage.reads.filter(isRaw);
  const read = raw.some((table) => table === 'raw.files' || table === 'raw.*') ? [...files.keys()].filter((table) => !noFiles.includes(table) || raw.includes(table)) : raw;
  return {
    code: stage.version,
    parameters: Object.fromEntries(stage.parameters.flatMap((name) => flatten(valueAt(values, name.split('.')), name.split('.')))),
    files: Object.assign({}, ...read.map((table) => files.get(table) ?? {})),
    tables: Object.fromEntries(readsWith(stage, values).filter((table) => !isRaw(table)).flatMap((table): [string, string][] => {
      const print = fingerprint(table);
      return print === undefined ? [] : [[table, print]];
    })),
  };
}

/** The key under which the cache finds what a stage made from these inputs. */
export function keyOf(inputs: Inputs): string {
  const sorted = (record: Readonly<Record<string, string>>) => Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // Files stay in their order: it is the order of their rows.
  return createHash('sha256').update(JSON.stringify([inputs.code, sorted(inputs.parameters), Object.entries(inputs.files), sorted(inputs.tables)])).digest('hex').slice(0, 32);
}

/** What differs, by name, with both sides where a person can read them. */
export function reasonsFor(before: Inputs | undefined, after: Inputs): Reason[] {
  if (before === undefined) {
    return [...Object.keys(after.files), ...Object.keys(after.tables)].map((what) => ({ what, change: 'new' }));
  }
  return [
    ...(before.code === after.code ? [] : [{ what: 'code', change: 'modified' as const, from: `version ${before.code}`, to: `version ${after.code}` }]),
    ...differences(before.parameters, after.parameters),
    ...differences(before.files, after.files),
    ...differences(before.tables, after.tables).map(({ what, change }) => ({ what, change })),
  ];
}

/**
 * A fingerprint of a table's rows, whatever their order: how many, and the sum of their hashes. Columns that tell how the
 * table was made (`measured`) do not count.
 * Two different contents share one with a chance of about 2⁻⁶⁴.
 */
export async function fingerprintOf(session: Session, table: string, measured: readonly string[] = []): Promise<string> {
  const columns = (await session.table(`SELECT * FROM ${table} LIMIT 0`)).columns.filter(({ name }) => !measured.includes(name));
  const hash = columns.length === 0 ? '0' : `hash(${columns.map(({ name }) => identifier(name)).join(', ')})`;
  const { rows, sum } = await session.one<{ rows: number; sum: string | null }>(`SELECT count(*) AS rows, CAST(sum(${hash}) AS VARCHAR) AS sum FROM ${table}`);
  return `${rows}:${sum ?? 0}:${columns.map(({ name, type }) => `${name} ${type}`).join(',')}`;
}

function differences(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): Reason[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((what): Reason[] => {
    const from = before[what];
    const to = after[what];
    if (from === to) return [];
    if (from === undefined) return [{ what, change: 'new', ...(to === undefined ? {} : { to }) }];
    if (to === undefined) return [{ what, change: 'deleted', from }];
    return [{ what, change: 'modified', from, to }];
  });
}

function flatten(value: unknown, path: readonly string[]): [string, string][] {
  if (value === undefined) return [];
  if (isRecord(value)) return Object.entries(value).flatMap(([key, below]) => flatten(below, [...path, key]));
  return [[parameterName(path), typeof value === 'string' ? value : JSON.stringify(value)]];
}
