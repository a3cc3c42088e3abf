import type { Kernels } from '../kernels/index.ts';
import { openSentenceModel } from '../neural/sentences.ts';
import { fields, filmTerms } from './meaning/film-terms.ts';
import type { Meaning } from './meaning/meaning.ts';
import { loadTermSpace, ownMeaning, saveTermSpace, type TermSpace, unitRows } from './meaning/own-vectors.ts';
import { sentenceMeaning, sentencesOf, type SentenceSource } from './meaning/sentence-vectors.ts';
import { noTexts } from './meaning/texts.ts';
import { weightedTerms } from './meaning/weights.ts';
import type { Catalogue, Explanation, History, Model, Recommender } from './recommender.ts';
import { savedArray, savedNumber } from './saved.ts';
import { magnitudes, oneOf } from './space.ts';

/** Ratings of the overall mean that are added to a user's own before the mean is taken. */
const MEAN_PRIOR = 5;
/** Rounds of the decomposition: a third changes no list. */
const ROUNDS = 2;
/** Words of a title, and of an overview with its title, as they are on average; bytes of an entry while terms are collected. */
const WORDS = 12;
const ENTRY_BYTES = 120;

/**
 * Latent semantic analysis (Deerwester et al. 1990): a film's TF-IDF over all that is written about it, in few dimensions by a
 * singular value decomposition, so that films lie near that share no word but words which go together. A user is the sum of
 * the vectors of the rated films, each times its liking; the score is the cosine between the two.
 */
export const semantic: Recommender = {
  name: 'semantic',
  title: 'Semantic',
  about: 'Films near in meaning to what the user rated above their own mean, away from what they rated below it: title, genres, tags, tag genome, keywords and overview as vectors. Knows films that nobody rated yet, and serves the search in plain words.',
  version: 1,
  reads: ['movies', 'movie_genres', 'tags', 'keywords', 'movie_keywords', 'genome_tags', 'genome_scores'],
  bases: [],
  parameters: ['recommenders.semantic', 'engine.seed'],
  // A sentence model's vectors have its own dimensions, and no weights.
  space: ({ recommenders: { semantic: { sentence_model: folder } } }) => (folder === undefined ? [oneOf('dimensions', [64, 128, 256, 512]), ...fields.map((field) => magnitudes(`weights.${field}`, 0.1, 10))] : []),
  memory({ films, catalogue = films, terms }, { kernels, parameters }) {
    const entries = terms + WORDS * catalogue;
    const { dimensions } = parameters.recommenders.semantic;
    const options = { dimensions, rounds: ROUNDS, seed: 0 };
    return ENTRY_BYTES * entries + kernels.memory({ kernel: 'decompose', options }, { rows: catalogue, columns: Math.min(65_536, entries), nonzeros: entries });
  },
  async fit({ catalogue, ratings, terms: described, texts: read, userIds }, context) {
    const { dimensions, weights, sentence_model: folder } = context.parameters.recommenders.semantic;
    const texts = (await read?.()) ?? noTexts(catalogue.movieIds.length);
    const mean = ratings.values.reduce((sum, value) => sum + value, 0) / Math.max(1, ratings.values.length);
    const users = userIds.length;
    if (folder !== undefined) {
      const model = await openSentenceModel(folder);
      try {
        const vectors = await model.embed(sentencesOf(described, texts), context);
        const width = vectors.length / Math.max(1, catalogue.movieIds.length);
        context.log(`${width} dimensions of the sentence model in ${folder}.`);
        return semanticModel(catalogue, context.kernels, { vectors, width, source: { folder, fingerprint: model.fingerprint } }, mean, users);
      } finally {
        await model.close();
      }
    }
    const terms = weightedTerms(await filmTerms(described, texts, context.signal), weights);
    const { dimensions: width, rows, columns } = await context.kernels.decompose(terms.films, { dimensions, rounds: ROUNDS, seed: context.parameters.engine.seed }, context);
    context.log(`${width} dimensions of ${terms.stems.length} terms of ${fields.length} fields.`);
    return semanticModel(catalogue, context.kernels, { vectors: rows, width, source: { terms, projection: columns, lengths: unitRows(rows, width) } }, mean, users);
  },
  load(saved, catalogue, kernels) {
    const { folder, fingerprint } = saved.meta;
    const source = typeof folder === 'string' && typeof fingerprint === 'string' ? { folder, fingerprint } : loadTermSpace(saved);
    return semanticModel(catalogue, kernels, { vectors: savedArray(saved, 'vectors', Float32Array), width: savedNumber(saved, 'width'), source }, savedNumber(saved, 'mean'), savedNumber(saved, 'users'));
  },
};

