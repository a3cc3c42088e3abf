import path from 'node:path';
import { type ImportOverrides, type ImportRequest, ReelbenchError } from '../../../shared/contract/index.ts';
import { selectFiles, type Selection } from './selection.ts';
import type { SourceFile } from './source-file.ts';

/** Files and folders chosen together for an import, by absolute path, with the options of all and of each. */
export interface Choice {
  readonly roots: readonly string[];
  readonly options: ImportOverrides;
  readonly perFile: ImportRequest['perFile'];
  /** Of an import that is done again: its number, and the names of the files of it that are read. */
  readonly again?: { readonly importId: number; readonly names: ReadonlySet<string> };
}

/** The options that hold for one file: those of the whole import, then its own. */
export function optionsFor({ options, perFile }: Pick<Choice, 'options' | 'perFile'>, file: SourceFile): ImportOverrides {
  const { skip: _, ...own } = perFile[file.path] ?? {};
  return { ...options, ...own };
}

/** The files of a choice, without those to be skipped. @throws invalid-input when there are none */
export async function chosenFiles({ roots, options, perFile }: Choice, signal: AbortSignal): Promise<Selection> {
  const { files, ignored } = await selectFiles(roots, signal);
  const { sheets } = options;
  const kept = files.filter((file) => perFile[file.path]?.skip !== true && (!file.sheet || sheets === undefined || sheets.includes(file.sheet.name)));
  const absent = sheets?.find((name) => !files.some((file) => file.sheet?.name === name));
  if (absent !== undefined) {
    const names = files.flatMap((file) => file.sheet?.name ?? []).join(', ');
    throw new ReelbenchError('not-found', `There is no sheet ${absent} with rows.`, { hint: names === '' ? 'None of the files is a workbook.' : `The sheets are ${names}.` });
  }
  if (files.length === 0) {
    const names = roots.map((root) => path.basename(root)).join(', ');
    const found = ignored.length === 0 ? 'It holds nothing.' : `It holds ${ignored.slice(0, 5).map((file) => file.path).join(', ')}${ignored.length > 5 ? ' and others' : ''}.`;
    throw new ReelbenchError('invalid-input', `There is no data in ${names}. ${found}`, { file: names, hint: 'Choose .csv, .tsv, .dat, .parquet, .json, .ndjson or .xlsx files, a folder or a .zip with some, or MovieLens 100K’s u.data and its like.' });
  }
  return { files: kept, ignored };
}
