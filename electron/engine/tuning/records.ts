import { z } from 'zod';
import { ReelbenchError, Trial, Tuning } from '../../../shared/contract/index.ts';
import type { Session } from '../workspace/session.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** A search without its trials, which have rows of their own. */
const Head = Tuning.omit({ trials: true }).extend({
  /** Names all that decides its trials beside the request: going on with other data would mix two searches. */
  fingerprint: z.string(),
  current: z.record(z.string(), z.unknown()),
  rounds: z.number(),
});
export type Head = z.infer<typeof Head>;

/** A search as it is kept. */
export type Record = Head & Pick<Tuning, 'trials'>;

/**
 * Searches in the workspace's database: `store.tunings`, a row each, and `store.tuning_trials`, a row a trial. A trial that
 * ended and the time that the search took until then are written in one transaction: a kill at any moment loses the trial
 * that ran and nothing else.
 */
export class Tunings {
  readonly #workspace: Workspace;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Makes the tables, and marks searches as stopped that were running when their process ended. */
  async open(): Promise<void> {
    await this.#workspace.write(async (session) => {
      await session.run(`
        CREATE TABLE IF NOT EXISTS store.tunings (id VARCHAR PRIMARY KEY, record JSON NOT NULL);
        CREATE TABLE IF NOT EXISTS store.tuning_trials (tuning VARCHAR NOT NULL, number INTEGER NOT NULL, record JSON NOT NULL, PRIMARY KEY (tuning, number));
      `);
      for (const head of await this.#heads(session)) if (head.state === 'running') await this.#put(session, { ...head, state: 'stopped', jobId: null });
    });
  }

  /** All, the newest first. */
  async list(): Promise<Record[]> {
    return this.#workspace.read(async (session) => {
      const records: Record[] = [];
      for (const head of await this.#heads(session)) records.push({ ...head, trials: await this.#trials(session, head.id) });
      return records.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
    });
  }

  async get(id: string): Promise<Record> {
    return this.#workspace.read(async (session) => {
      const row = await session.first<{ record: string }>('SELECT record FROM store.tunings WHERE id = ?', [id]);
      if (!row) throw new ReelbenchError('not-found', `There is no search ${id}.`);
      return { ...Head.parse(JSON.parse(row.record)), trials: await this.#trials(session, id) };
    });
  }

  async remove(id: string): Promise<void> {
    await this.get(id);
    await this.#workspace.write(async (session) => {
      await session.run('DELETE FROM store.tunings WHERE id = ?', [id]);
      await session.run('DELETE FROM store.tuning_trials WHERE tuning = ?', [id]);
    });
  }

  /** Keeps what is known of the search, and a trial that ended. */
  async keep(head: Head, trial?: Trial): Promise<void> {
    await this.#workspace.write(async (session) => {
      await this.#put(session, head);
      if (trial) await session.run('INSERT OR REPLACE INTO store.tuning_trials VALUES (?, ?, ?)', [head.id, trial.number, JSON.stringify(trial)]);
    });
  }

  async #heads(session: Session): Promise<Head[]> {
    return (await session.all<{ record: string }>('SELECT record FROM store.tunings')).map(({ record }) => Head.parse(JSON.parse(record)));
  }

  async #trials(session: Session, id: string): Promise<Trial[]> {
    return (await session.all<{ record: string }>('SELECT record FROM store.tuning_trials WHERE tuning = ? ORDER BY number', [id])).map(({ record }) => Trial.parse(JSON.parse(record)));
  }

  async #put(session: Session, head: Head): Promise<void> {
    await session.run('INSERT OR REPLACE INTO store.tunings VALUES (?, ?)', [head.id, JSON.stringify(Head.parse(head))]);
  }
}
