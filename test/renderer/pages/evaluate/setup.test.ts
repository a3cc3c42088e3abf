import { beforeEach, expect, test } from 'vitest';
import { placeOf } from '../../../../renderer/pages/evaluate/address.ts';
import { addEntrant, removeEntrant, repeatEntrant, setEntrant, setProtocol, setupFor, setupLike, troubleOf, useSetup, usualProtocol } from '../../../../renderer/pages/evaluate/setup/draft.ts';
import { labelTitle, listWords, paramWords, protocolWords } from '../../../../renderer/pages/evaluate/words.ts';
import { EvaluateRequest, type ModelInfo, type ModelName, Protocol } from '../../../../shared/contract/index.ts';

const info = (model: ModelName, title: string): ModelInfo => ({ model, title, about: '', trained: true, trainedAt: null, seconds: null, peakMemoryMB: null, stale: false, params: {}, users: null, items: null, bytes: null, run: null });
const models = [info('popularity', 'Popularity'), info('item-knn', 'Item kNN'), info('ease', 'EASE'), info('als', 'ALS')];
const chosen = () => useSetup.getState().entrants.map(({ model, params }) => [model, params]);

beforeEach(() => useSetup.setState({ workspace: null, entrants: [], title: '', protocol: usualProtocol, jobId: null }));

test('begins with quick models and the protocol that is right for most', () => {
  setupFor('w', models, []);
  expect(chosen().map(([model]) => model)).toEqual(['popularity', 'item-knn', 'ease', 'als']);
  expect(troubleOf(useSetup.getState())).toBeNull();
  expect(Protocol.parse({ name: 'leave-last-out', cutoffs: [10, 20] })).toEqual(usualProtocol);
  const { entrants, protocol } = useSetup.getState();
  expect(EvaluateRequest.safeParse({ entrants: entrants.map(({ model, params }) => ({ model, params })), protocol }).success).toBe(true);
});

test('stays as it was set up, but takes in what a link asks for; another workspace begins anew', () => {
  setupFor('w', models, ['ease', 'nothing']);
  expect(chosen()).toEqual([['ease', {}]]);
  setProtocol({ name: 'kfold', folds: 3 });
  setupFor('w', models, []);
  setupFor('w', models, ['als', 'ease', 'nothing']);
  expect(chosen()).toEqual([['ease', {}], ['als', {}]]);
  expect(useSetup.getState().protocol.folds).toBe(3);
  setupFor('single', models, ['als']);
  expect(chosen().map(([model]) => model)).toEqual(['popularity', 'item-knn', 'ease', 'als']);
  setupFor('other', models, []);
  expect(useSetup.getState().protocol).toEqual(usualProtocol);
});

test('says what is missing before it runs', () => {
  expect(troubleOf({ entrants: [], protocol: usualProtocol })).toContain('at least one model');
  setupFor('w', models, ['ease', 'nothing']);
  const [first] = useSetup.getState().entrants;
  repeatEntrant(first?.key ?? 0);
  expect(troubleOf(useSetup.getState())).toContain('twice with the same parameters');
  setEntrant(first?.key ?? 0, { lambda: 250 });
  expect(troubleOf(useSetup.getState())).toBeNull();
  setProtocol({ name: 'files' });
  expect(troubleOf(useSetup.getState())).toContain('training file and the test file');
  setProtocol({ name: 'random', cutoffs: [] });
  expect(troubleOf(useSetup.getState())).toContain('cutoff');
  removeEntrant(first?.key ?? 0);
  addEntrant('als');
  expect(chosen()).toEqual([['ease', {}], ['als', {}]]);
});

test('an evaluation can be set up again; its files must be chosen anew', () => {
  const file = { id: 'f', name: 'train.csv', size: 1, directory: false };
  const evaluated = (label: string, model: ModelName | 'baseline', params: Record<string, unknown>) => ({ label, model, params, metrics: {}, fitSeconds: 0, scoreSeconds: 0, peakMemoryMB: null, bytes: null, published: [], error: null });
  setupLike('w', { models: [evaluated('ease lambda=250', 'ease', { lambda: 250 }), evaluated('baseline', 'baseline', {})], protocol: { ...usualProtocol, name: 'files', train: file, test: file } }, models);
  expect(chosen()).toEqual([['ease', { lambda: 250 }]]);
  expect(troubleOf(useSetup.getState())).toContain('training file');
});

test('words and addresses', () => {
  expect(protocolWords({ ...usualProtocol, name: 'random', threshold: 4 })).toBe('Random hold-out, 20 %, relevant from 4');
  expect(protocolWords({ ...usualProtocol, name: 'kfold' })).toBe('5 folds');
  expect([labelTitle('ease lambda=250', models), labelTitle('baseline', models), labelTitle('unheard', models)]).toEqual(['EASE lambda=250', 'Biases of users and films', 'unheard']);
  expect(paramWords({ lambda: 250, weighting: 'bm25', genres: ['a'] })).toBe('lambda 250, weighting bm25, genres ["a"]');
  expect([listWords(['a']), listWords(['a', 'b', 'c']), listWords(['a', 'b', 'c', 'd', 'e', 'f'])]).toEqual(['a', 'a, b and c', 'a, b, c, d and 2 others']);
  const none = new URLSearchParams();
  expect([placeOf([], none), placeOf(['of', 'e1', 'segments'], none), placeOf(['search', 't1'], none), placeOf(['nowhere'], none)].map(({ tab, id, view }) => [tab, id, view])).toEqual([
    ['evaluations', null, 'leaderboard'], ['evaluations', 'e1', 'segments'], ['search', 't1', 'leaderboard'], ['evaluations', null, 'leaderboard'],
  ]);
});
