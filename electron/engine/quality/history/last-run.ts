import { z } from 'zod';
import type { Session } from '../../workspace/session.ts';
import type { RatingShare } from '../relations/scope.ts';

const Shares = z.array(z.object({ rating: z.number(), share: z.number() }));

/** The distribution of ratings at the last good run (the live data_quality_reports), or null when there was none. */
export async function readEarlierShares(session: Session, table = 'main.data_quality_reports'): Promise<RatingShare[] | null> {
  const exists = await session.first(`SELECT 1 FROM information_schema.tables WHERE table_catalog = current_database() AND table_schema = 'main' AND table_name = 'data_quality_reports'`);
  if (!exists) return null;
  const row = await session.first<{ distribution: string | null }>(`SELECT distribution FROM ${table} ORDER BY made_at DESC LIMIT 1`);
  if (!row?.distribution) return null;
  const shares = Shares.safeParse(JSON.parse(row.distribution));
  return shares.success && shares.data.length > 0 ? shares.data : null;
}
