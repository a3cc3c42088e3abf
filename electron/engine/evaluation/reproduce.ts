import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Entrant, type EvaluatedModel, type EvaluationWarning, ModelName, type Preset, type Protocol, ReelbenchError } from '../../../shared/contract/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Contests } from './contest.ts';
import { labelled, type Order } from './evaluate.ts';
import { readFilms } from './film-files.ts';
import { interactionsOf } from './interactions.ts';
import { dividedProblem, filesProblem, type Problem } from './problem.ts';
import { type PresetDefinition, presets } from './presets.ts';
import { readRatingsFile } from './ratings-file.ts';

/** The presets as they are offered. */
export function offered(): Preset[] {
  return presets.map(({ name, title, data, about, models, others }) => ({
    name, title, data, protocol: about, models: models.map(({ model }) => model),
    published: [...models, ...others].flatMap(({ model, published, source }) => Object.entries(published).map(([metric, value]) => ({ model, metric, value, source }))),
  }));
}

export function presetNamed(name: string): PresetDefinition {
  const preset = presets.find((one) => one.name === name);
  if (!preset) throw new ReelbenchError('invalid-arguments', `There is no preset ${name}.`, { hint: `Presets: ${presets.map((one) => one.name).join(', ')}.` });
  return preset;
}

/** What a preset measures: its models (or those of them that are named), less those that this version has not, with the reasons. */
export function orderOf(preset: PresetDefinition, wanted: readonly string[], seed: number | undefined, contests: Pick<Contests<ModelName>, 'check'>, parameters: ParameterValues): { order: Omit<Order, 'id' | 'createdAt'>; leftOut: EvaluationWarning[] } {
  const unknown = wanted.find((name) => !preset.models.some(({ model }) => model === name));
  if (unknown !== undefined) throw new ReelbenchError('invalid-arguments', `Preset ${preset.name} has no model ${unknown}.`, { hint: `Its models: ${preset.models.map(({ model }) => model).join(', ')}.` });
  const leftOut: EvaluationWarning[] = [];
  const entrants: { entrant: Entrant; published: EvaluatedModel['published'] }[] = [];
  for (const of of preset.models.filter(({ model }) => wanted.length === 0 || wanted.includes(model))) {
    const model = ModelName.safeParse(of.model);
    const published = Object.entries(of.published).map(([metric, value]) => ({ metric, value, source: of.source }));
    if (!model.success) leftOut.push({ kind: 'other', count: null, message: `${of.model} is left out: this version has no such model.` });
    else {
      contests.check(model.data, of.params, parameters);
      entrants.push({ entrant: { model: model.data, params: { ...of.params } }, published });
      if (of.note !== undefined) leftOut.push({ kind: 'other', count: null, message: `${of.model}: ${of.note}; figures may differ by that.` });
    }
  }
  if (entrants.length === 0) throw new ReelbenchError('not-ready', `None of the models of preset ${preset.name} is there.`, { hint: leftOut.map(({ message }) => message).join(' ') });
  const named = labelled(entrants.map(({ entrant }) => entrant));
  const protocol: Protocol = seed === undefined ? preset.protocol : { ...preset.protocol, seed };
  const references = preset.others.map(({ model, published, source }) => ({ model, published: Object.entries(published).map(([metric, value]) => ({ metric, value, source })) }));
  return { order: { title: preset.title, preset: preset.name, protocol, competitors: named.map((one, at) => ({ ...one, published: entrants[at]?.published ?? [] })), references }, leftOut };
}

/** Reads the folder that a person has the preset's data in. */
export async function presetProblem({ name, files, data }: PresetDefinition, protocol: Protocol, folder: string, leftOut: readonly EvaluationWarning[], signal: AbortSignal): Promise<Problem> {
  const missing = (what: string) => new ReelbenchError('not-found', `There is no ${what} in ${path.basename(folder)}.`, { file: path.basename(folder), hint: `Preset ${name} needs ${data}.` });
  if (files.kind === 'ncf') {
    const parts = ['train.rating', 'test.rating', 'test.negative'].map((part) => `${files.name}.${part}`);
    const at = [folder, path.join(folder, 'Data')].find((place) => parts.every((part) => existsSync(path.join(place, part))));
    if (at === undefined) throw missing(parts.find((part) => !existsSync(path.join(folder, part))) ?? parts.join(', '));
    const [train = '', test = '', negatives = ''] = parts.map((part) => path.join(at, part));
    const problem = await filesProblem({ train, test, negatives }, protocol, () => Promise.resolve(undefined), signal);
    return { ...problem, warnings: [...leftOut, ...problem.warnings] };
  }
  const found = [path.join(folder, files.file), path.join(folder, files.release, files.file)].find((file) => existsSync(file));
  if (found === undefined) throw missing(files.file);
  const interactions = interactionsOf(await readRatingsFile(found, { signal }));
  const problem = dividedProblem(interactions, protocol, await readFilms(path.dirname(found)));
  return { ...problem, warnings: leftOut };
}
