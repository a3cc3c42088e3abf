import { ReelbenchError } from '../../../shared/contract/index.ts';
import { literal } from '../workspace/sql.ts';
import type { Stage, StageContext } from '../workspace/stage.ts';
import { countCopies } from './copies.ts';

/** Kinds that are loaded, each with the core tables whose rows come from it alone, one for one. */
const kinds: readonly { kind: string; into?: readonly string[] }[] = [
  { kind: 'ratings', into: ['ratings'] }, { kind: 'movies', into: ['movies'] }, { kind: 'tags', into: ['tags'] }, { kind: 'links' }, { kind: 'users' },
  { kind: 'genome_tags', into: ['genome_tags'] }, { kind: 'genome_scores', into: ['genome_scores'] },
  { kind: 'persons', into: ['movie_cast', 'movie_crew'] }, { kind: 'keywords', into: ['movie_keywords'] },
];

const keys: readonly { table: string; key: readonly string[] }[] = [
  { table: 'movies', key: ['movie_id'] }, { table: 'users', key: ['user_id'] },
  { table: 'genres', key: ['genre_id'] }, { table: 'movie_genres', key: ['movie_id', 'genre_id'] }, { table: 'genome_tags', key: ['tag_id'] },
  { table: 'people', key: ['person_id'] }, { table: 'keywords', key: ['keyword_id'] }, { table: 'movie_keywords', key: ['movie_id', 'keyword_id'] },
];

const references: readonly { table: string; column: string; to: string }[] = [
  { table: 'ratings', column: 'movie_id', to: 'movies' }, { table: 'ratings', column: 'user_id', to: 'users' },
  { table: 'tags', column: 'movie_id', to: 'movies' }, { table: 'tags', column: 'user_id', to: 'users' },
  { table: 'movie_genres', column: 'movie_id', to: 'movies' }, { table: 'movie_genres', column: 'genre_id', to: 'genres' },
  { table: 'genome_scores', column: 'movie_id', to: 'movies' }, { table: 'genome_scores', column: 'tag_id', to: 'genome_tags' },
  { table: 'movie_cast', column: 'movie_id', to: 'movies' }, { table: 'movie_cast', column: 'person_id', to: 'people' },
  { table: 'movie_crew', column: 'movie_id', to: 'movies' }, { table: 'movie_crew', column: 'person_id', to: 'people' },
  { table: 'movie_keywords', column: 'movie_id', to: 'movies' }, { table: 'movie_keywords', column: 'keyword_id', to: 'keywords' },
];

/**
 * Checks what the transform made before anyone sees it: keys are unique and present, references hold, and every line
 * of every file is accounted for. Writes `reconciliation`; a mismatch fails the run.
 */
export const loadStage: Stage = {
  name: 'load',
  title: 'Check and reconcile',
  reads: [...kinds.map(({ kind }) => `raw.${kind}`), 'quarantine', 'fixes', 'movies', 'genres', 'movie_genres', 'users', 'ratings', 'tags', 'genome_tags', 'genome_scores', 'people', 'movie_cast', 'movie_crew', 'keywords', 'movie_keywords', 'row_outcomes'],
  writes: ['reconciliation'],
  parameters: [],
  version: 3,
  async run(context) {
    const problems = [...(await checkKeys(context)), ...(await checkReferences(context)), ...(await reconcile(context))];
    if (problems.length > 0) throw new ReelbenchError('internal', `The output checks failed: ${problems.join(' ')}`, { hint: 'Nothing was changed. The figures are in the run’s report.' });
    const { rowsIn, rowsOut } = await context.session.one<{ rowsIn: number; rowsOut: number }>(
      `SELECT CAST(coalesce(sum(imported), 0) AS BIGINT) AS "rowsIn", CAST(coalesce(sum(loaded), 0) AS BIGINT) AS "rowsOut" FROM ${context.write('reconciliation')}`);
    return { rowsIn, rowsOut };
  },
};

async function checkKeys({ session, has, read }: StageContext): Promise<string[]> {
  const problems: string[] = [];
  if (await has('ratings')) {
    const copies = await countCopies(session, read('ratings'));
    const { missing } = await session.one<{ missing: number }>(`SELECT count(*) AS missing FROM ${read('ratings')} WHERE user_id IS NULL OR movie_id IS NULL OR rating IS NULL`);
    if (copies > 0) problems.push(`ratings has ${copies} rows for a user and a film that have one already.`);
    if (missing > 0) problems.push(`ratings has ${missing} rows without user, film or rating.`);
  }
  for (const { table, key } of keys) {
    if (!(await has(table))) continue;
    const { copies, missing } = await session.one<{ copies: number; missing: number }>(`
      SELECT
        (SELECT count(*) FROM (SELECT 1 FROM ${read(table)} GROUP BY ${key.join(', ')} HAVING count(*) > 1)) AS copies,
        (SELECT count(*) FROM ${read(table)} WHERE ${key.map((column) => `${column} IS NULL`).join(' OR ')}) AS missing
    `);
    if (copies > 0) problems.push(`${table} has ${copies} values of (${key.join(', ')}) more than once.`);
    if (missing > 0) problems.push(`${table} has ${missing} rows without ${key.join(' or ')}.`);
  }
  return problems;
}

