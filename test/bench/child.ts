import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

type Measures = Record<string, (...values: string[]) => Promise<Record<string, number>>>;

/** Runs one measure of a bench module in a process of its own, so that its peak memory (`peakMB`) is its own. */
export async function inChild(module: string, measure: string, ...values: (string | number)[]): Promise<Record<string, number>> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(module), measure, ...values.map(String)], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}

/** The other end: `if (import.meta.main) await answer(measures)`. */
export async function answer(measures: Measures): Promise<void> {
  const [name = '', ...values] = process.argv.slice(2);
  const measure = measures[name];
  if (measure === undefined) throw new Error(`There is no measure ${name}. There are: ${Object.keys(measures).join(', ')}.`);
  const result = await measure(...values);
  console.log(JSON.stringify({ ...result, peakMB: process.resourceUsage().maxRSS / 1024 }));
  process.exit(0);
}

/** Seconds that the work took. */
export async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The value below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
