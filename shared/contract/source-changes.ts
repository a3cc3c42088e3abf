import { z } from 'zod';
import { SourceKind } from './sources.ts';

const FileState = z.object({
  bytes: z.number(),
  /** Null where the size alone tells that it is another. */
  sha256: z.string().nullable(),
  /** ISO 8601, UTC. */
  modifiedAt: z.string(),
});

/** An imported file and what became of the file on disk that it came from. Of an archive and of a workbook that is the archive, or the workbook. */
export const SourceChange = z.object({
  /** Name inside what was chosen, as in `raw.files`. */
  path: z.string(),
  kind: SourceKind,
  /** `unknown`: it came from no file that lasts (sent by a browser, the built-in sample), or from one that this machine was never given. */
  change: z.enum(['unchanged', 'modified', 'deleted', 'unknown']),
  /** As it was imported. */
  from: FileState.nullable(),
  /** As it is now. */
  to: FileState.nullable(),
});
export type SourceChange = z.infer<typeof SourceChange>;
