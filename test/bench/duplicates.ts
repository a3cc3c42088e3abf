import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pairName } from '../../electron/engine/quality/duplicates/merges.ts';
import { readFound } from '../../electron/engine/quality/duplicates/search.ts';
import { viewClusters } from '../../electron/engine/quality/duplicates/view.ts';
import { Relations } from '../../electron/engine/quality/relations/index.ts';
import { readScope } from '../../electron/engine/quality/relations/scope.ts';
import { plantedTitles, ruleKinds } from '../support/titles-generator.ts';
import { openTestEngine } from '../support/workspace.ts';
import { answer, inChild, seconds } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'duplicates';

/** The score from which `accept all above` is measured: what the page proposes. */
const ABOVE = 0.75;

/**
 * Duplicate films among generated titles with planted pairs, and pairs that look alike and are none: seconds for the rule's
 * clusters and for a whole search, recall (of the planted pairs) and precision (of the pairs that a merge would make).
 */
export async function run(size: Size): Promise<Figure[]> {
  const films = size === 'full' ? 87_000 : 9_000;
  const m = await inChild(import.meta.url, 'measure', films);
  const value = (what: string) => m[what] ?? Number.NaN;
  const of = `${films.toLocaleString('en')} titles`;
  return [
    { what: `${of}, rule's clusters, exact and fuzzy`, value: value('ruleSeconds'), unit: 's', aim: 'seconds' },
    { what: `${of}, search with scores and clusters`, value: value('searchSeconds'), unit: 's', aim: 'seconds' },
    { what: `${of}, peak memory`, value: value('peakMB'), unit: 'MB' },
    { what: "planted pairs found, rule's clusters", value: value('ruleRecall'), unit: 'recall', aim: '≥ 0.95' },
    { what: "pairs of the rule's clusters that were planted", value: value('rulePrecision'), unit: 'precision', aim: '≥ 0.95' },
    { what: `planted pairs merged, accept above ${ABOVE}`, value: value('aboveRecall'), unit: 'recall', aim: '≥ 0.95' },
    { what: `merged pairs that were planted, accept above ${ABOVE}`, value: value('abovePrecision'), unit: 'precision', aim: '≥ 0.95' },
  ];
}

const measures = {
  measure: async (films = '87000') => {
    const size = Number(films);
    const set = plantedTitles({ films: size, pairs: Math.round(size / 40), seed: 7 });
    const folder = await mkdtemp(path.join(os.tmpdir(), 'reelbench-bench-'));
    const test = await openTestEngine({ folder });
    try {
      const file = path.join(folder, 'movies.csv');
      await writeFile(file, `movieId,title,genres\n${set.films.map(({ id, title, genres }) => `${id},"${title}",${genres}\n`).join('')}`);
      await test.imported(file);
      const workspace = test.engine.context.workspace();
      const rulePairs = new Set<string>();
      const ruleSeconds = await seconds(() => workspace.read(async (session) => {
        const relations = new Relations(session, await readScope(session, test.engine.context.parameters().values.quality, new Date(), null));
        for (const [relation, condition] of [['movie_titles', 'films > 1'], ['movie_clusters', 'titles > 1']] as const) {
          await relations.need(relation);
          for (const { ids } of await session.all<{ ids: number[] }>(`SELECT ids FROM ${relation} WHERE ${condition}`)) for (const pair of pairsOf(ids)) rulePairs.add(pair);
        }
      }));
      let searchSeconds = 0;
      const { jobId } = await test.engine.call('duplicates.find', {});
      const job = await test.engine.context.jobs.ended(jobId);
      if (job.error) throw new Error(job.error.message);
      searchSeconds = job.seconds;
      for (const { name: phase, seconds: took } of job.phases) console.error(`  ${phase}: ${took.toFixed(2)} s`);
      const clusters = viewClusters(await readFound(workspace), []);

      const planted = new Map(set.planted.map(({ a, b, kind }) => [pairName(a, b), kind]));
      const misses = new Map(set.misses.map(({ a, b, kind }) => [pairName(a, b), kind]));
      const judge = (label: string, pairs: ReadonlySet<string>, expected: ReadonlyMap<string, string>) => {
        const hits = [...expected.keys()].filter((pair) => pairs.has(pair));
        const lost = Object.entries(Object.groupBy([...expected].filter(([pair]) => !pairs.has(pair)), ([, kind]) => kind)).map(([kind, missed]) => `${kind} ${missed?.length ?? 0}`);
        const wrong = [...pairs].filter((pair) => !planted.has(pair));
        const alike = Object.entries(Object.groupBy(wrong.filter((pair) => misses.has(pair)), (pair) => misses.get(pair) ?? '')).map(([kind, list]) => `${kind} ${list?.length ?? 0}`);
        console.error(`  ${label}: ${hits.length} of ${expected.size} planted; lost: ${lost.join(', ') || 'none'}; ${wrong.length} of ${pairs.size} wrong: ${[...alike, `by chance ${wrong.filter((pair) => !misses.has(pair)).length}`].join(', ')}`);
        return { recall: hits.length / expected.size, precision: (pairs.size - wrong.length) / pairs.size };
      };
      const above = (score: number) => new Set(clusters.filter((cluster) => (cluster.score ?? 0) >= score).flatMap(({ survivor, films: members }) => members.filter(({ id }) => id !== survivor).map(({ id }) => pairName(id, survivor))));
      const rule = judge('rule', rulePairs, new Map([...planted].filter(([, kind]) => ruleKinds.includes(kind))));
      for (const score of [0.7, 0.8, 0.85, 0.9]) judge(`above ${score}`, above(score), planted);
      const accepted = judge(`above ${ABOVE}`, above(ABOVE), planted);
      return { ruleSeconds, searchSeconds, ruleRecall: rule.recall, rulePrecision: rule.precision, aboveRecall: accepted.recall, abovePrecision: accepted.precision };
    } finally {
      await test.engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function pairsOf(ids: readonly number[]): string[] {
  return ids.flatMap((a, i) => ids.slice(i + 1).map((b) => pairName(a, b)));
}

if (import.meta.main) await answer(measures);
