import { z } from 'zod';
import { ratingsReference } from '../../workspace/contents.ts';
import type { Session } from '../../workspace/session.ts';
import type { RatingShare } from '../relations/scope.ts';

const Shares = z.array(z.object({ rating: z.number(), share: z.number() }));

/**
 * The distribution that the ratings as they stand are compared with: of the last good run when this content was first
 * checked, so that a second check of it, or one after going back to it, says the same. Null when there was none.
 */
export async function referenceShares(session: Session): Promise<RatingShare[] | null> {
  const { reference } = await ratingsReference(session);
  if (reference === null) return null;
  const shares = Shares.safeParse(JSON.parse(reference));
  return shares.success && shares.data.length > 0 ? shares.data : null;
}
