import { describe, expect, test } from 'vitest';
import { layoutOf, moveFrom, pathOf } from '../../../../renderer/pages/pipeline/graph/layout.ts';
import { columnsOf, downstreamOf, reasonKind, reasonText, type StageLook, stageViews } from '../../../../renderer/pages/pipeline/stages.ts';
import type { Job, PipelineStatus, Run, StageName, StageStatus } from '../../../../shared/contract/index.ts';

const built = { run: 'r0', at: '2026-01-01T00:00:00Z', seconds: 2, rowsIn: 10, rowsOut: 9 };
const stage = (name: StageName, state: StageStatus['state'], change: Partial<StageStatus> = {}): StageStatus => ({
  name, title: name, reads: [], writes: [], parameters: [], state, reasons: [], certain: true, critical: true, enabled: true, mark: null, built: state === 'never run' ? null : built, ...change,
});
const ran = (name: StageName, state: Run['stages'][number]['state']): Run['stages'][number] => ({
  name, state, reasons: [], began: 0, seconds: 1, rowsIn: 10, rowsOut: 9, builtBy: state === 'ran' ? 'r' : null, restored: false, attempts: 1, peakMemoryMB: 100, figures: {}, error: null,
});
const status: PipelineStatus = {
  stages: [stage('validate', 'current'), stage('transform', 'changed'), stage('features', 'cached'), stage('train-als', 'never run')],
  edges: [
    { from: 'validate', to: 'transform', tables: ['fixes'] },
    { from: 'transform', to: 'features', tables: ['ratings'] },
    { from: 'transform', to: 'train-als', tables: ['ratings'] },
  ],
  resumable: null,
};
const job: Job = {
  id: '1', kind: 'run', title: 'Run', status: 'running', startedAt: '2026-01-01T00:00:00Z', seconds: 3, memory: 0, database: 0, errors: 0, warnings: 0, samples: [], log: [],
  phases: [
    { name: 'validate', state: 'cached', began: 0, done: 0, unit: 'rows', seconds: 0 },
    { name: 'transform: ratings', state: 'running', began: 1, done: 500, total: 2000, unit: 'rows', seconds: 2 },
  ],
};
const run = (change: Partial<Run>, stages = [ran('validate', 'ran'), ran('transform', 'failed')]): Run => ({ id: 'r', status: 'failed', startedAt: '2026-01-01T00:00:00Z', seconds: 3, stages, error: { code: 'internal', message: 'It broke.' }, after: null, ...change });

describe('the state of a stage', () => {
  const look = (one: StageStatus, running?: Job, last?: Run) => stageViews({ ...status, stages: [one] }, running, last)[0]?.look;
  const phase = (state: Job['phases'][number]['state'], name = 'transform'): Job => ({ ...job, phases: [{ name, state, began: 0, done: 5, unit: 'rows', seconds: 1 }] });
  const mark = { run: 'r0', message: 'It did not fit.' };
  const cases: readonly (readonly [name: string, expected: StageLook, stage: StageStatus, job?: Job | undefined, last?: Run])[] = [
    ['current', 'current', stage('transform', 'current')],
    ['changed', 'changed', stage('transform', 'changed')],
    ['changed, if a stage before it makes something else', 'may change', stage('transform', 'changed', { certain: false })],
    ['never run, certain or not', 'never run', stage('transform', 'never run', { certain: false })],
    ['in the cache', 'cached', stage('transform', 'cached')],
    ['left out of a run of everything', 'left out', stage('transform', 'changed', { enabled: false })],
    ['marked since it failed without stopping a run', 'marked', stage('transform', 'changed', { mark, critical: false })],
    ['marked rather than left out', 'marked', stage('transform', 'current', { mark, enabled: false })],
    ['failed in the last run', 'failed', stage('transform', 'changed'), undefined, run({})],
    ['failed, though it was marked before', 'failed', stage('transform', 'changed', { mark }), undefined, run({})],
    ['blocked in the last run', 'blocked', stage('transform', 'changed'), undefined, run({ status: 'blocked' })],
    ['failed, though what it made before still stands', 'failed', stage('transform', 'current'), undefined, run({})],
    ['not failed by a cancel', 'changed', stage('transform', 'changed'), undefined, run({ status: 'cancelled' })],
    ['not failed where the run succeeded without it', 'changed', stage('transform', 'changed'), undefined, run({ status: 'succeeded' })],
    ['waiting before its phase', 'waiting', stage('transform', 'changed'), phase('running', 'validate')],
    ['running', 'running', stage('transform', 'changed'), phase('running', 'transform: ratings')],
    ['done in the run under way', 'done', stage('transform', 'changed'), phase('done')],
    ['kept by the run under way', 'from cache', stage('transform', 'cached'), phase('cached')],
    ['left out of the run under way', 'skipped', stage('transform', 'changed'), phase('skipped')],
    ['failed in the run under way', 'failed', stage('transform', 'changed'), phase('failed')],
    ['of the run under way, whatever the last one did', 'waiting', stage('features', 'changed'), phase('running'), run({})],
    ['by its last state once the job has ended', 'changed', stage('transform', 'changed'), { ...phase('failed'), status: 'cancelled' }],
  ];
  for (const [name, expected, one, running, last] of cases) test(`is shown as ${name}`, () => { expect(look(one, running, last)).toBe(expected); });

  test('comes with its rows, time, share and error', () => {
    expect(stageViews(status, job, undefined)[1]).toMatchObject({ rows: 500, seconds: 2, share: 0.25 });
    expect(stageViews(status, undefined, run({}))[0]).toMatchObject({ rows: 9, seconds: 2, share: null, error: null });
    expect(stageViews(status, undefined, run({}))[1]?.error?.message).toBe('It broke.');
    const own = { code: 'out-of-memory', message: 'No room.' } as const;
    expect(stageViews(status, undefined, run({}, [{ ...ran('transform', 'failed'), error: own }]))[1]?.error).toEqual(own);
  });
});

