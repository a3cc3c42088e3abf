import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Evaluation, type EvaluationSummary, ReelbenchError } from '../../../shared/contract/index.ts';
import { writeFileAtomically } from '../workspace/atomic-file.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { readArrays, writeArrays } from './array-file.ts';
import type { Genres } from './metrics.ts';

/**
 * What is kept of evaluations: a folder each, `evaluations/<id>`, with `cases.arrays` (users and what was asked of them, films),
 * `model-<n>.arrays` (values a user and lists) and `evaluation.json`, the record. The record is written last and as a whole: a folder
 * without one is of an evaluation that did not end and is never listed here (unfinished.ts).
 */
export const FOLDER = 'evaluations';
export const RECORD = 'evaluation.json';

/** A value a user; NaN where a user has none. The same users in the same order for all models of an evaluation and metrics of one kind. */
export interface UserValues {
  /** Ids, ascending. */
  readonly users: Int32Array;
  readonly values: Float64Array;
}

/** Who was asked for what, in rows of `users`; films by position in `movieIds`. With several folds: the first that asked a user. */
export interface KeptCases {
  readonly users: Int32Array;
  /** Ratings that the models were shown of each. */
  readonly shown: Int32Array;
  /** Relevant test films of each, also those that no list could hold. */
  readonly relevant: Int32Array;
  readonly wantedFrom: Int32Array;
  readonly wanted: Int32Array;
  readonly movieIds: Int32Array;
  /** Training ratings of each film. */
  readonly counts: Int32Array;
  readonly titles: readonly string[];
  readonly genres: Genres | undefined;
  /** Films of each list. */
  readonly depth: number;
}

const CasesMeta = z.object({ depth: z.number(), titles: z.array(z.string()), genres: z.array(z.string()).nullable() });

/** Users of whom ratings were predicted, which may be others than those with lists. */
const RATING_USERS = 'rating-users';
const isOfRatings = (metric: string) => metric === 'rmse' || metric === 'mae';
const fileOf = (model: number) => `model-${model}.arrays`;

export class KeptEvaluations {
  readonly #folder: string;

  constructor(workspace: Workspace) {
    this.#folder = workspace.path(FOLDER);
  }

