import { assert, double, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeText, countDifferences, differs, durationDiffers } from '../../../../renderer/pages/pipeline/compare/differences.ts';
import { barsOfJob, barsOfRun, ticksOf } from '../../../../renderer/pages/pipeline/gantt/bars.ts';
import { rateOf, restOf } from '../../../../renderer/pages/pipeline/live/eta.ts';
import { aboutSeconds, everything, keptWords, requestOf, requestWords, sumOf, sumText } from '../../../../renderer/pages/pipeline/plan/plan.ts';
import { returnOf } from '../../../../renderer/pages/pipeline/runs/going-back.ts';
import { matches, outcomeText } from '../../../../renderer/pages/pipeline/runs/words.ts';
import type { CacheEntry, Job, ParameterInfo, PipelineStatus, PlannedStage, Run, RunComparison, RunReport, StageName, StageStatus } from '../../../../shared/contract/index.ts';

const planned = (name: StageName, action: PlannedStage['action'], seconds: number | null = null, certain = true): PlannedStage => ({ name, action, certain, reasons: [], seconds });
const status = (...stages: { name: StageName; run?: string; rows?: number }[]): Pick<PipelineStatus, 'stages' | 'edges'> => ({
  stages: stages.map(({ name, run, rows = 0 }): StageStatus => ({
    name, title: name, reads: [], writes: [], parameters: [], state: 'current', reasons: [], certain: true, critical: true, enabled: true, mark: null,
    built: run === undefined ? null : { run, at: '2026-01-01T00:00:00Z', seconds: 1, rowsIn: 0, rowsOut: rows },
  })),
  edges: [],
});
const jobWith = (phases: Partial<Job['phases'][number]>[], seconds: number): Job => ({
  id: '1', kind: 'run', title: 'Run', status: 'running', startedAt: '2026-01-01T00:00:00Z', seconds, memory: 0, database: 0, errors: 0, warnings: 0, samples: [], log: [],
  phases: phases.map((phase) => ({ name: '', state: 'running', began: 0, done: 0, unit: 'rows', seconds: 0, ...phase })),
});
const stageOf = (name: StageName, change: Partial<Run['stages'][number]> = {}): Run['stages'][number] => ({
  name, state: 'ran', reasons: [], began: 0, seconds: 1, rowsIn: 1, rowsOut: 1, builtBy: 'r1', restored: false, attempts: 1, peakMemoryMB: 1, figures: {}, error: null, ...change,
});
const run = (stages: Run['stages'], change: Partial<Run> = {}): Run => ({ id: 'r1', status: 'succeeded', startedAt: '2026-01-01T00:00:00Z', seconds: 3, stages, error: null, after: null, ...change });

describe('the plan in words', () => {
  test('asks for what was chosen', () => {
    expect(requestOf(everything)).toEqual({ stages: [], force: false, dry: false, resume: false });
    expect(requestOf({ scope: 'from', stage: 'load', stages: ['split'], force: true })).toEqual({ stages: [], from: 'load', force: true, dry: false, resume: false });
    expect(requestOf({ scope: 'stages', stage: 'load', stages: ['split'], force: false })).toEqual({ stages: ['split'], force: false, dry: false, resume: false });
    expect([everything, { ...everything, scope: 'only', stage: 'load' } as const, { ...everything, force: true }].map(requestWords)).toEqual(['Run', 'Run only load', 'Run, forced']);
  });
  test('sums up what will and may run, with the time that is known', () => {
    const text = (...stages: PlannedStage[]) => sumText(sumOf({ stages }));
    expect(text(planned('load', 'run', 30), planned('features', 'run', 12, false), planned('split', 'restore'), planned('publish', 'left out'))).toBe('1 stage will run, 1 may run, 1 from the cache, 1 left out · about 40 s by their last times');
    expect(text(planned('load', 'run', 30), planned('features', 'run'))).toBe('2 stages will run · about 30 s and 1 stage never timed');
    expect(text(planned('load', 'run'))).toBe('1 stage will run · how long is not known yet');
    expect(text(planned('load', 'restore', 5))).toBe('1 from the cache · in a moment');
    expect(text(planned('load', 'nothing', 5))).toBe('Nothing to do: everything is current');
    expect([0.2, 4, 41, 200, 7300].map(aboutSeconds)).toEqual(['under 1 s', 'about 4 s', 'about 40 s', 'about 3 min', 'about 2:00:00 h']);
  });
  test('says what is kept of a run that did not end', () => {
    expect([[], ['load'], ['load', 'split'], ['load', 'split', 'features']].map((done) => keptWords({ done: done as StageName[] }))).toEqual(['It had made nothing yet.', 'What load made is kept.', 'What load and split made is kept.', 'What load … features made is kept.']);
  });
});

