import { openKernels } from '../../electron/engine/kernels/index.ts';
import { filmTerms } from '../../electron/engine/recommenders/meaning/film-terms.ts';
import { ownMeaning, unitRows } from '../../electron/engine/recommenders/meaning/own-vectors.ts';
import type { FilmTexts } from '../../electron/engine/recommenders/meaning/texts.ts';
import { weightedTerms } from '../../electron/engine/recommenders/meaning/weights.ts';
import { WordIndex } from '../../electron/engine/recommenders/meaning/word-index.ts';
import type { Term } from '../../electron/engine/recommenders/recommender.ts';
import { seededRandom } from '../../electron/engine/workspace/random.ts';
import { Parameters } from '../../shared/domain/parameters.ts';
import { buildKernels } from '../../scripts/kernels.ts';
import { plainDecompose } from '../support/plain-decomposition.ts';
import { answer, inChild, quantile, seconds } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'vectors';

const directory = new URL('../../resources/kernels', import.meta.url).pathname;
const FILMS = 87_585;

export async function run(size: Size): Promise<Figure[]> {
  await buildKernels();
  const films = size === 'small' ? 10_000 : FILMS;
  const { terms = NaN, entries = NaN, decompose = NaN, index = NaN, width = NaN, scan50 = NaN, scan95 = NaN, recall = NaN, words95 = NaN, vectorsMB = NaN } = await inChild(import.meta.url, 'all', films);
  const { plain = NaN, kernel = NaN } = await inChild(import.meta.url, 'ratio', 3000);
  const what = `${films.toLocaleString('en')} films × ${width}`;
  return [
    { what: `${what}: vectors of ${Math.round(entries / 1e5) / 10} M terms, from texts to unit rows, peak ${vectorsMB.toFixed(0)} MB`, value: terms + decompose, unit: 's', aim: '≤ 45 s, 1.2 GB' },
    { what: `${what}: the decomposition of it`, value: decompose, unit: 's' },
    { what: '3,000 films × 128: the decomposition', value: kernel, unit: 's', ratio: plain / kernel, against: `faster than plain TypeScript (${plain.toFixed(1)} s)` },
    { what: `${what}: index of words`, value: index, unit: 's' },
    { what: `${what}: the nearest 10 of a question, p50`, value: scan50, unit: 'ms' },
    { what: `${what}: the nearest 10 of a question, p95`, value: scan95, unit: 'ms', aim: '≤ 8 ms' },
    { what: `${what}: recall of the nearest 10 against all products`, value: recall, unit: '', aim: '≥ .99' },
    { what: `${what}: BM25 of three words, p95`, value: words95, unit: 'ms' },
  ];
}

/** Films with words of long tails: a kind that says which words are likely, tags of several people, and for half an overview. */
function texts(films: number): { described: Term[][]; texts: FilmTexts } {
  const random = seededRandom(5);
  const words = Array.from({ length: 60_000 }, (_, at) => `${['ba', 'co', 'di', 'fu', 'go', 'ha', 'ki', 'lo'][at % 8]}${at.toString(36)}`);
  const word = (kind: number) => words[random() < 0.5 ? Math.floor(random() ** 4 * words.length) : (kind * 211 + Math.floor(random() ** 2 * 400)) % words.length] ?? '';
  const some = (count: number, kind: number) => Array.from({ length: count }, () => word(kind));
  const kinds = Array.from({ length: films }, () => Math.floor(random() ** 2 * 250));
  const described = kinds.map((kind): Term[] => [
    ...Array.from(new Set([kind % 19, Math.floor(random() * 19)]), (genre) => ({ kind: 'genre' as const, label: `Genre${genre}`, times: 1 })),
    ...[...new Set(some(Math.floor(random() ** 2 * 30), kind))].map((label) => ({ kind: 'tag' as const, label, times: 1 + Math.floor(random() ** 6 * 50) })),
  ]);
  return {
    described,
    texts: {
      titles: kinds.map((kind) => some(1 + Math.floor(random() * 4), kind).join(' ')), overviews: kinds.map((kind) => (random() < 0.5 ? some(45, kind).join(' ') : '')),
      keywords: kinds.map((kind) => (random() < 0.5 ? some(6, kind) : [])), genome: kinds.map(() => []),
    },
  };
}

async function weighted(films: number) {
  const made = texts(films);
  const began = performance.now();
  const all = await filmTerms(made.described, made.texts);
  const terms = weightedTerms(all, Parameters.parse({}).recommenders.semantic.weights);
  return { all, terms, took: (performance.now() - began) / 1000 };
}

if (import.meta.main) {
  await answer({
    async all(films = '10000') {
      const kernels = openKernels({ directory });
      const { all, terms, took } = await weighted(Number(films));
      const began = performance.now();
      const { dimensions: width, rows, columns } = await kernels.decompose(terms.films, { dimensions: 512, rounds: 2, seed: 1 });
      const lengths = unitRows(rows, width);
      const decompose = (performance.now() - began) / 1000;
      const peakOfVectors = process.resourceUsage().maxRSS;
      const meaning = ownMeaning(kernels, rows, width, { terms, projection: columns, lengths });
      let index: WordIndex | undefined;
      const indexed = await seconds(() => (index = new WordIndex(all)));
      const random = seededRandom(9);
      const question = () => Array.from({ length: 3 }, () => terms.labels[Math.floor(random() ** 2 * terms.labels.length)] ?? '').join(' ');
      const scans: number[] = [];
      const searches: number[] = [];
      let [found, asked] = [0, 0];
      for (let turn = 0; turn < 320; turn++) {
        const text = `${question()} `;
        const vector = await meaning.vectorOf(text);
        if (!vector) continue;
        let near = meaning.nearest(vector, 10);
        if (turn >= 20) {
          scans.push(1000 * (await seconds(() => (near = meaning.nearest(vector, 10)))));
          searches.push(1000 * (await seconds(() => index?.search(text, 100))));
        }
        if (turn % 8 !== 0) continue;
        const exact = kernels.top(kernels.scoreAll(rows, lengths.length, width, vector), 10);
        const kept = new Set(near.positions);
        found += exact.filter((position) => kept.has(position)).length;
        asked += exact.length;
      }
      return { terms: took, entries: terms.films.indices.length, decompose, index: indexed, width, scan50: quantile(scans, 0.5), scan95: quantile(scans, 0.95), recall: found / asked, words95: quantile(searches, 0.95), vectorsMB: peakOfVectors / 1024 };
    },
    async ratio(films = '3000') {
      const kernels = openKernels({ directory });
      const { terms } = await weighted(Number(films));
      const options = { dimensions: 128, rounds: 2, seed: 1 };
      await kernels.decompose(terms.films, options);
      return { kernel: await seconds(() => kernels.decompose(terms.films, options)), plain: await seconds(() => plainDecompose(terms.films, options)) };
    },
  });
}
