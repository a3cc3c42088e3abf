import { type Input, Protocol } from '../../../shared/contract/index.ts';

type Published = Readonly<Record<string, number>>;

/** A model of a published table: how it is fitted here, and the figures that were published. */
export interface PresetModel {
  /** By its name of the contract. */
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What the published figures were got with, where ours is not the same. */
  readonly note?: string;
  readonly published: Published;
  readonly source: string;
}

export interface PresetDefinition {
  readonly name: string;
  readonly title: string;
  /** What the folder must hold, and where it is to be had. */
  readonly data: string;
  readonly files: PresetFiles;
  /** Ratings of the release: of any other number, ours are no figures of the same data. */
  readonly ratings: number;
  /** The published protocol in a sentence. */
  readonly about: string;
  readonly protocol: Protocol;
  readonly models: readonly PresetModel[];
  /** Figures of models that are not measured here: other programs', or of predictions that are always beside. */
  readonly others: readonly { readonly model: string; readonly published: Published; readonly source: string }[];
}

/** One file of ratings, also in a folder called as the release; or the three files of NCF. */
type PresetFiles = { readonly kind: 'ratings'; readonly file: string; readonly release: string } | { readonly kind: 'ncf'; readonly name: string };

const protocol = (of: Input<'evaluation.start'>['protocol']): Protocol => Protocol.parse(of);
const ml1m: PresetFiles = { kind: 'ratings', file: 'ratings.dat', release: 'ml-1m' };
const ML_1M = 'MovieLens 1M: the folder of ml-1m.zip from grouplens.org/datasets/movielens/1m, with ratings.dat (user::film::rating::timestamp)';

const RATINGS_1M = 1_000_209;

const SURPRISE = 'Surprise, README, Benchmarks';
const TOIS_NCF = 'Ferrari Dacrema et al. 2021 (TOIS), Table 55';
const TOIS_RANDOM = 'Ferrari Dacrema et al. 2021 (TOIS), Table 79';
const RENDLE_NCF = 'Rendle et al. 2022, Revisiting the Performance of iALS, NCF benchmark';
const RENDLE_VAE = 'Rendle et al. 2022, Revisiting the Performance of iALS, VAE benchmark';
const STECK = 'Steck 2019, Embarrassingly Shallow Autoencoders';
const PETROV = 'Petrov and Macdonald 2022, A Systematic Review and Replicability Study of BERT4Rec';
const RECTOOLS = 'RecTools, benchmark of transformer models';
const KLENITSKIY = 'Klenitskiy and Vasilev 2023, Turning Dross Into Gold Loss';

/**
 * iALS of Rendle et al. in the terms of `als`: alpha = 1 / α₀, exponent = ν, regularization = λ (1 + α₀); the same rankings exactly (docs/factors.md).
 * The article of `random-1m` does not say its settings in a form that can be read here. Those of `ncf` are taken in their place, for they are published for the same ratings, and
 * are better than the defaults on two other data sets divided alike (docs/evaluation.md).
 */
const rendle = { ncf: { factors: 192, iterations: 12, alpha: 1 / 0.3, exponent: 1, regularization: 0.007 * 1.3 }, vae: { factors: 256, iterations: 16, alpha: 10, exponent: 1, regularization: 0.003 * 1.1 } };

const surpriseProtocol = protocol({ name: 'kfold', folds: 5, foldsBy: 'shuffle', measures: ['rating'] });
const surpriseAbout = 'All ratings; five folds, shuffled; default parameters of Surprise; predictions clipped to the scale. RMSE and MAE, means over folds.';
const knnBaseline = { feedback: 'ratings', rating_similarity: 'msd', rating_neighbours: 40, rating_least: 1 };
const svd = { factors: 100, epochs: 20, rate: 0.005, regularization: 0.02, deviation: 0.1, patience: 0 };
const svdpp = { factors: 20, epochs: 20, rate: 0.007, regularization: 0.02, deviation: 0.1, patience: 0 };
const errors = (rmse: number, mae: number): Published => ({ rmse, mae });

