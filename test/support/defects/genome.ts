import { handOut, type Injection, pick } from './set.ts';

const scored = 40;
const tags = 15;

/** Fifteen tags, and a score of forty films for each. */
export function makeGenome({ tables, below }: Injection): void {
  for (let tag = 1; tag <= tags; tag++) tables['genome-tags'].push([String(tag), `genome tag ${tag}`]);
  for (let film = 1; film <= scored; film++) {
    for (let tag = 1; tag <= tags; tag++) tables['genome-scores'].push([String(film * 3), String(tag), String(below(1001) / 1000)]);
  }
}

export function spoilGenome(injection: Injection): void {
  const { tables, counts, expected, inject } = injection;
  const scores = tables['genome-scores'];
  const takeRow = handOut(scores, injection);
  const gone = new Set<string[]>();
  inject('genome_scores.relevance.range', (i) => { takeRow()[2] = pick(['1.5', '-0.1', '1e1', '1.0001', '-1'], i); });
  inject('genome_scores.tag_id.orphan', (i) => { scores.push([takeRow()[0] as string, String(9001 + (i % 3)), '0.5']); });
  inject('genome_scores.movie_id.orphan', (i) => { scores.push(['5000000001', String(1 + (i % tags)), '0.5']); });
  // A film that is not in movies has scores all the same, and not one for every tag.
  const orphans = counts['genome_scores.movie_id.orphan'] ?? 0;
  if (orphans > 0 && orphans < tags) expected['genome_scores.complete'] = 1;
  const incomplete = new Set<string>();
  inject('genome_scores.complete', (i) => {
    const row = takeRow(([film]) => !incomplete.has(film as string));
    incomplete.add(row[0] as string);
    if (i % 3 === 0) gone.add(row);
    else row[2] = i % 3 === 1 ? '' : 'high';
  });
  // Not failures: the ends of the range, a score given twice.
  takeRow()[2] = '0';
  takeRow()[2] = '1.0';
  scores.push([...takeRow()]);
  tables['genome-scores'] = scores.filter((row) => !gone.has(row));
}
