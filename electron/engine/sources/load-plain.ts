import { createHash } from 'node:crypto';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { readPieces } from '../workspace/disk-files.ts';
import { Session, throwIfCancelled } from '../workspace/session.ts';
import { exactPath, identifier, literal } from '../workspace/sql.ts';
import type { Loading } from './load-text.ts';
import type { FilePlan, TargetColumn } from './plan.ts';
import { type RawTable, tableIn } from './raw-tables.ts';

/** Below this the exact reader is as quick. */
const PLAIN_FROM_BYTES = 16 * 1024 * 1024;

/** Thrown when a file that looked plain turned out not to be: the import starts again and reads it cell by cell. */
export class NotPlain extends Error {
  override readonly name = 'NotPlain';
  /** The file, once known. */
  file?: string;
}

/** Whether a large file may hold nothing but plain numbers, so that DuckDB's own CSV reader can load it. */
export function mayBePlain(plan: FilePlan, fromBytes = PLAIN_FROM_BYTES): boolean {
  const { kind, dialect, columns, head, encoding, nullTokens, file } = plan;
  return (
    (kind === 'ratings' || kind === 'genome_scores') && encoding === 'utf-8' && (plan.format === 'csv' || plan.format === 'tsv' || plan.format === 'dat') &&
    file.bytes >= fromBytes && /^[,;|\t]$/.test(dialect.delimiter) && columns.every(({ field }) => field !== null) &&
    ![...nullTokens].some((token) => /^[\d.,/-]*$/.test(token)) &&
    head.broken.length === 0 && head.rows.every(({ cells }) => cells.length === columns.length && cells.every((cell) => /^[\d.-]*$/.test(cell)))
  );
}

/**
 * Loads a plain file with DuckDB's parallel CSV reader, while the same bytes are hashed and checked here. The result is
 * exactly what `loadText` would give, because that much is proven: after the header the file holds only digits, `.`, `-`,
 * delimiters and line ends; DuckDB refused no line; ids are whole and ≥ 1 and timestamps whole; and there are as many
 * rows as lines, so that row r stands on line r + 1 (+ 1 with a header).
 * @throws NotPlain when any of it does not hold; the transaction is then of no more use
 */
export async function loadPlain(plan: FilePlan, path: string, table: RawTable, fileId: number, session: Session, loading: Loading): Promise<{ sha256: string; bytes: number; rows: number }> {
  const giveUp = new AbortController();
  const loader = new Session(session.connection, AbortSignal.any([loading.signal, giveUp.signal]));
  await session.run('SET enable_progress_bar = true; SET enable_progress_bar_print = false');
  let checked = 0;
  const beat = setInterval(() => {
    const share = session.progress();
    loading.progress(Math.min(checked, share > 0 ? (share / 100) * plan.file.bytes : 0));
  }, 200);
  try {
    const [loaded, scanned] = await Promise.allSettled([
      loader.run(insertStatement(plan, path, table)),
      scanPlain(path, plan, loading.signal, (bytes) => (checked = bytes)).catch((error: unknown) => {
        giveUp.abort();
        throw error;
      }),
    ]);
    throwIfCancelled(loading.signal);
    if (scanned.status === 'rejected') throw scanned.reason;
    if (loaded.status === 'rejected') throw refused(loaded.reason);
    const rows = loaded.value;
    if (rows !== scanned.value.lines - (plan.header ? 1 : 0)) throw new NotPlain(`${rows} rows on ${scanned.value.lines} lines`);
    if (!(await withinBounds(plan, table, session))) throw new NotPlain('ids below 1 or numbers too large');
    await session.run(`INSERT INTO ${tableIn(table.place, 'lines')} VALUES ($1, $2, $3, $4)`, [fileId, table.name, BigInt(table.rows), plan.header ? 2n : 1n]);
    table.rows += rows;
    return { sha256: scanned.value.sha256, bytes: scanned.value.bytes, rows };
  } catch (error) {
    if (error instanceof NotPlain) error.file = plan.file.path;
    throw error;
  } finally {
    clearInterval(beat);
  }
}

/** What DuckDB refused to read is not plain; a full disk, say, is another matter. */
function refused(error: unknown): unknown {
  return error instanceof ReelbenchError && error.code !== 'internal' ? error : new NotPlain(String(error), { cause: error });
}

