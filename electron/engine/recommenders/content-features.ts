import type { Term } from './recommender.ts';

/** Numbers that describe a film: the most common genres have one each, tags share the others. */
const GENRES = 24;
const TAGS = 40;
export const CONTENT_FEATURES = GENRES + TAGS;

/**
 * What is said of each film in numbers, row by row: genres as 1 / √(number of its genres), and tags hashed into the rest with
 * a sign each (Weinberger et al. 2009), rare ones weighing more, to length 1. Zeros where nothing is said.
 */
export function contentFeatures(terms: readonly (readonly Term[])[]): Float32Array {
  const films = new Map<string, number>();
  for (const own of terms) for (const { kind, label } of own) films.set(`${kind} ${label}`, (films.get(`${kind} ${label}`) ?? 0) + 1);
  const genres = [...films].filter(([key]) => key.startsWith('genre ')).toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, GENRES).map(([key]) => key);
  const place = new Map(genres.map((key, at) => [key, at]));
  const features = new Float32Array(terms.length * CONTENT_FEATURES);
  terms.forEach((own, film) => {
    const row = features.subarray(film * CONTENT_FEATURES, (film + 1) * CONTENT_FEATURES);
    const known = own.filter(({ kind, label }) => kind === 'genre' && place.has(`genre ${label}`));
    for (const { label } of known) row[place.get(`genre ${label}`) ?? 0] = 1 / Math.sqrt(known.length);
    const tags = row.subarray(GENRES);
    for (const { kind, label, times } of own) {
      if (kind !== 'tag') continue;
      const hash = hashOf(label);
      const at = (hash >>> 1) % TAGS;
      tags[at] = (tags[at] ?? 0) + (hash & 1 ? 1 : -1) * Math.log1p(times) * Math.log(1 + terms.length / (films.get(`tag ${label}`) ?? 1));
    }
    const length = Math.hypot(...tags);
    if (length > 0) for (let k = 0; k < TAGS; k++) tags[k] = (tags[k] ?? 0) / length;
  });
  return features;
}

/** FNV-1a, mixed once more so that its last bits are as good as its first. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
