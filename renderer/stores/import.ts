import { create } from 'zustand';
import type { FileRef } from '../../shared/contract/common.ts';
import type { ImportRequest } from '../../shared/contract/sources.ts';
import { asReelbenchError } from '../host/engine.ts';
import { host } from '../host/host.ts';
import type { ReelbenchError } from '../../shared/domain/error.ts';
import { navigate } from './route.ts';

type FileOptions = NonNullable<ImportRequest['perFile']>[string];

interface ImportDraft {
  /** What was dropped or picked; empty before. */
  readonly files: readonly FileRef[];
  readonly perFile: Readonly<Record<string, Partial<FileOptions>>>;
  readonly append: boolean;
  /** Files are on their way to the host. */
  readonly receiving: boolean;
  readonly error: ReelbenchError | null;
  /** The import that was started from this draft. */
  readonly jobId: string | null;
}

const fresh: ImportDraft = { files: [], perFile: {}, append: false, receiving: false, error: null, jobId: null };

/** The import that is being prepared. It stays when another page is opened. */
export const useImportDraft = create<ImportDraft>()(() => fresh);

export const discardImport = (): void => useImportDraft.setState(fresh);

async function receive(granting: Promise<FileRef[]>): Promise<void> {
  useImportDraft.setState({ receiving: true, error: null });
  try {
    const files = await granting;
    if (files.length === 0) return;
    useImportDraft.setState({ ...fresh, files });
    navigate('import');
  } catch (thrown) {
    useImportDraft.setState({ error: asReelbenchError(thrown) });
    navigate('import');
  } finally {
    useImportDraft.setState({ receiving: false });
  }
}

/** Dropped files: leads to their preview. */
export const dropForImport = (files: readonly File[]): Promise<void> => receive(host.grant(files));

/** The host's dialog: leads to the preview of what was picked. */
export const pickForImport = (directories = false): Promise<void> => receive(host.pick({ directories }));
