import { openContents } from './contents.ts';
import type { Session } from './session.ts';
import { journalSchema } from './journal.ts';
import { buildsSchema, recordInterrupted, takeOverEarlierStages } from './builds.ts';
import { dropAbandoned } from './versions.ts';

/**
 * The schemas of a workspace's database:
 *
 * - `raw`    the rows of each source as they came, and the records of the import;
 * - `store`  one physical table for each version of a built table, named `<table>_<run>`;
 * - `journal` what people decided by hand, which outlives every import and run;
 * - `contents` what is remembered of contents that were imported, which outlives them, too;
 * - `main`   what everyone reads: a view for each built table on its live version, and the records tables.
 *
 * A run builds into `store`, each stage in a transaction that also enters the build into the cache (builds.ts), and moves
 * the views in one last transaction, so readers see the last good state until then and a kill at any moment leaves it.
 * Versions of no build are dropped when the workspace is opened.
 */
export async function migrate(session: Session): Promise<void> {
  await takeOverEarlierStages(session);
  await session.run(`
    CREATE SCHEMA IF NOT EXISTS raw;
    CREATE SCHEMA IF NOT EXISTS store;
    CREATE TABLE IF NOT EXISTS store.live (
      table_name VARCHAR PRIMARY KEY,
      physical VARCHAR NOT NULL,
      run_id VARCHAR NOT NULL,
      rows BIGINT NOT NULL
    );

    -- Every run and what its stages did, whether it succeeded or not.
    CREATE TABLE IF NOT EXISTS main.etl_runs (
      run_id VARCHAR PRIMARY KEY,
      status VARCHAR NOT NULL,
      started_at TIMESTAMP NOT NULL,
      seconds DOUBLE NOT NULL,
      version VARCHAR NOT NULL,
      parameters JSON NOT NULL,
      files JSON NOT NULL,
      blockers JSON NOT NULL,
      error JSON,
      report VARCHAR
    );
    CREATE TABLE IF NOT EXISTS main.etl_stages (
      run_id VARCHAR NOT NULL,
      position INTEGER NOT NULL,
      stage VARCHAR NOT NULL,
      state VARCHAR NOT NULL,
      reasons JSON NOT NULL,
      seconds DOUBLE NOT NULL,
      rows_in BIGINT NOT NULL,
      rows_out BIGINT NOT NULL
    );
    ALTER TABLE main.etl_runs ADD COLUMN IF NOT EXISTS request JSON;
    ALTER TABLE main.etl_runs ADD COLUMN IF NOT EXISTS after JSON;
    ALTER TABLE main.etl_stages ADD COLUMN IF NOT EXISTS began DOUBLE;
    ALTER TABLE main.etl_stages ADD COLUMN IF NOT EXISTS built_by VARCHAR;
    ALTER TABLE main.etl_stages ADD COLUMN IF NOT EXISTS restored BOOLEAN;
    ALTER TABLE main.etl_stages ADD COLUMN IF NOT EXISTS attempts INTEGER;
    ALTER TABLE main.etl_stages ADD COLUMN IF NOT EXISTS peak_memory_mb DOUBLE;
    ALTER TABLE main.etl_stages ADD COLUMN IF NOT EXISTS figures JSON;
    ALTER TABLE main.etl_stages ADD COLUMN IF NOT EXISTS error JSON;

    -- Every check of the rules that is kept, by itself or as a run's validation, and what each rule found.
    CREATE TABLE IF NOT EXISTS main.quality_history (
      check_id VARCHAR NOT NULL,
      source VARCHAR NOT NULL,
      made_at TIMESTAMP NOT NULL,
      seconds DOUBLE NOT NULL,
      blocked BOOLEAN NOT NULL,
      fingerprint VARCHAR NOT NULL,
      scores JSON NOT NULL,
      tables JSON NOT NULL,
      contents JSON NOT NULL
    );
    CREATE TABLE IF NOT EXISTS main.quality_history_rules (
      check_id VARCHAR NOT NULL,
      position INTEGER NOT NULL,
      rule VARCHAR NOT NULL,
      table_name VARCHAR NOT NULL,
      column_name VARCHAR,
      dimension VARCHAR NOT NULL,
      severity VARCHAR NOT NULL,
      unit VARCHAR NOT NULL,
      title VARCHAR NOT NULL,
      checked BIGINT NOT NULL,
      failed BIGINT NOT NULL,
      figure DOUBLE,
      status VARCHAR NOT NULL
    );
    -- The distributions of an imported table's columns, once for each content that a kept check saw.
    CREATE TABLE IF NOT EXISTS store.quality_sketches (content VARCHAR NOT NULL, table_name VARCHAR NOT NULL, sketch JSON NOT NULL);

    -- Lists worked out for all users, at most one entry a model: the file that holds them, and what they are of.
    CREATE TABLE IF NOT EXISTS store.precomputed (
      model VARCHAR NOT NULL,
      top INTEGER NOT NULL,
      users BIGINT NOT NULL,
      made_at TIMESTAMP NOT NULL,
      seconds DOUBLE NOT NULL,
      peak_memory_mb DOUBLE NOT NULL,
      bytes BIGINT NOT NULL,
      path VARCHAR NOT NULL,
      run_id VARCHAR NOT NULL,
      params JSON NOT NULL,
      sha256 VARCHAR NOT NULL,
      data VARCHAR NOT NULL,
      personal BOOLEAN NOT NULL
    );

    -- One row a file of an import. Rows of raw.<table> with rowid in [first_row, first_row + rows) came from it.
    CREATE TABLE IF NOT EXISTS raw.files (
      file_id INTEGER NOT NULL,
      path VARCHAR NOT NULL,
      kind VARCHAR NOT NULL,
      table_name VARCHAR NOT NULL,
      release VARCHAR,
      format VARCHAR NOT NULL,
      encoding VARCHAR NOT NULL,
      bytes BIGINT NOT NULL,
      sha256 VARCHAR NOT NULL,
      modified_at TIMESTAMP,
      first_row BIGINT NOT NULL,
      rows BIGINT NOT NULL,
      rejected BIGINT NOT NULL,
      unreadable BIGINT NOT NULL,
      scale_min DOUBLE,
      scale_max DOUBLE,
      scale_step DOUBLE,
      imported_at TIMESTAMP NOT NULL
    );
    -- Where rows are in their file: from first_row on (rowid), row r stands on line first_line + (r - first_row),
    -- until the next entry. Formats without lines (Parquet) have none.
    CREATE TABLE IF NOT EXISTS raw.lines (file_id INTEGER NOT NULL, table_name VARCHAR NOT NULL, first_row BIGINT NOT NULL, first_line BIGINT NOT NULL);
    CREATE TABLE IF NOT EXISTS raw.rejects (
      file_id INTEGER NOT NULL,
      table_name VARCHAR NOT NULL,
      line BIGINT NOT NULL,
      column_name VARCHAR,
      reason VARCHAR NOT NULL,
      text VARCHAR
    );
  `);
  await session.run(buildsSchema);
  await openContents(session);
  await session.run(journalSchema);
  await recordInterrupted(session);
  await dropAbandoned(session);
}
