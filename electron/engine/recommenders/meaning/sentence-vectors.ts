import { ReelbenchError } from '../../../../shared/contract/index.ts';
import type { Kernels } from '../../kernels/index.ts';
import { openSentenceModel, type SentenceModel } from '../../neural/sentences.ts';
import type { Term } from '../recommender.ts';
import type { Meaning } from './meaning.ts';
import type { FilmTexts } from './texts.ts';

/** Tags of a film that the model is told, those of most people first. */
const MOST_TAGS = 12;

/** The model that vectors came from. */
export interface SentenceSource {
  readonly folder: string;
  readonly fingerprint: string;
}

/** What is known of each film as a text for a sentence model; empty where nothing is. */
export function sentencesOf(described: readonly (readonly Term[])[], { titles, overviews, keywords, genome }: FilmTexts): string[] {
  return described.map((terms, film) => {
    const genres = terms.filter(({ kind }) => kind === 'genre').map(({ label }) => label);
    const tags = terms.filter(({ kind }) => kind === 'tag').toSorted((a, b) => b.times - a.times).map(({ label }) => label);
    const words = [...new Set([...tags.slice(0, MOST_TAGS), ...(keywords[film] ?? []), ...(genome[film] ?? []).slice(0, MOST_TAGS).map(({ label }) => label)])];
    return [titles[film] ?? '', genres.join(', '), overviews[film] ?? '', words.join(', ')].filter((part) => part !== '').join('. ');
  });
}

/** Nearness of meaning by a person's own sentence model, opened for the first question. */
export function sentenceMeaning(kernels: Kernels, vectors: Float32Array, width: number, { folder, fingerprint }: SentenceSource): Meaning & { close(): Promise<void> } {
  const rows = width === 0 ? 0 : vectors.length / width;
  let opening: Promise<SentenceModel> | undefined;
  const model = async () => {
    opening ??= openSentenceModel(folder);
    try {
      const opened = await opening;
      if (opened.fingerprint === fingerprint) return opened;
    } catch (error) {
      opening = undefined;
      throw error;
    }
    opening = undefined;
    throw new ReelbenchError('not-ready', 'The sentence model is not the one that the films’ vectors came from.', { file: folder, hint: 'Train semantic again, or put the earlier files back.' });
  };
  return {
    async vectorOf(text) {
      const vector = await (await model()).embed([text]);
      return vector.some((value) => value !== 0) ? vector : undefined;
    },
    nearest: (vector, count) => kernels.nearest(vectors, rows, width, vector, count),
    product(position, vector) {
      let sum = 0;
      for (let f = 0; f < width; f++) sum += (vectors[position * width + f] ?? 0) * (vector[f] ?? 0);
      return sum;
    },
    vectorAt: (position) => vectors.subarray(position * width, (position + 1) * width),
    evidence: () => [],
    async close() {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}
