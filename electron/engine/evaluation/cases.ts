import type { Csr } from '../kernels/index.ts';
import { readColumns, readRatings } from '../workspace/columns.ts';
import { withDraw } from '../workspace/draw.ts';
import type { StageContext } from '../workspace/stage.ts';

/** What is asked of every model: a row a user, users ascending. */
export interface Cases {
  readonly userIds: Int32Array;
  /** What a model is shown of each user. */
  readonly shown: Csr;
  /** For each user the entries of `shown`, as indices into the user's own, from the oldest to the newest. */
  readonly order: Int32Array;
  /** The relevant test films of each user that are among the films; their number with the others is in `relevant`. */
  readonly wanted: Csr;
  readonly relevant: Int32Array;
  /** Users who could be measured: with more of them than `evaluate.max_users`, `userIds` is a draw. */
  readonly eligible: number;
  /** For each user the films that alone are ranked (sampled metrics); left out: all that have a training rating. */
  readonly candidates?: readonly Int32Array[];
  /** Users with relevant test films of whom nothing is known: there is nothing to show, so they are not measured. */
  readonly unknown: number;
}

/** SQL of the pairs that no model may learn from. */
export function heldOut({ read }: StageContext): string {
  return `(SELECT user_id, movie_id FROM ${read('splits')} WHERE part <> 'train')`;
}

/**
 * Reads what each user is shown and asked: shown are all ratings but those asked for (part test, not given), also those
 * for validation; asked are the films of these that are relevant, by `evaluate.threshold`.
 */
export async function readCases({ session, read, parameters }: StageContext, movieIds: Int32Array): Promise<Cases> {
  const { threshold, max_users } = parameters.evaluate;
  const asked = `(SELECT user_id, movie_id FROM ${read('splits')} WHERE part = 'test' AND NOT given)`;
  await session.run(`
    CREATE OR REPLACE TEMP TABLE evaluation_wanted AS
    SELECT user_id, movie_id FROM ${threshold === undefined ? asked : `${read('ratings')} SEMI JOIN ${asked} USING (user_id, movie_id) WHERE rating >= ${threshold}`};
    CREATE OR REPLACE TEMP TABLE evaluation_users AS
    SELECT user_id, count(*) AS relevant FROM evaluation_wanted GROUP BY user_id;
  `);
  const { asked: all } = await session.one<{ asked: number }>('SELECT count(*) AS asked FROM evaluation_users');
  await session.run(`
    CREATE OR REPLACE TEMP TABLE evaluation_users AS
    SELECT * FROM evaluation_users SEMI JOIN (SELECT user_id FROM ${read('ratings')} ANTI JOIN ${asked} USING (user_id, movie_id)) USING (user_id);
  `);
  const { eligible } = await session.one<{ eligible: number }>('SELECT count(*) AS eligible FROM evaluation_users');
  if (max_users > 0 && eligible > max_users) {
    await session.run(`CREATE OR REPLACE TEMP TABLE evaluation_users AS SELECT user_id, relevant FROM (${withDraw('FROM evaluation_users', ['user_id'], parameters.engine.seed)}) ORDER BY draw, user_id LIMIT ${max_users}`);
  }
  const known = `FROM ${read('ratings')} SEMI JOIN evaluation_users USING (user_id) ANTI JOIN (FROM ${asked} SEMI JOIN evaluation_users USING (user_id)) USING (user_id, movie_id)`;
  const shown = await readRatings(session, `SELECT user_id, movie_id, rating ${known}`, movieIds);
  const places = await readRatings(session, `SELECT user_id, movie_id, row_number() OVER (PARTITION BY user_id ORDER BY rated_at NULLS FIRST, movie_id) AS rating ${known}`, movieIds);
  const wanted = await readRatings(session, 'SELECT user_id, movie_id, 1 AS rating FROM evaluation_wanted SEMI JOIN evaluation_users USING (user_id)', movieIds);
  const [relevant] = await readColumns(session, 'SELECT relevant::INTEGER FROM evaluation_users ORDER BY user_id', wanted.userIds.length, [Int32Array]);
  await session.run('DROP TABLE evaluation_wanted; DROP TABLE evaluation_users');
  return { userIds: wanted.userIds, shown: shown.ratings, order: orderOf(places.ratings), wanted: wanted.ratings, relevant, eligible, unknown: all - eligible };
}

/** Of each row the indices of its entries by their values, ascending. */
function orderOf({ rows, indptr, values }: Csr): Int32Array {
  const order = new Int32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [indptr[row] ?? 0, indptr[row + 1] ?? 0];
    const own = values.subarray(from, to);
    order.set(Int32Array.from(own.keys()).sort((a, b) => (own[a] ?? 0) - (own[b] ?? 0)), from);
  }
  return order;
}