async function checkReferences({ session, has, read }: StageContext): Promise<string[]> {
  const problems: string[] = [];
  for (const { table, column, to } of references) {
    if (!(await has(table)) || !(await has(to))) continue;
    const { n } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${read(table)} ANTI JOIN ${read(to)} USING (${column})`);
    if (n > 0) problems.push(`${n} rows of ${table} name a ${column} that is not in ${to}.`);
  }
  return problems;
}

/** Every line of a file is loaded, quarantined, dropped by a rule, left out by the transform, gone into the row of another film, or was rejected by the import. */
async function reconcile({ session, has, read, write }: StageContext): Promise<string[]> {
  await session.run(`
    CREATE TABLE ${write('reconciliation')} (
      table_name VARCHAR, imported BIGINT, loaded BIGINT, fixed BIGINT, quarantined BIGINT, dropped BIGINT,
      unusable BIGINT, orphans BIGINT, duplicates BIGINT, merged BIGINT, k_core BIGINT, rejected BIGINT, difference BIGINT
    )
  `);
  const problems: string[] = [];
  for (const { kind, into } of kinds) {
    if (!(await has(`raw.${kind}`))) continue;
    const inventory = (columns: string) => `(SELECT CAST(coalesce(sum(${columns}), 0) AS BIGINT) FROM raw.files WHERE table_name = ${literal(kind)})`;
    const row = `coalesce(row_id, -1 - text_row_id)`;
    const mine = (table: string) => `FROM ${read(table)} WHERE table_name = ${literal(kind)} AND (row_id IS NOT NULL OR text_row_id IS NOT NULL)`;
    const outcome = (name: string) => `(SELECT CAST(coalesce(sum(rows), 0) AS BIGINT) FROM ${read('row_outcomes')} WHERE table_name = ${literal(kind)} AND outcome = ${literal(name)})`;
    const { difference, loaded } = await session.one<{ difference: number; loaded: number }>(`
      INSERT INTO ${write('reconciliation')}
      WITH
      quarantined AS (
        SELECT DISTINCT ${row} AS id ${mine('quarantine')}
          AND (${row}, rule) NOT IN (SELECT (${row}, rule) ${mine('fixes')} AND action = 'set')
      ),
      dropped AS (SELECT DISTINCT ${row} AS id ${mine('fixes')} AND action = 'drop'),
      changed AS (SELECT DISTINCT ${row} AS id ${mine('fixes')} AND action = 'set'),
      counted AS (
        SELECT
          ${inventory('rows + unreadable + rejected')} AS imported,
          ${outcome('loaded')} AS loaded,
          (SELECT count(*) FROM changed WHERE id NOT IN (SELECT id FROM quarantined) AND id NOT IN (SELECT id FROM dropped)) AS fixed,
          (SELECT count(*) FROM quarantined) AS quarantined,
          (SELECT count(*) FROM dropped WHERE id NOT IN (SELECT id FROM quarantined)) AS dropped,
          ${outcome('unusable')} AS unusable,
          ${outcome('orphan')} AS orphans,
          ${outcome('duplicate')} AS duplicates,
          ${outcome('merged')} AS merged,
          ${outcome('k-core')} AS k_core,
          ${inventory('rejected')} AS rejected
      )
      SELECT ${literal(kind)}, *, imported - loaded - quarantined - dropped - unusable - orphans - duplicates - merged - k_core - rejected FROM counted
      RETURNING difference, loaded
    `);
    if (difference !== 0) problems.push(`${Math.abs(difference)} rows of ${kind} are ${difference > 0 ? 'not accounted for' : 'accounted for twice'}.`);
    if (into !== undefined && (await has(into[0] ?? ''))) {
      const { n } = await session.one<{ n: number }>(`SELECT ${into.map((table) => `(SELECT count(*) FROM ${read(table)})`).join(' + ')} AS n`);
      if (n !== loaded) problems.push(`${into.join(' and ')} ${into.length > 1 ? 'have' : 'has'} ${n} rows where ${loaded} were to be loaded.`);
    }
  }
  return problems;
}