describe('the time that a run still takes', () => {
  const stages = status({ name: 'load', run: 'r' }, { name: 'features', run: 'r' }, { name: 'split', run: 'r' });
  const edges: PipelineStatus['edges'] = [{ from: 'load', to: 'features', tables: [] }, { from: 'load', to: 'split', tables: [] }];
  const plan = { stages: [planned('load', 'run', 10), planned('features', 'run', 20), planned('split', 'run', 30)] };
  const rest = (job: Job, jobs: number, other = plan) => restOf(job, { ...stages, edges }, other, jobs);

  test('goes by the last times, one after the other or side by side', () => {
    const job = jobWith([{ name: 'load', seconds: 4 }], 4);
    expect(rest(job, 1)).toEqual({ seconds: 56, late: false });
    expect(rest(job, 2)).toEqual({ seconds: 36, late: false });
  });
  test('goes by how far a stage is where that is known', () => {
    expect(rest(jobWith([{ name: 'load', seconds: 10, done: 25, total: 100 }], 10), 1)?.seconds).toBe(80);
  });
  test('counts nothing for what has ended, is kept or has nothing to do, and says when it is late', () => {
    const job = jobWith([{ name: 'load', state: 'done', seconds: 9 }, { name: 'features', seconds: 30, began: 9 }], 39);
    expect(rest(job, 1, { stages: [planned('load', 'run', 10), planned('features', 'run', 20), planned('split', 'restore', 30)] })).toEqual({ seconds: 0, late: true });
  });
  test('is not known while a stage to come was never timed', () => {
    expect(restOf(jobWith([], 1), status({ name: 'load' }), { stages: [planned('load', 'run', null)] }, 1)).toBeNull();
  });
  test('rows a second are those of the last seconds', () => {
    const samples = [0, 1, 2, 3, 4, 5, 6].map((at) => ({ at, memory: 1, done: at < 3 ? 0 : (at - 2) * 100 }));
    expect(rateOf(samples)).toBe(100);
    expect(rateOf(samples.slice(0, 1))).toBeNull();
  });
});

describe('the time line of a run', () => {
  test('shows stages at work, those kept and those to come', () => {
    const job = jobWith([{ name: 'load', state: 'done', began: 0, seconds: 2 }, { name: 'features', began: 2, seconds: 1 }, { name: 'split', state: 'cached', began: 2 }], 5);
    const stages = status({ name: 'load' }, { name: 'features' }, { name: 'split' }, { name: 'publish' }).stages;
    expect(barsOfJob(job, stages, 6).map(({ state, began, seconds }) => [state, began, seconds])).toEqual([['ran', 0, 2], ['running', 2, 4], ['cached', 2, 0], ['waiting', 0, 0]]);
    expect(barsOfRun(run([stageOf('load', { attempts: 3, began: 1.5 })]))).toMatchObject([{ name: 'load', began: 1.5, attempts: 3 }]);
  });
  test('has round times on its axis that hold the whole run', () => {
    expect(ticksOf(42)).toEqual([0, 10, 20, 30, 40, 50]);
    assert(property(double({ min: 0, max: 1e6, noNaN: true }), (seconds) => {
      const ticks = ticksOf(seconds);
      expect(ticks.length).toBeLessThanOrEqual(8);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(seconds * (1 - 1e-9));
    }));
  });
});

