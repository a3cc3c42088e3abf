/**
 * `npm test`: everything that must hold, in sections; `npm test -- unit e2e` runs some of them. Ends with one line that
 * counts the tests of all sections.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './building.ts';
import { requireChromium } from './chromium.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}
interface Section {
  readonly title: string;
  /** A program of node_modules, or a script of ours, and its arguments. */
  readonly command: readonly string[];
  readonly environment?: () => Promise<Record<string, string>>;
  /** Reads how many tests there were. */
  readonly counts?: () => Counts;
}

const reports = path.join(root, '.cache', 'test');
const unitReport = path.join(reports, 'unit.json');
const endToEndReport = path.join(reports, 'e2e.json');
const bin = (name: string) => path.join('node_modules', name);

const sections: Readonly<Record<string, Section>> = {
  types: { title: 'Types', command: [bin('typescript/bin/tsc'), '-b'] },
  lint: { title: 'Lint', command: [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'] },
  walls: { title: 'Walls between the rooms', command: ['scripts/walls.ts'] },
  unused: { title: 'Unused code and packages', command: [bin('knip/bin/knip.js')] },
  kernels: { title: 'Kernels', command: ['scripts/kernels.ts'] },
  unit: {
    title: 'Unit and property tests',
    command: [bin('vitest/vitest.mjs'), 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${unitReport}`],
    counts: () => {
      const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = readReport(unitReport) as Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests', number>;
      return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
    },
  },
  build: { title: 'Build', command: ['scripts/build.ts'] },
  e2e: {
    title: 'End to end, in a browser and on the desktop',
    command: [bin('@playwright/test/cli.js'), 'test'],
    environment: async () => ({ CHROMIUM: await requireChromium(), REELBENCH_E2E_REPORT: endToEndReport }),
    counts: () => {
      const { stats } = readReport(endToEndReport) as { stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number> };
      return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
    },
  },
};

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!Object.hasOwn(sections, name)) throw new Error(`There is no section ${name}: ${Object.keys(sections).join(', ')}.`);
}
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const summary: string[] = [];
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const [name, section] of Object.entries(sections)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n── ${section.title} ──`);
  const began = performance.now();
  const problem = await run(section).catch((error: Error) => error.message);
  const counts = section.counts && count(section.counts);
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts?.[key] ?? 0;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const tests = counts ? `, ${sentence(counts)}` : '';
  summary.push(`${problem === undefined ? 'ok    ' : 'FAILED'}  ${section.title} (${seconds} s${tests})${problem === undefined ? '' : `: ${problem}`}`);
  if (problem !== undefined) process.exitCode = 1;
}
console.log(`\n${summary.join('\n')}\n${sentence(total)}`);

/** Runs a section; answers what is wrong with it. */
async function run({ command, environment }: Section): Promise<string | undefined> {
  // Many tests start programs from source: what Node compiled once, it need not compile again.
  const env = { NODE_COMPILE_CACHE: path.join(root, '.cache', 'node'), ...process.env, ...(await environment?.()) };
  const child = spawn(process.execPath, command, { cwd: root, env, stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  return code === 0 ? undefined : `it ended with status ${code}`;
}

/** A section that broke off before it could report has no tests to count; its status says that it failed. */
function count(read: () => Counts): Counts | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readReport(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function sentence({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
