import { existsSync } from 'node:fs';
import path from 'node:path';
import { lookAgain, readOrigins } from '../workspace/disk-files.ts';
import type { Stage } from '../workspace/stage.ts';

/** The inventory of what was imported, as the rest of the run sees it. */
export const extractStage: Stage = {
  name: 'extract',
  title: 'Take stock of the imported files',
  reads: ['raw.files'],
  writes: ['source_files'],
  parameters: [],
  version: 2,
  async run(context) {
    const { session, signal, clock } = context;
    for (const { path: name, disk, known } of await readOrigins(session)) {
      // A workspace that came from another machine names folders that are not here.
      if (disk === null || known === null || !existsSync(path.dirname(disk))) continue;
      const { change } = await lookAgain(disk, known, { signal, now: clock });
      if (change === 'modified' || change === 'deleted') context.log('warn', `${name} was ${change} on disk since it was imported; the run goes by what was imported.`);
    }
    await session.run(`
      CREATE TABLE ${context.write('source_files')} AS
      SELECT table_name, row_number() OVER (PARTITION BY table_name ORDER BY file_id) AS position, path, kind, release, format, encoding, reading, bytes, sha256,
        first_row, rows, unreadable, rejected, scale_min, scale_max, scale_step, first_imported_at
      FROM raw.files ORDER BY table_name, position
    `);
    const { rows } = await session.one<{ rows: number }>('SELECT CAST(coalesce(sum(rows + unreadable + rejected), 0) AS BIGINT) AS rows FROM raw.files');
    return { rowsIn: rows, rowsOut: rows };
  },
};