describe('runs', () => {
  const one = run([stageOf('load'), stageOf('features', { state: 'failed' }), stageOf('split', { state: 'cached' }), stageOf('publish', { state: 'skipped' })], { status: 'failed' });
  test('are told and found by what they did', () => {
    expect(outcomeText(one)).toBe('ran load; failed at features; 1 kept; 1 left out');
    expect(outcomeText(run([stageOf('load')]))).toBe('ran all stages');
    expect([{ status: 'all', text: 'FEAT' }, { status: 'failed', text: '' }, { status: 'succeeded', text: '' }, { status: 'all', text: 'split' }].map((filter) => matches(one, filter as Parameters<typeof matches>[1]))).toEqual([true, true, false, false]);
  });
  test('a return names the stages and parameters that change, and what the cache has lost', () => {
    const entry = (stage: StageName, by: string): CacheEntry => ({ stage, run: by, builtAt: '', usedAt: '', tables: [], files: [], bytes: 0, seconds: 0, kind: 'cached', about: '' });
    const now = status({ name: 'load', run: 'r2', rows: 5 }, { name: 'features', run: 'r1' }, { name: 'split', run: 'r2' }, { name: 'publish', run: 'r2', rows: 7 });
    const then = run([stageOf('load', { rowsOut: 4 }), stageOf('features'), stageOf('split'), stageOf('publish', { builtBy: null })]);
    const parameter = (path: string, value: number, usual = 1): ParameterInfo => ({ path, title: path, help: '', unit: null, type: 'number', default: usual, value, group: { title: '', about: '' }, allowed: '', source: 'default' });
    const report = { parameters: { a: 1, b: 2 } } as unknown as RunReport;
    expect(returnOf(then, report, now, [parameter('a', 1), parameter('b', 3), parameter('c', 9)], [entry('load', 'r1'), entry('features', 'r1')])).toEqual({
      stages: [{ name: 'load', now: 5, before: 4, kept: true }, { name: 'split', now: 0, before: 1, kept: false }, { name: 'publish', now: 7, before: null, kept: true }],
      parameters: [{ path: 'b', now: 3, before: 2 }, { path: 'c', now: 9, before: 1 }],
    });
  });
});

describe('a comparison', () => {
  test('tells values, contents and durations apart', () => {
    expect([differs({ a: 1, b: 1 }), differs({ a: [1], b: [1] }), differs({ a: 1, b: null }), differs({ a: 5, b: 5, same: false })]).toEqual([false, false, true, true]);
    expect([durationDiffers({ a: 10, b: 10.5 }), durationDiffers({ a: 10, b: 12 }), durationDiffers({ a: 0.01, b: 0.03 }), durationDiffers({ a: null, b: 1 })]).toEqual([false, true, false, true]);
    expect([changeText(200, 250), changeText(0, 3), changeText(4, 3), changeText(null, 3), changeText(1, 1)]).toEqual(['+50 (+25 %)', '+3', '−1 (−25 %)', 'only in B', '']);
    const comparison: RunComparison = {
      a: run([]), b: run([]), parameters: [{ name: 'x', a: 1, b: 2 }], files: [], tables: [{ name: 't', a: 1, b: 1, same: true }, { name: 'u', a: 1, b: 1, same: false }],
      stages: [], quality: { scores: [{ name: 'all', a: 1, b: 0.9 }], rules: [] }, figures: [{ name: 'f', a: 1, b: 1 }],
    };
    expect(countDifferences(comparison)).toEqual({ parameters: 1, files: 0, tables: 1, quality: 1, figures: 0 });
  });
});
