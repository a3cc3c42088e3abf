import { mkdir, readFile, rm } from 'node:fs/promises';
import type { StageName } from '../../../shared/contract/index.ts';
import { replaceFile } from '../workspace/atomic-file.ts';
import type { Checkpoint } from '../workspace/stage.ts';
import type { Workspace } from '../workspace/workspace.ts';

export const CHECKPOINTS = 'checkpoints';

/** Where the checkpoint of a stage with these inputs is, inside the workspace. */
export function checkpointPath(stage: StageName, key: string): string {
  return `${CHECKPOINTS}/${stage}-${key}.checkpoint`;
}

/** The checkpoint of one stage and inputs: a line that says how far it is, and the data. */
export function checkpointOf(workspace: Workspace, stage: StageName, key: string, { ignore, note }: { ignore: boolean; note: (detail: string) => void }): Checkpoint {
  const file = workspace.path(checkpointPath(stage, key));
  let fresh = !ignore;
  return {
    async read() {
      if (!fresh) return undefined;
      const content = await readFile(file).catch(() => undefined);
      if (content === undefined) return undefined;
      const end = content.indexOf(10);
      note(content.toString('utf8', 0, end));
      return content.subarray(end + 1);
    },
    async write(data, detail) {
      fresh = true;
      await mkdir(workspace.path(CHECKPOINTS), { recursive: true });
      await replaceFile(file, async (handle) => {
        await handle.writeFile(`${detail.replaceAll('\n', ' ')}\n`);
        await handle.writeFile(data);
      });
    },
  };
}

export async function removeCheckpoint(workspace: Workspace, stage: StageName, key: string): Promise<void> {
  await rm(workspace.path(checkpointPath(stage, key)), { force: true });
}
