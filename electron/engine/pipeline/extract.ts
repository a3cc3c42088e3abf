import type { Stage } from '../workspace/stage.ts';

/** The inventory of what was imported, as the rest of the run sees it. */
export const extractStage: Stage = {
  name: 'extract',
  title: 'Take stock of the imported files',
  reads: ['raw.files'],
  writes: ['source_files'],
  parameters: [],
  version: 2,
  async run({ session, write }) {
    await session.run(`
      CREATE TABLE ${write('source_files')} AS
      SELECT table_name, row_number() OVER (PARTITION BY table_name ORDER BY file_id) AS position, path, kind, release, format, encoding, reading, bytes, sha256,
        first_row, rows, unreadable, rejected, scale_min, scale_max, scale_step, first_imported_at
      FROM raw.files ORDER BY table_name, position
    `);
    const { rows } = await session.one<{ rows: number }>('SELECT CAST(coalesce(sum(rows + unreadable + rejected), 0) AS BIGINT) AS rows FROM raw.files');
    return { rowsIn: rows, rowsOut: rows };
  },
};
