import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { toReelbenchError } from '../workspace/failures.ts';
import type { PresetDefinition } from './presets.ts';

/** The names of the files that a preset measures on. */
export function filesOf({ files }: Pick<PresetDefinition, 'files'>): string[] {
  return files.kind === 'ratings' ? [files.file] : ['train.rating', 'test.rating', 'test.negative'].map((part) => `${files.name}.${part}`);
}

/**
 * Where these files lie: in the folder that was chosen, or in one inside it, the one called as the release first; as they are or gzipped. A file
 * that was chosen instead stands for its folder. Answers their paths in the order of `filesOf`.
 * @throws not-found naming what is missing where, and what the preset expects
 */
export async function presetFiles(preset: Pick<PresetDefinition, 'name' | 'data' | 'files'>, chosen: string): Promise<string[]> {
  const names = filesOf(preset);
  const folder = await stat(chosen).then((info) => (info.isDirectory() ? chosen : path.dirname(chosen)), (error: unknown) => {
    throw toReelbenchError(error);
  });
  const first = preset.files.kind === 'ratings' ? preset.files.release : 'Data';
  const inside = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name).toSorted((a, b) => Number(b === first) - Number(a === first) || a.localeCompare(b, 'en'));
  const deeper = preset.files.kind === 'ncf' ? inside.map((name) => path.join(name, first)) : [];
  const places = ['.', ...inside, ...deeper].map((name) => path.join(folder, name)).map((place) => ({ place, found: names.map((name) => [path.join(place, name), path.join(place, `${name}.gz`)].find((file) => existsSync(file))) }));
  const whole = places.filter(({ found }) => found.every((file) => file !== undefined));
  const called = whole.filter(({ place }) => path.basename(place) === first);
  const [best, second] = whole[0]?.place === path.join(folder, '.') ? [whole[0]] : called.length === 1 ? called : whole;
  if (best && second) {
    throw new ReelbenchError('invalid-arguments', `${names.join(', ')} ${names.length === 1 ? 'lies' : 'lie'} in ${[best, second].map(({ place }) => path.relative(folder, place)).join(' and in ')}.`, { hint: 'Name one of these folders.' });
  }
  if (best) return best.found.flatMap((file) => file ?? []);
  const [nearest] = places.map(({ place, found }) => ({ place, missing: names.filter((_, at) => found[at] === undefined) })).toSorted((a, b) => a.missing.length - b.missing.length);
  const { place, missing } = nearest ?? { place: folder, missing: names };
  const zip = (await readdir(folder)).find((name) => name.endsWith('.zip'));
  throw new ReelbenchError('not-found', `There is no ${missing.join(' and no ')} in ${path.basename(place)}.`, {
    file: path.basename(place),
    hint: `Preset ${preset.name} expects ${names.join(', ')} (or gzipped, .gz) in the folder or in one inside it: ${preset.data}.${zip === undefined ? '' : ` Unpack ${zip} first.`}`,
  });
}