describe('reasons', () => {
  test('say what changed from what to what', () => {
    expect(reasonText({ what: 'recommenders.ease.lambda', change: 'modified', from: '250', to: '300' })).toBe('recommenders.ease.lambda: 250 → 300');
    expect(reasonText({ what: 'ml/tags.csv', change: 'deleted', from: 'abc' })).toBe('ml/tags.csv is deleted');
  });
  test('are told apart by what they speak of', () => {
    const one = { reads: ['raw.ratings', 'ratings'], writes: ['model_ease'], parameters: ['recommenders.ease', 'rules', 'engine.seed'] };
    const kind = (what: string, change: 'modified' | 'not in cache' = 'modified') => reasonKind({ what, change }, one);
    expect(['recommenders.ease.lambda', 'engine.seed', 'rules.mine', 'ratings', 'ml/ratings.csv', 'code', 'decisions'].map((what) => kind(what))).toEqual(['parameter', 'parameter', 'parameter', 'table', 'file', 'code', 'decision']);
    expect(kind('model_ease', 'not in cache')).toBe('cache');
  });
});

describe('the drawing', () => {
  const names: StageName[] = ['extract', 'validate', 'transform', 'load', 'features', 'split', 'train-random', 'train-popularity', 'train-content', 'train-item-knn', 'train-ease', 'train-als', 'train-hybrid', 'evaluate', 'publish', 'finalize'];
  const edge = (from: StageName, to: StageName, ...tables: string[]) => ({ from, to, tables });
  const trains = names.filter((name) => name.startsWith('train-'));
  const whole: PipelineStatus = {
    stages: names.map((name) => stage(name, 'current')),
    edges: [
      edge('extract', 'validate', 'raw.ratings'), edge('extract', 'transform', 'raw.ratings'), edge('validate', 'transform', 'fixes'), edge('transform', 'load', 'ratings'), edge('load', 'features', 'core'), edge('load', 'split', 'core'),
      ...trains.flatMap((name) => [edge('load', name, 'core'), edge('split', name, 'train')]), edge('features', 'train-content', 'movie_features'),
      ...trains.map((name) => edge(name, 'evaluate', `model_${name}`)), ...trains.map((name) => edge(name, 'publish', `model_${name}`)), edge('validate', 'finalize', 'findings'), edge('evaluate', 'finalize', 'metrics'), edge('publish', 'finalize', 'lists'),
    ],
    resumable: null,
  };

  test('puts each stage to the right of all that it reads from', () => {
    expect([...columnsOf(status)]).toEqual([['validate', 0], ['transform', 1], ['features', 2], ['train-als', 2]]);
    expect([...downstreamOf(status.edges, 'transform')].toSorted()).toEqual(['features', 'train-als', 'transform']);
  });

  test.each([1060, 1660])('stacks what trains in one box and fits %i pixels without overlaps', (width) => {
    const { boxes, wires, ...size } = layoutOf(whole, width);
    expect(boxes.find(({ stages }) => stages.includes('train-ease'))?.stages).toEqual(trains);
    expect(size.width).toBeLessThanOrEqual(width);
    expect(Math.min(...boxes.map((box) => box.width))).toBeGreaterThan(84);
    const overlaps = boxes.flatMap((a) => boxes.filter((b) => a !== b && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height));
    expect(overlaps).toEqual([]);
    const crossings = wires.flatMap(({ points, from, to }) => points.flatMap(([x, y], i) => {
      const [nextX, nextY] = points[i + 1] ?? [x, y];
      return boxes.filter((box) => box.id !== from && box.id !== to && Math.max(x, nextX) > box.x && Math.min(x, nextX) < box.x + box.width && Math.max(y, nextY) > box.y && Math.min(y, nextY) < box.y + box.height);
    }));
    expect(crossings).toEqual([]);
  });

  test('draws one arrow where many say the same, and none that a longer way says already', () => {
    const drawn = layoutOf(whole, 1060).wires.map(({ id }) => id);
    expect(drawn).toContain('split>train-5');
    expect(drawn).toContain('features>train-5');
    expect(drawn.filter((id) => id.endsWith('>evaluate'))).toEqual(['train-5>evaluate']);
    expect(drawn).not.toContain('load>train-5');
    expect(drawn).not.toContain('extract>transform');
    expect(drawn).not.toContain('validate>finalize');
  });

  test('leads the arrow keys along the arrows and within a column', () => {
    const layout = layoutOf(whole, 1060);
    const keys = (from: StageName, ...pressed: string[]) => pressed.reduce<StageName>((at, key) => moveFrom(layout, at, key) ?? at, from);
    expect(keys('extract', 'ArrowRight', 'ArrowRight', 'ArrowRight')).toBe('load');
    expect(keys('features', 'ArrowDown')).toBe('split');
    expect(keys('train-random', 'ArrowDown', 'ArrowDown', 'ArrowUp')).toBe('train-popularity');
    expect(keys('extract', 'ArrowLeft', 'ArrowUp')).toBe('extract');
    expect(keys('load', 'End', 'Home')).toBe('extract');
    expect(names.filter((name) => moveFrom(layout, name, 'ArrowLeft') === undefined)).toEqual(['extract']);
  });

  test('has round corners and ends where it should', () => {
    expect(pathOf([[0, 0], [10, 0], [10, 20], [30, 20]])).toBe('M0,0 L5,0 Q10,0 10,6 L10,14 Q10,20 16,20 L30,20');
    expect(layoutOf({ stages: [], edges: [] }, 500)).toMatchObject({ boxes: [], wires: [], height: 0 });
  });
});