/** Whole numbers are read as DOUBLE, because DuckDB rounds a fraction away where a BIGINT is expected; a row with one is left out, and so missed. */
function insertStatement(plan: FilePlan, path: string, table: RawTable): string {
  const targets = plan.targets.filter(({ from }) => typeof from === 'number');
  const fractions = wholeTargets(plan).map(({ name }) => `coalesce(${identifier(name)} - floor(${identifier(name)}), 0)`);
  const columns = plan.columns.map(({ field }) => `${literal(field)}: 'DOUBLE'`);
  return `
    INSERT INTO ${tableIn(table.place, table.name)} (${targets.map(({ name }) => identifier(name)).join(', ')})
    SELECT ${targets.map(({ name, cell }) => (cell === 'number' ? identifier(name) : `${identifier(name)}::BIGINT`)).join(', ')}
    FROM read_csv(${literal(exactPath(path))}, auto_detect = false, header = ${plan.header}, delim = ${literal(plan.dialect.delimiter)}, quote = '', escape = '', columns = {${columns.join(', ')}})
    WHERE ${fractions.join(' + ')} = 0`;
}

/** Whether all whole numbers of the table lie where `values.ts` says that they can be read (and doubles are exact). */
async function withinBounds(plan: FilePlan, table: RawTable, session: Session): Promise<boolean> {
  const bounds = wholeTargets(plan).map(({ name, cell }) => {
    const [lowest, highest] = [`coalesce(min(${identifier(name)}), 1)`, `coalesce(max(${identifier(name)}), 1)`];
    return `${lowest} >= ${cell === 'id' ? '1' : '-100000000000000'} AND ${highest} < 100000000000000`;
  });
  const { within } = await session.one<{ within: boolean }>(`SELECT ${bounds.join(' AND ')} AS within FROM ${tableIn(table.place, table.name)}`);
  return within;
}

function wholeTargets(plan: FilePlan): TargetColumn[] {
  return plan.targets.filter(({ from, cell }) => typeof from === 'number' && cell !== 'number');
}

const LF = 10;
const CR = 13;

/** Hashes a file, counts its lines, and makes sure that only the bytes of plain numbers follow the header. @throws NotPlain */
export async function scanPlain(path: string, plan: Pick<FilePlan, 'header' | 'dialect'>, signal: AbortSignal, progress: (bytes: number) => void): Promise<{ sha256: string; bytes: number; lines: number }> {
  const hash = createHash('sha256');
  const delimiter = plan.dialect.delimiter.charCodeAt(0);
  let inHeader = plan.header;
  let lines = 0;
  let bytes = 0;
  let previous = LF;
  for await (const piece of readPieces(path, signal)) {
    hash.update(piece);
    let from = 0;
    if (inHeader) {
      const end = piece.indexOf(LF);
      from = end < 0 ? piece.length : end + 1;
      if (end >= 0) {
        inHeader = false;
        lines = 1;
        previous = LF;
      }
    }
    if (!inHeader) {
      lines += plainLines(piece, from, previous, delimiter);
      previous = piece[piece.length - 1] ?? previous;
    }
    bytes += piece.length;
    progress(bytes);
  }
  if (previous === CR) throw new NotPlain('a carriage return at the end');
  return { sha256: hash.digest('hex'), bytes, lines: lines + (previous === LF ? 0 : 1) };
}

/**
 * Line ends in `bytes[from…]`, four bytes a step. Each byte must lie in `,-./0123456789` or be LF; what does not is looked
 * at by itself. @throws NotPlain
 */
function plainLines(bytes: Buffer, from: number, before: number, delimiter: number): number {
  let lines = 0;
  if (before === CR && bytes[from] !== LF) throw new NotPlain('a carriage return within a line');
  const single = (at: number): void => {
    const byte = bytes[at] ?? 0;
    if (byte === LF) lines++;
    else if (byte === CR && at + 1 < bytes.length && bytes[at + 1] !== LF) throw new NotPlain('a carriage return within a line');
    else if (!((byte >= 0x2c && byte <= 0x39) || byte === delimiter || byte === CR)) throw new NotPlain(`a byte ${byte}`);
  };
  let at = from;
  while (at < bytes.length && ((bytes.byteOffset + at) & 3) !== 0) single(at++);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, (bytes.length - at) >> 2);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0;
    // A byte's top bit is set in `ends` where the byte is LF, in `odd` where it is outside 0x2c…0x39.
    const ended = word ^ 0x0a0a0a0a;
    const ends = ~(((ended & 0x7f7f7f7f) + 0x7f7f7f7f) | ended | 0x7f7f7f7f);
    const odd = (word | ~((word | 0x80808080) - 0x2c2c2c2c) | ((word & 0x7f7f7f7f) + 0x46464646)) & 0x80808080;
    if ((odd & ~ends) !== 0) for (let j = 0; j < 4; j++) single(at + i * 4 + j);
    else if (ends !== 0) lines += ((ends >>> 7) & 1) + ((ends >>> 15) & 1) + ((ends >>> 23) & 1) + (ends >>> 31);
  }
  for (at += words.length * 4; at < bytes.length; at++) single(at);
  return lines;
}
