import type { Session } from '../../workspace/session.ts';
import { rawRows } from './fields.ts';
import type { Scope } from './scope.ts';

/** `person_rows`: every row of the cast and crew. */
export async function buildPersonRows(session: Session, scope: Scope): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP VIEW person_rows AS ${rawRows(scope, 'persons', { movie_id: 'id', name: 'text' })}`);
}