  /** All, the newest first. */
  async list(): Promise<EvaluationSummary[]> {
    if (!existsSync(this.#folder)) return [];
    const ids = (await readdir(this.#folder)).filter((id) => existsSync(path.join(this.#folder, id, RECORD)));
    const records = await Promise.all(ids.map((id) => this.get(id)));
    return records.map(summaryOf).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
  }

  async get(id: string): Promise<Evaluation> {
    const file = this.#file(id, RECORD);
    try {
      return Evaluation.parse(JSON.parse(await readFile(file, 'utf8')));
    } catch (cause) {
      throw new ReelbenchError('invalid-input', `The record of evaluation ${id} cannot be read.`, { file, hint: 'Remove the evaluation and make it again.', cause });
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.#file(id, RECORD));
    await rm(path.join(this.#folder, id), { recursive: true, force: true });
  }

  /**
   * The values of one model by user, for instance of `ndcg@10`; of `rmse` and `mae` each user's own error. Fails with `not-found` for
   * a model or metric that was not measured by user.
   */
  async perUser(id: string, label: string, metric: string): Promise<UserValues> {
    const { arrays } = await readArrays(await this.#modelFile(id, label), [metric]);
    const values = arrays.get(metric);
    const { arrays: cases } = await readArrays(this.#file(id, 'cases.arrays'), ['users', RATING_USERS]);
    const users = cases.get(isOfRatings(metric) ? RATING_USERS : 'users');
    if (!(values instanceof Float64Array) || !(users instanceof Int32Array)) throw new ReelbenchError('not-found', `${label} has no ${metric} by user in this evaluation.`, { hint: 'coverage is no mean over users; other metrics are at the cutoffs of the evaluation.' });
    return { users, values };
  }

  /** The lists of one model, `depth` films a user of `cases`, -1 behind the end of a list. */
  async lists(id: string, label: string): Promise<Int32Array> {
    const { arrays } = await readArrays(await this.#modelFile(id, label), ['lists']);
    const lists = arrays.get('lists');
    if (!(lists instanceof Int32Array)) throw new ReelbenchError('not-found', `There are no lists of ${label} in this evaluation.`);
    return lists;
  }

  async cases(id: string): Promise<KeptCases> {
    const { meta, arrays } = await readArrays(this.#file(id, 'cases.arrays'), ['users', 'shown', 'relevant', 'wantedFrom', 'wanted', 'movieIds', 'counts', 'genresFrom', 'genres']);
    const { depth, titles, genres } = CasesMeta.parse(meta);
    const column = (name: string): Int32Array => {
      const array = arrays.get(name);
      return array instanceof Int32Array ? array : new Int32Array(0);
    };
    return {
      users: column('users'), shown: column('shown'), relevant: column('relevant'), wantedFrom: column('wantedFrom'), wanted: column('wanted'),
      movieIds: column('movieIds'), counts: column('counts'), titles, depth,
      genres: genres === null ? undefined : { labels: genres, indptr: column('genresFrom'), ids: Uint16Array.from(column('genres')) },
    };
  }

  /** Begins an evaluation: what is written is not listed before `finish`. */
  async begin(id: string): Promise<EvaluationWriter> {
    const folder = path.join(this.#folder, id);
    await mkdir(folder, { recursive: true });
    return {
      cases: ({ depth, titles, genres, ...columns }, ratingUsers) =>
        writeArrays(path.join(folder, 'cases.arrays'), { depth, titles, genres: genres?.labels ?? null }, {
          ...columns, [RATING_USERS]: ratingUsers, genresFrom: genres?.indptr ?? new Int32Array(0), genres: Int32Array.from(genres?.ids ?? []),
        }),
      model: (number, values, lists) => writeArrays(path.join(folder, fileOf(number)), null, { ...values, ...(lists && { lists }) }),
      finish: (evaluation) => writeFileAtomically(path.join(folder, RECORD), JSON.stringify(evaluation)),
    };
  }

  async #modelFile(id: string, label: string): Promise<string> {
    const { models } = await this.get(id);
    const number = models.findIndex((model) => model.label === label);
    if (number < 0) throw new ReelbenchError('not-found', `There is no model ${label} in this evaluation.`, { hint: `Its models: ${models.map((model) => model.label).join(', ')}.` });
    if (models[number]?.error) throw new ReelbenchError('not-found', `${label} was not measured: ${models[number].error}`);
    return path.join(this.#folder, id, fileOf(number));
  }

  #file(id: string, name: string): string {
    if (!/^[\w-]+$/.test(id) || !existsSync(path.join(this.#folder, id, RECORD))) throw new ReelbenchError('not-found', `There is no evaluation ${id}.`);
    return path.join(this.#folder, id, name);
  }
}

/** Where an evaluation that is under way puts what it found. */
export interface EvaluationWriter {
  cases(cases: KeptCases, ratingUsers: Int32Array): Promise<void>;
  model(number: number, values: Readonly<Record<string, Float64Array>>, lists: Int32Array | undefined): Promise<void>;
  /** Makes it known. */
  finish(evaluation: Evaluation): Promise<void>;
}

function summaryOf({ id, title, createdAt, seconds, preset, data, protocol, models }: Evaluation): EvaluationSummary {
  const metric = models.some(({ metrics }) => Object.keys(metrics).some((name) => !isOfRatings(name))) ? `ndcg@${protocol.cutoffs[0] ?? 10}` : 'rmse';
  const ranked = models.flatMap(({ label, metrics }) => (metrics[metric] ? [{ label, metric, value: metrics[metric].value }] : []))
    .toSorted((a, b) => (metric === 'rmse' ? a.value - b.value : b.value - a.value));
  return { id, title, createdAt, seconds, preset, data, protocol: protocol.name, models: models.map(({ label }) => label), best: ranked[0] ?? null };
}