function surprise(name: string, title: string, data: string, files: PresetFiles, ratings: number, figures: Readonly<Record<'svd' | 'svdpp' | 'knn' | 'baseline', Published>>): PresetDefinition {
  return {
    name, title, data, files, ratings, about: surpriseAbout, protocol: surpriseProtocol,
    models: [
      { model: 'svd', params: svd, published: figures.svd, source: SURPRISE },
      { model: 'svdpp', params: svdpp, published: figures.svdpp, source: SURPRISE },
      { model: 'user-knn', params: knnBaseline, published: figures.knn, source: `${SURPRISE} (k-NN Baseline)` },
    ],
    others: [{ model: 'baseline', published: figures.baseline, source: SURPRISE }],
  };
}

/** Tables of others that can be made again, by the figures of which an evaluation can be checked. */
export const presets: readonly PresetDefinition[] = [
  surprise('surprise-100k', 'Surprise’s benchmark on MovieLens 100K', 'MovieLens 100K: the folder of ml-100k.zip from grouplens.org/datasets/movielens/100k, with u.data (by tabs)', { kind: 'ratings', file: 'u.data', release: 'ml-100k' }, 100_000,
    { svd: errors(0.934, 0.737), svdpp: errors(0.919, 0.721), knn: errors(0.931, 0.733), baseline: errors(0.944, 0.748) }),
  surprise('surprise-1m', 'Surprise’s benchmark on MovieLens 1M', ML_1M, ml1m, RATINGS_1M,
    { svd: errors(0.873, 0.686), svdpp: errors(0.862, 0.672), knn: errors(0.895, 0.706), baseline: errors(0.909, 0.719) }),
  {
    name: 'ncf-1m', title: 'The benchmark of Neural Collaborative Filtering on MovieLens 1M (sampled)',
    data: 'The folder Data of github.com/hexiangnan/neural_collaborative_filtering, with ml-1m.train.rating, ml-1m.test.rating and ml-1m.test.negative',
    files: { kind: 'ncf', name: 'ml-1m' }, ratings: RATINGS_1M,
    about: 'Each user’s newest rating is held out and ranked among 99 sampled films that a file gives, of which those that are the test film are dropped; every rating is a positive. Sampled metrics: comparable with this table alone.',
    protocol: protocol({ name: 'files', cutoffs: [10], measures: ['ranking'] }),
    models: [
      { model: 'item-knn', params: {}, note: 'The published similarity and its settings were searched for', published: { 'hit-rate@10': 0.6694, 'ndcg@10': 0.3979 }, source: TOIS_NCF },
      { model: 'als', params: rendle.ncf, published: { 'hit-rate@10': 0.731, 'ndcg@10': 0.4521 }, source: `${RENDLE_NCF}, 192 dimensions` },
      { model: 'ease', params: { lambda: 1320 }, published: { 'hit-rate@10': 0.7192, 'ndcg@10': 0.4494 }, source: TOIS_NCF },
    ],
    others: [{ model: 'iALS as tuned by Ferrari Dacrema et al.', published: { 'hit-rate@10': 0.7109, 'ndcg@10': 0.4382 }, source: TOIS_NCF }],
  },
  {
    name: 'random-1m', title: 'Ferrari Dacrema et al. on MovieLens 1M, ratings at random', data: ML_1M, files: ml1m, ratings: RATINGS_1M,
    about: 'One rating in five is held out, each as likely as another; every rating is a positive; all films are ranked, those of the history removed. The ideal of NDCG is not truncated at the cutoff.',
    protocol: protocol({ name: 'random', share: 0.2, cutoffs: [10], ndcgIdeal: 'full', measures: ['ranking'] }),
    models: [
      { model: 'popularity', params: {}, published: { 'precision@10': 0.1832, 'recall@10': 0.0685, 'ndcg@10': 0.0939 }, source: TOIS_RANDOM },
      { model: 'item-knn', params: { similarity: 'tfidf', neighbours: 197, shrinkage: 0 }, note: 'Settings of a public re-run of the article’s own split, there called movielens1m_ours; the article searched for its own', published: { 'precision@10': 0.3432, 'recall@10': 0.1585, 'ndcg@10': 0.2074 }, source: TOIS_RANDOM },
      { model: 'als', params: rendle.ncf, note: `Settings of ${RENDLE_NCF}, on the same ratings otherwise divided; the article searched for its own`, published: { 'precision@10': 0.3628, 'recall@10': 0.1702, 'ndcg@10': 0.22 }, source: TOIS_RANDOM },
      { model: 'ease', params: { lambda: 887 }, published: { 'precision@10': 0.3857, 'recall@10': 0.182, 'ndcg@10': 0.2364 }, source: TOIS_RANDOM },
    ],
    others: [],
  },
  {
    name: 'sequence-1m', title: 'The next film on MovieLens 1M, all films ranked', data: ML_1M, files: ml1m, ratings: RATINGS_1M,
    about: 'Films with five ratings or more; every rating is a positive; each user’s newest is held out; all films are ranked, those of the history removed.',
    protocol: protocol({ name: 'leave-last-out', minItem: 5, cutoffs: [10], measures: ['ranking'] }),
    models: [
      { model: 'sasrec', params: {}, published: { 'hit-rate@10': 0.3152, 'ndcg@10': 0.1821 }, source: `${KLENITSKIY}, cross-entropy, length 200` },
      { model: 'bert4rec', params: {}, published: { 'hit-rate@10': 0.2921, 'ndcg@10': 0.1618 }, source: RECTOOLS },
      { model: 'popularity', params: {}, published: {}, source: '' },
      { model: 'ease', params: {}, published: {}, source: '' },
    ],
    others: [
      { model: 'BERT4Rec', published: { 'hit-rate@10': 0.2821, 'ndcg@10': 0.1516 }, source: PETROV },
      { model: 'SASRec', published: { 'hit-rate@10': 0.1993, 'ndcg@10': 0.1078 }, source: `${PETROV}, original loss` },
      { model: 'SASRec, softmax loss', published: { 'hit-rate@10': 0.3058, 'ndcg@10': 0.1779 }, source: RECTOOLS },
      { model: 'SASRec, 3,000 negatives', published: { 'hit-rate@10': 0.3159, 'ndcg@10': 0.1857 }, source: KLENITSKIY },
      { model: 'MF-BPR', published: { 'hit-rate@10': 0.074, 'ndcg@10': 0.0377 }, source: PETROV },
    ],
  },
  {
    name: 'strong-20m', title: 'Users never seen, on MovieLens 20M', data: 'MovieLens 20M: the folder of ml-20m.zip from grouplens.org/datasets/movielens/20m, with ratings.csv', files: { kind: 'ratings', file: 'ratings.csv', release: 'ml-20m' }, ratings: 20_000_263,
    about: 'Ratings above 3.5 of users with five or more; 10,000 users are held out and 10,000 set aside, as the published tables set them aside for tuning; 80 % of a held-out user’s ratings are shown, the rest asked for. Films without a training rating are left out. Recall divides by min(k, relevant films); the ideal of NDCG is truncated.',
    protocol: protocol({
      name: 'strong', threshold: 4, thresholdTraining: true, minUser: 5, heldOut: 10_000, setAside: 10_000, given: 0.8, unknownFilms: 'left out', recallOf: 'reachable', cutoffs: [20, 50, 100], measures: ['ranking'],
    }),
    models: [
      { model: 'ease', params: { lambda: 500 }, note: 'Only the 10,000 most rated of some 20,100 films are modelled', published: { 'recall@20': 0.391, 'recall@50': 0.521, 'ndcg@100': 0.42 }, source: STECK },
      { model: 'als', params: rendle.vae, note: 'Published with 2,048 dimensions, which take hours; 256 here', published: { 'recall@20': 0.395, 'recall@50': 0.532, 'ndcg@100': 0.425 }, source: RENDLE_VAE },
    ],
    others: [{ model: 'Mult-VAE', published: { 'recall@20': 0.395, 'recall@50': 0.535, 'ndcg@100': 0.426 }, source: 'Liang et al. 2018, Variational Autoencoders for Collaborative Filtering' }],
  },
];
