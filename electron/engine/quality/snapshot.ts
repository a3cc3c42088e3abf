import type { Session } from '../workspace/session.ts';

/** Runs queries that must all see one state, whatever is imported meanwhile. When `work` fails, the connection ends with it. */
export async function inSnapshot<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.run('BEGIN TRANSACTION');
  const result = await work();
  await session.run('COMMIT');
  return result;
}