interface Parts {
  /** Films × width, rows of length 1, or zero where nothing is known. */
  readonly vectors: Float32Array;
  readonly width: number;
  /** What they were made of. */
  readonly source: TermSpace | SentenceSource;
}

function semanticModel(catalogue: Catalogue, kernels: Kernels, { vectors, width, source }: Parts, mean: number, users: number): Model {
  const films = catalogue.movieIds.length;
  const bySentences = 'folder' in source;
  const meaning: Meaning & { close?(): Promise<void> } = bySentences ? sentenceMeaning(kernels, vectors, width, source) : ownMeaning(kernels, vectors, width, source);
  const described = Uint8Array.from(catalogue.movieIds, (_, position) => Number(meaning.vectorAt(position).some((value) => value !== 0)));
  const knows = (position: number) => described[position] === 1;
  return {
    name: 'semantic',
    catalogue,
    size: { items: described.reduce((sum, known) => sum + known, 0), users },
    personal: true,
    knows,
    meaning,
    foldIn(history) {
      const likings = likingsOf(history, mean);
      const { profile, length } = profileOf(history, likings, meaning, width);
      const scores = kernels.scoreAll(vectors, films, width, profile);
      for (let position = 0; position < films; position++) if (!knows(position)) scores[position] = Number.NEGATIVE_INFINITY;
      return {
        scores,
        explain(position) {
          if (!knows(position)) return [];
          const own = meaning.vectorAt(position);
          const evidence = Array.from(history.positions, (rated, i) => ({ position: rated, contribution: ((likings[i] ?? 0) * meaning.product(rated, own)) / length }));
          const shared = meaning.evidence(position, profile);
          const terms: Explanation[] = shared.length === 0 ? [] : [{ kind: 'shares-terms', evidence: shared }];
          return [...terms, { kind: 'because-you-rated', evidence }];
        },
      };
    },
    similar(position, count) {
      const near = meaning.nearest(meaning.vectorAt(position), count + 1);
      return Array.from(near.positions, (other, place) => ({ position: other, score: near.scores[place] ?? 0 })).filter((other) => other.position !== position).slice(0, count);
    },
    save() {
      const saved = bySentences ? { arrays: {}, meta: source } : saveTermSpace(source);
      return { arrays: { vectors, ...saved.arrays }, meta: { width, mean, users, ...saved.meta } };
    },
    async close() {
      await meaning.close?.();
    },
  };
}

/** How far each rating is above or below the user's mean. */
function likingsOf({ ratings }: History, mean: number): Float64Array {
  const own = (ratings.reduce((sum, rating) => sum + rating, 0) + MEAN_PRIOR * mean) / (ratings.length + MEAN_PRIOR);
  return Float64Array.from(ratings, (rating) => rating - own);
}

/** The user among the films, of length 1, and the length that it had. */
function profileOf({ positions }: History, likings: Float64Array, meaning: Meaning, width: number): { profile: Float32Array; length: number } {
  const sum = new Float64Array(width);
  positions.forEach((position, i) => {
    const vector = meaning.vectorAt(position);
    for (let f = 0; f < width; f++) sum[f] = (sum[f] ?? 0) + (likings[i] ?? 0) * (vector[f] ?? 0);
  });
  const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0)) || 1;
  return { profile: Float32Array.from(sum, (value) => value / length), length };
}
