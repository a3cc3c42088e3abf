import path from 'node:path';
import { type Entrant, type EvaluatedModel, type EvaluationWarning, ModelName, type Preset, type Protocol, ReelbenchError } from '../../../shared/contract/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Contests } from './contest.ts';
import { labelled, type Order } from './evaluate.ts';
import { readFilms } from './film-files.ts';
import { interactionsOf } from './interactions.ts';
import { dividedProblem, filesProblem, type Problem } from './problem.ts';
import { presetFiles } from './preset-folder.ts';
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
export async function presetProblem(preset: PresetDefinition, protocol: Protocol, folder: string, leftOut: readonly EvaluationWarning[], signal: AbortSignal): Promise<Problem> {
  const [first = '', test = '', negatives = ''] = await presetFiles(preset, folder);
  if (preset.files.kind === 'ncf') {
    const problem = await filesProblem({ train: first, test, negatives }, protocol, () => Promise.resolve(undefined), signal);
    return { ...problem, warnings: [...otherData(preset, problem.interactions.films.length), ...leftOut, ...problem.warnings] };
  }
  const interactions = interactionsOf(await readRatingsFile(first, { signal }));
  const problem = dividedProblem(interactions, protocol, await readFilms(path.dirname(first)));
  return { ...problem, warnings: [...otherData(preset, interactions.films.length + interactions.repeated), ...leftOut] };
}

/** That these are not the ratings of the published table. */
function otherData({ ratings: published }: PresetDefinition, found: number): EvaluationWarning[] {
  if (found === published) return [];
  return [{ kind: 'other', count: found, message: `These are ${found.toLocaleString('en')} ratings; the published figures are of ${published.toLocaleString('en')}, so that ours cannot be held against them.` }];
}
