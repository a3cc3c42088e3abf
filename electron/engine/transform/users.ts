import type { StageContext } from '../workspace/stage.ts';
import { cleanRows } from './clean.ts';
import { type Classified, countOutcomes, kept } from './outcomes.ts';

/** `users`: who rated or tagged, and what a file of users says of them. */
export async function buildUsers(context: StageContext, behaviour: readonly string[]): Promise<void> {
  const { session, write } = context;
  const text = (name: string) => ({ name, type: 'VARCHAR' }) as const;
  const known = (await context.has('raw.users'))
    ? await cleanRows(context, 'users', [{ name: 'user_id', type: 'BIGINT' }, text('gender'), text('age'), text('occupation'), text('zip_code')])
    : undefined;
  const source: Classified | undefined = known === undefined ? undefined : {
    rows: `SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY source_row) AS copy FROM (${known})`,
    removals: [['unusable', 'user_id IS NULL'], ['duplicate', 'copy > 1']],
  };
  const about = source ? kept(source) : 'SELECT NULL::BIGINT AS user_id, NULL::VARCHAR AS gender, NULL::VARCHAR AS age, NULL::VARCHAR AS occupation, NULL::VARCHAR AS zip_code WHERE false';
  const everyone = [...behaviour.map((table) => `SELECT user_id FROM ${table}`), ...(source ? [`SELECT user_id FROM (${kept(source)})`] : [])];
  if (everyone.length === 0) return;
  await session.run(`
    CREATE TABLE ${write('users')} AS
    SELECT user_id, gender, TRY_CAST(age AS INTEGER) AS age, occupation, zip_code
    FROM (SELECT DISTINCT user_id FROM (${everyone.join(' UNION ALL ')})) LEFT JOIN (${about}) about USING (user_id)
    ORDER BY user_id
  `);
  if (source) await countOutcomes(context, 'users', source);
}
