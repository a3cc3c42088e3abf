import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Job, ReelbenchError, type RunRequest, type RunResult } from '../../shared/contract/index.ts';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { openWorkspaceFolder } from '../../electron/engine/workspace/calls.ts';
import type { Clock } from '../../electron/engine/workspace/clock.ts';
import { genreAt, world, worldRatings } from './small-world.ts';

interface Options {
  readonly overrides?: readonly string[];
  readonly clock?: Clock;
  /** An earlier one's folder, to be opened again. */
  readonly folder?: string;
}

/** An engine on a workspace into which the invented world was imported as files, for runs of the whole pipeline. */
export class ImportedWorld {
  readonly engine: Engine;
  readonly folder: string;

  private constructor(engine: Engine, folder: string) {
    this.engine = engine;
    this.folder = folder;
  }

  static async open({ overrides, clock, folder }: Options = {}): Promise<ImportedWorld> {
    const directory = folder ?? (await mkdtemp(path.join(tmpdir(), 'reelbench-imported-')));
    const engine = createEngine({
      resources: path.resolve(import.meta.dirname, '../../resources'), home: path.join(directory, 'home'), version: 'test',
      overrides: ['quality.ratings.volume.threshold=1', ...(overrides ?? [])], ...(clock ? { clock } : {}),
    });
    await openWorkspaceFolder(engine.context, path.join(directory, 'workspace'));
    const opened = new ImportedWorld(engine, directory);
    if (folder === undefined) await opened.import((film) => `Film ${film}`);
    return opened;
  }

  /** Imports the files, with these titles. */
  async import(title: (film: number) => string): Promise<void> {
    const files = path.join(this.folder, 'files');
    await mkdir(files, { recursive: true });
    const films = Array.from({ length: world.bare }, (_, i) => i + 1);
    const write = (name: string, lines: readonly string[]) => writeFile(path.join(files, name), `${lines.join('\n')}\n`);
    await write('movies.csv', ['movieId,title,genres', ...films.map((id) => `${id},${title(id)} (${1960 + (id % 40)}),${id === world.bare ? '(no genres listed)' : genreAt(id)}`)]);
    await write('ratings.csv', ['userId,movieId,rating,timestamp', ...worldRatings(1).map(({ user, film, rating, at }) => `${user},${film},${rating},${at}`)]);
    await write('tags.csv', ['userId,movieId,tag,timestamp', ...films.filter((id) => id <= 30 && genreAt(id) === 'Sci-Fi').map((id) => `1,${id},Space Opera,1100000000`)]);
    const { jobId } = await this.engine.call('import.start', { files: [await this.engine.context.files.grant(files)] });
    const job = await this.engine.context.jobs.ended(jobId);
    if (job.error) throw ReelbenchError.from(job.error);
  }

  /** Runs the pipeline and waits; answers the result also when the run failed. */
  async run(request: Partial<RunRequest> = {}): Promise<RunResult & { job: Job }> {
    const { jobId } = await this.engine.call('pipeline.run', request);
    const job = await this.engine.context.jobs.ended(jobId);
    if (job.result === undefined) throw new Error(JSON.stringify(job.error));
    return { ...(job.result as RunResult), job };
  }

  all<T = Record<string, unknown>>(sql: string): Promise<T[]> {
    return this.engine.context.workspace().read((session) => session.all<T>(sql));
  }

  /** Model → SHA-256 of its file. */
  async models(): Promise<Record<string, string>> {
    const rows = await this.all<{ model: string; sha256: string }>('SELECT model, sha256 FROM main.models ORDER BY model');
    return Object.fromEntries(rows.map(({ model, sha256 }) => [model, sha256]));
  }

  async close({ keep = false } = {}): Promise<void> {
    await this.engine.close();
    if (!keep) await rm(this.folder, { recursive: true, force: true });
  }
}
