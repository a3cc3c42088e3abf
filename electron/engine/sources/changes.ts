import { ReelbenchError, type SourceChange } from '../../../shared/contract/index.ts';
import { ImportOverrides, ImportRequest } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import { keepLearnt, type KnownFile, lookAgain, type Looked, type Origin, readOrigins } from '../workspace/disk-files.ts';
import { RememberedPaths } from '../workspace/remembered-paths.ts';
import type { Session } from '../workspace/session.ts';
import type { Choice } from './choice.ts';

/** What became of the files on disk that the imported files came from, in the order of the import. Most are not read for it. */
export async function sourceChanges(engine: EngineContext, signal: AbortSignal): Promise<(SourceChange & { readonly fileId: number })[]> {
  const workspace = engine.workspace();
  const origins = await workspace.read(readOrigins, signal);
  const granted = await new RememberedPaths(engine).all();
  const looked = new Map<string, Looked>();
  const learnt: { importId: number; disk: string; known: KnownFile }[] = [];
  const changes: (SourceChange & { fileId: number })[] = [];
  for (const { fileId, path, kind, importId, disk, known, roots } of origins) {
    const from = known && stateOf(known);
    if (importId === null || disk === null || known === null || !roots.every((root) => granted.has(root))) {
      changes.push({ fileId, path, kind, change: 'unknown', from, to: null });
      continue;
    }
    const key = `${importId} ${disk}`;
    const found = looked.get(key) ?? (await lookAgain(disk, known, { signal, now: engine.clock }));
    if (found.learnt && !looked.has(key)) learnt.push({ importId, disk, known: found.learnt });
    looked.set(key, found);
    changes.push({ fileId, path, kind, change: found.change, from, to: found.now && stateOf(found.now) });
  }
  // While a job writes it would have to wait for that; the next look learns it again.
  if (learnt.length > 0 && !engine.jobs.running()) await workspace.write((session) => keepLearnt(session, learnt), signal);
  return changes;
}

function stateOf({ bytes, modified, sha256 }: { bytes: number; modified: string; sha256: string | null }): NonNullable<SourceChange['from']> {
  return { bytes, sha256, modifiedAt: new Date(Number(BigInt(modified) / 1_000_000n)).toISOString() };
}

/**
 * What to import again so that the tables are those of the files as they are now: the files that changed, and whatever else
 * the same tables were made of, in the same order. @throws not-found, forbidden when one of those is not there to be read
 */
export async function changedChoices(engine: EngineContext, signal: AbortSignal): Promise<{ choices: Choice[]; changed: string[] }> {
  const changes = new Map((await sourceChanges(engine, signal)).map((change) => [change.fileId, change]));
  const changed = [...changes.values()].filter(({ change }) => change === 'modified');
  if (changed.length === 0) return { choices: [], changed: [] };
  return engine.workspace().read(async (session) => {
    const wanted = await madeTogether(session, changed.map(({ fileId }) => fileId));
    for (const id of wanted) {
      const found = changes.get(id);
      const why = `It is part of the same table as ${changed.map(({ path }) => path).join(', ')}, so it would have to be read again.`;
      if (found?.change === 'deleted') throw new ReelbenchError('not-found', `${found.path} is no longer where it was imported from. ${why}`, { file: found.path, hint: 'Import the files that there are.' });
      if (found?.change === 'unknown') throw new ReelbenchError('forbidden', `Where ${found.path} came from is not known on this machine. ${why}`, { file: found.path, hint: 'Choose the files again.' });
    }
    const origins = (await readOrigins(session)).filter(({ fileId }) => wanted.has(fileId));
    const choices: Choice[] = [];
    for (const [importId, files] of Map.groupBy(origins, (origin) => origin.importId)) if (importId !== null) choices.push(await choiceOf(session, importId, files));
    return { choices, changed: changed.map(({ path }) => path) };
  }, signal);
}

/** The files that share tables with these, directly or through others: a table is made anew as a whole. */
async function madeTogether(session: Session, fileIds: readonly number[]): Promise<Set<number>> {
  const rows = await session.all<{ id: number; table: string }>('SELECT file_id AS id, table_name AS "table" FROM raw.files');
  const reached = new Set(fileIds);
  for (let before = 0; before < reached.size;) {
    before = reached.size;
    const tables = new Set(rows.filter(({ id }) => reached.has(id)).map(({ table }) => table));
    for (const { id, table } of rows) if (tables.has(table)) reached.add(id);
  }
  return reached;
}

async function choiceOf(session: Session, importId: number, files: readonly Origin[]): Promise<Choice> {
  const { options, perFile } = await session.one<{ options: string; perFile: string }>('SELECT options, per_file AS "perFile" FROM contents.imports WHERE import_id = ?', [importId]);
  return {
    roots: files[0]?.roots ?? [], options: { ...ImportOverrides.parse(JSON.parse(options)), append: false }, perFile: ImportRequest.shape.perFile.parse(JSON.parse(perFile)),
    again: { importId, names: new Set(files.map(({ path }) => path)) },
  };
}
