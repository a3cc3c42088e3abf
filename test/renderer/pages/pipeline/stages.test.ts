import { describe, expect, test } from 'vitest';
import type { Job, PipelineStatus, Run, StageName, StageStatus } from '../../../../shared/contract/index.ts';
import { columnsOf, downstreamOf, drawnEdges, planOf, reasonText, stageViews } from '../../../../renderer/pages/pipeline/stages.ts';

const stage = (name: StageName, state: StageStatus['state']): StageStatus => ({ name, title: name, reads: [], writes: [], state, reasons: [], certain: true, critical: true, enabled: true, mark: null, built: null });
const status: PipelineStatus = {
  stages: [stage('validate', 'current'), stage('transform', 'changed'), stage('features', 'cached'), stage('train-ease', 'never run')],
  edges: [
    { from: 'validate', to: 'transform', tables: ['fixes'] },
    { from: 'transform', to: 'features', tables: ['ratings'] },
    { from: 'transform', to: 'train-ease', tables: ['ratings'] },
  ],
  resumable: null,
};
const job: Job = {
  id: '1', kind: 'run', title: 'Run', status: 'running', startedAt: '2026-01-01T00:00:00Z', seconds: 3, memory: 0, database: 0, errors: 0, warnings: 0, samples: [], log: [],
  phases: [
    { name: 'validate', state: 'cached', began: 0, done: 0, unit: 'rows', seconds: 0 },
    { name: 'transform: ratings', state: 'running', began: 1, done: 500, unit: 'rows', seconds: 2 },
  ],
};
const run: Run = {
  id: 'r', status: 'failed', startedAt: '2026-01-01T00:00:00Z', seconds: 3, error: null, after: null,
  stages: [{ name: 'validate', state: 'ran', reasons: [], seconds: 1, rowsIn: 10, rowsOut: 9, began: 0, builtBy: null, restored: false, attempts: 1, peakMemoryMB: 0, figures: {}, error: null }, { name: 'transform', state: 'failed', reasons: [], seconds: 2, rowsIn: 9, rowsOut: 0, began: 0, builtBy: null, restored: false, attempts: 1, peakMemoryMB: 0, figures: {}, error: null }],
};
const request = { stages: [], force: false, dry: false, resume: false };

describe('the drawn pipeline', () => {
  test('shows the running stage with its rows, and those after it as waiting', () => {
    const views = stageViews(status, job, undefined);
    expect(views.map(({ look }) => look)).toEqual(['from cache', 'running', 'waiting', 'waiting']);
    expect(views[1]).toMatchObject({ rows: 500, seconds: 2 });
  });
  test('shows after a failed run what failed, with the figures of the last run', () => {
    const views = stageViews(status, { ...job, status: 'failed' }, run);
    expect(views.map(({ look }) => look)).toEqual(['current', 'failed', 'cached', 'never run']);
    expect(views[0]).toMatchObject({ rows: 9, seconds: 1 });
  });
  test('shows a cancelled run as if it had not been', () => {
    expect(stageViews(status, { ...job, status: 'cancelled' }, { ...run, status: 'cancelled' }).map(({ look }) => look)).toEqual(['current', 'changed', 'cached', 'never run']);
  });
  test('puts each stage to the right of all that it reads from', () => {
    expect([...columnsOf(status)]).toEqual([['validate', 0], ['transform', 1], ['features', 2], ['train-ease', 2]]);
  });
});

test('an arrow that a longer way says already is not drawn', () => {
  const direct = { from: 'validate', to: 'train-ease', tables: ['fixes'] } as const;
  expect(drawnEdges({ ...status, edges: [...status.edges, { ...direct, tables: [...direct.tables] }] })).toEqual(status.edges);
});

describe('the plan', () => {
  test('runs what changed, takes what is cached, leaves what is current', () => {
    expect([...planOf(status, request).values()]).toEqual(['nothing to do', 'runs', 'from cache', 'runs']);
  });
  test('runs everything when forced, and only the wanted part', () => {
    expect([...planOf(status, { ...request, force: true }).values()]).toEqual(['runs', 'runs', 'runs', 'runs']);
    expect([...planOf(status, { ...request, only: 'train-ease' }).values()]).toEqual(['left out', 'left out', 'left out', 'runs']);
    expect([...downstreamOf(status, 'transform')].sort()).toEqual(['features', 'train-ease', 'transform']);
  });
  test('says what changed from what to what', () => {
    expect(reasonText({ what: 'recommenders.ease.lambda', change: 'modified', from: '250', to: '300' })).toBe('recommenders.ease.lambda: 250 → 300');
    expect(reasonText({ what: 'raw.tags', change: 'deleted' })).toBe('raw.tags is deleted');
  });
});
