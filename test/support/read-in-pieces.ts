import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadText } from '../../electron/engine/sources/load-text.ts';
import { planFile } from '../../electron/engine/sources/plan.ts';
import { RawTables, recordFile, RowWriter } from '../../electron/engine/sources/raw-tables.ts';
import { selectFiles } from '../../electron/engine/sources/selection.ts';
import type { Workspace } from '../../electron/engine/workspace/workspace.ts';

/** Imports texts of files by name as the engine does, `pieceBytes` at a time. */
export async function readInPieces(workspace: Workspace, texts: Readonly<Record<string, string>>, { pieceBytes, importedAt }: { pieceBytes: number; importedAt: Date }): Promise<void> {
  const { signal } = new AbortController();
  await workspace.write(async (session) => {
    const tables = new RawTables(session, false);
    for (const [fileId, [name, text]] of Object.entries(texts).entries()) {
      const file = path.join(workspace.directory, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
      const { files: [source] } = await selectFiles([file], signal);
      if (!source) throw new Error(`${name} is no file that is imported.`);
      const plan = await planFile(source, [source], {});
      const table = await tables.prepare(plan.table, plan.targets);
      const firstRow = table.rows;
      const main = await RowWriter.open(session, table, fileId);
      const { sha256, bytes } = await loadText(plan, file, table, { main, unfolded: new Map() }, { signal, progress: () => undefined, pieceBytes });
      main.close();
      await recordFile(session, { fileId, plan, kind: plan.kind, table: table.name, bytes, sha256, firstRow, counts: main.counts, importedAt });
    }
  });
}
