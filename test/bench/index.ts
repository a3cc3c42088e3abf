/**
 * `npm run bench [-- name… --small]`: runs the benches in turn, each on an otherwise idle process, and prints one table.
 * `REELBENCH_BENCH=small` is the same as `--small`.
 */
import { parseArgs } from 'node:util';
import { cpus, totalmem } from 'node:os';
import Table from 'cli-table3';
import type { Bench, Figure, Size } from './figure.ts';

const benches: Record<string, () => Promise<Bench>> = {
  blocks: () => import('./blocks.ts'),
  evidence: () => import('./evidence.ts'),
  grid: () => import('./grid.ts'),
  duplicates: () => import('./duplicates.ts'),
  import: () => import('./import.ts'),
  kernels: () => import('./kernels.ts'),
  knn: () => import('./knn.ts'),
  neural: () => import('./neural.ts'),
  pipeline: () => import('./pipeline.ts'),
  profile: () => import('./profile.ts'),
  quality: () => import('./quality.ts'),
  recommend: () => import('./recommend.ts'),
  vectors: () => import('./vectors.ts'),
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { small: { type: 'boolean', default: process.env['REELBENCH_BENCH'] === 'small' } } });
const size: Size = values.small ? 'small' : 'full';
const unknown = positionals.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}

const figures: { bench: string; figure: Figure }[] = [];
for (const [name, open] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  process.stderr.write(`${name} (${size}) …\n`);
  for (const figure of await (await open()).run(size)) figures.push({ bench: name, figure });
}

const table = new Table({ head: ['bench', 'what', 'value', 'ratio', 'against', 'aim'], colAligns: ['left', 'left', 'right', 'right', 'left', 'left'], style: { head: [], border: [] } });
for (const { bench, figure } of figures) {
  table.push([bench, figure.what, `${round(figure.value)} ${figure.unit}`, figure.ratio === undefined ? '' : `${round(figure.ratio)} ×`, figure.against ?? '', figure.aim ?? '']);
}
console.log(`${size} sizes, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`);
console.log(table.toString());

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
