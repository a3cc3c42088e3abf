import { z } from 'zod';
import { modelNames } from '../contract/recommend.ts';
import { Threshold } from '../contract/rules.ts';
import { alertKinds, logLevels } from './log.ts';
import { publishableTables } from './publishable.ts';
import { splitMethods } from './split.ts';

/**
 * Every parameter of the product with its default, bounds and one-line explanation. The Settings page, `--set`, the
 * workspace's YAML file and the reference in docs are made from this one schema.
 */
const about = <T extends z.ZodType>(schema: T, title: string, help: string, unit?: string): T =>
  schema.meta({ title, help, ...(unit === undefined ? {} : { unit }) });
const integer = (value: number, min: number, max: number) => z.number().int().min(min).max(max).default(value);
const real = (value: number, min: number, max: number) => z.number().min(min).max(max).default(value);
const flag = (value: boolean) => z.boolean().default(value);
const section = <T extends z.ZodRawShape>(title: string, help: string, shape: T) => about(z.strictObject(shape).prefault({} as never), title, help);

/** Parameters of the models of nearest neighbours; of ratings as Surprise's KNNBaseline has them. */
const neighbourhood = (one: string, many: string, neighbours: number) => ({
  feedback: about(z.enum(['implicit', 'ratings']).default('implicit'), 'Learns from', 'implicit: who rated what, for lists. ratings: how high they rated it, to predict ratings (kNN-Baseline).'),
  similarity: about(z.enum(['cosine', 'tfidf', 'bm25', 'pearson']).default('cosine'), 'Similarity', `Of who rated what: cosine; tfidf and bm25 count ${one === 'film' ? 'people who rated much' : 'films that many rated'} for less; pearson compares ratings from the ${one}’s mean.`),
  neighbours: about(integer(neighbours, 1, 10_000), 'Neighbours', `Most similar ${many} of each ${one}.`, many),
  shrinkage: about(real(0, 0, 10_000), 'Shrinkage', `Pulls similarities of ${many} with little in common to zero.`),
  rating_similarity: about(z.enum(['msd', 'cosine', 'pearson', 'pearson-baseline']).default('msd'), 'Similarity of ratings', `With ratings: over what two ${many} have in common, mean squared difference, cosine, Pearson, or Pearson about the baseline.`),
  rating_neighbours: about(integer(40, 1, 10_000), 'Neighbours of a rating', `With ratings: at most so many ${many} speak for one predicted rating.`, many),
  rating_least: about(integer(1, 1, 1000), 'Fewest neighbours of a rating', 'With ratings: with fewer the baseline is predicted.', many),
  rating_shrinkage: about(real(100, 0, 10_000), 'Shrinkage of pearson-baseline', `With ratings: pulls similarities of ${many} with little in common to zero.`),
});

export const RuleSettings = z.strictObject({
  threshold: about(Threshold.optional(), 'Threshold', 'How many failing units a rule may have before it counts as failed: a count such as 10, or a share of those checked such as 0.5%.'),
  severity: about(z.enum(['error', 'warning', 'info']).optional(), 'Severity', 'error blocks the pipeline, warning and info do not.'),
  enabled: about(z.boolean().optional(), 'Enabled', 'Whether the rule runs.'),
  fix: about(z.boolean().optional(), 'Fix', 'Whether the pipeline applies the rule’s fix.'),
});

/** Parameters of a factorisation of ratings by stochastic gradient descent; defaults as in Surprise. */
function factorisation({ factors, rate }: { factors: number; rate: number }) {
  return {
    factors: about(integer(factors, 1, 512), 'Factors', 'Dimensions of the user and film vectors.'),
    epochs: about(integer(20, 1, 1000), 'Epochs', 'Times all ratings are gone through, at the most.'),
    rate: about(real(rate, 0.000_001, 1), 'Learning rate', 'How far one rating moves the vectors.'),
    regularization: about(real(0.02, 0, 1), 'Regularisation', 'L2 weight on biases and vectors, at each rating.'),
    deviation: about(real(0.1, 0.000_001, 10), 'Start', 'Standard deviation of the vectors before training; smaller for films with few ratings.'),
    patience: about(integer(0, 0, 1000), 'Patience', 'Epochs without a better error on held-out ratings after which training ends, with the best vectors; 0 trains for all epochs on all ratings.', 'epochs'),
    held_out: about(real(0.05, 0.001, 0.5), 'Held out', 'Share of the ratings that the error is measured on and that are not learnt from, where there is patience.'),
  };
}

/** Parameters of the models that learn from the order of films. */
const sequential = (set: { heads: number; length: number; rate: number; epochs: number; patience: number }) => ({
  width: about(integer(64, 8, 1024), 'Width', 'Numbers in the vector of a film.'),
  blocks: about(integer(2, 1, 12), 'Blocks', 'Layers of attention, one upon another.'),
  heads: about(integer(set.heads, 1, 16), 'Heads', 'Parts that a layer’s attention is split into; divides the width.'),
  length: about(integer(set.length, 2, 1000), 'Length', 'Films of a history that are read together; longer ones are learnt in parts, and recommended from by their newest.', 'films'),
  dropout: about(real(0.1, 0, 0.9), 'Dropout', 'Share of the network that is switched off by chance while it learns.'),
  rate: about(real(set.rate, 0.000_001, 1), 'Learning rate', 'Of Adam.'),
  batch: about(integer(3200, 16, 1_000_000), 'Batch', 'Places of histories that a step learns from.', 'places'),
  all_films: about(integer(12_000, 1, 100_000), 'Films ranked in full', 'Up to so many films a step ranks all of them; with more it draws rivals.', 'films'),
  negatives: about(integer(2048, 1, 100_000), 'Drawn rivals', 'Films drawn as rivals where not all are ranked.', 'films'),
  epochs: about(integer(set.epochs, 1, 10_000), 'Most epochs', 'Times that all histories are learnt from.'),
  patience: about(integer(set.patience, 1, 10_000), 'Patience', 'Epochs without a better NDCG@10 on the validation users after which it stops.', 'epochs'),
  averaged: about(real(2, 0, 100), 'Averaged epochs', 'The weights that are kept are a moving mean over about so many epochs; 0 keeps those of a single step.', 'epochs'),
  validation_users: about(integer(1000, 0, 1_000_000), 'Validation users', 'Users whose newest film is measured instead of learnt, at most a quarter of all; 0 trains for all epochs and keeps the last.', 'users'),
  max_minutes: about(real(28, 0.01, 100_000), 'Time limit', 'Training ends then with the best weights so far.', 'min'),
});

export const Parameters = z.strictObject({
  engine: section('Engine', 'What the database and the kernels may use', {
    memory_limit_mb: about(integer(1024, 128, 1_048_576), 'Memory for the database', 'DuckDB spills to disk beyond this. Counts when the workspace is opened.', 'MB'),
    threads: about(integer(0, 0, 256), 'Threads', 'Threads for the database and the kernels; 0 takes one a core.'),
    seed: about(integer(42, 0, 2_147_483_647), 'Seed', 'Every random choice follows from it.'),
  }),
  pipeline: section('Pipeline', 'How stages run and what is kept of them', {
    jobs: about(integer(1, 1, 64), 'Stages side by side', 'Stages that do not need each other run at the same time, up to this many.', 'stages'),
    retries: about(integer(2, 0, 10), 'Retries', 'How often a stage is tried again after a failure that may pass by itself.'),
    retry_seconds: about(real(1, 0, 3600), 'First wait before a retry', 'Doubled with each further retry.', 's'),
    cache_mb: about(integer(10_240, 0, 10_485_760), 'Size of the cache', 'Earlier results are kept up to this size, so that going back to them takes seconds.', 'MB'),
  }),
  quality: section('Quality', 'What the rules hold the data against', {
    fixes: about(flag(true), 'Apply fixes', 'Apply the safe fixes of all rules in the pipeline; each change is counted and recorded.'),
    scale_min: about(z.number().optional(), 'Lowest rating', 'Left out: what the format of the source says (0.5 for MovieLens CSV).'),
    scale_max: about(z.number().optional(), 'Highest rating', 'Left out: what the format of the source says (5).'),
    scale_step: about(z.number().positive().optional(), 'Step between ratings', 'Left out: what the format of the source says (0.5).'),
    earliest: about(z.iso.date().default('1995-01-01'), 'Earliest rating', 'Ratings before this date are impossible.'),
    min_volume: about(integer(10_000, 0, 1_000_000_000), 'Fewest ratings', 'Fewer ratings than this cannot be learnt from.', 'ratings'),
    max_age_days: about(integer(365, 1, 100_000), 'Oldest news', 'The newest rating should not be older than this.', 'days'),
    min_ratings_per_user: about(integer(20, 1, 10_000), 'Sparse user', 'Users with fewer ratings are reported as sparse.', 'ratings'),
    min_ratings_per_movie: about(integer(5, 1, 10_000), 'Sparse film', 'Films with fewer ratings are reported as sparse.', 'ratings'),
    max_tag_length: about(integer(255, 1, 1_000_000), 'Longest tag', 'Longer tags are cut.', 'characters'),
    min_completeness: about(real(95, 0, 100), 'Fewest filled cells', 'Of the required columns, more cells than this should be filled.', '%'),
    max_unrated_films: about(real(50, 0, 100), 'Most unrated films', 'No more films than this should be without a rating.', '%'),
    genres: about(
      z.array(z.string()).default(['Action', 'Adventure', 'Animation', 'Children', "Children's", 'Comedy', 'Crime', 'Documentary', 'Drama', 'Fantasy', 'Film-Noir', 'Horror', 'IMAX', 'Musical', 'Mystery', 'Romance', 'Sci-Fi', 'Thriller', 'War', 'Western']),
      'Known genres', 'Genres outside this list are reported.'),
    rules: z.record(z.string(), RuleSettings).default({}),
  }),
  transform: section('Transform', 'What the cleaned tables keep', {
    min_ratings_per_user: about(integer(1, 1, 10_000), 'Ratings a user needs', 'Users with fewer are left out (k-core together with the next one).', 'ratings'),
    min_ratings_per_movie: about(integer(1, 1, 10_000), 'Ratings a film needs', 'Films with fewer are left out of the ratings.', 'ratings'),
  }),
  features: section('Features', 'What models and charts read', {
    min_frequency: about(integer(1, 1, 1_000_000), 'Rarest genre', 'Genres on fewer films are not encoded.', 'films'),
    max_genres: about(integer(64, 1, 1000), 'Most genres', 'Only this many genres are encoded, the commonest first.'),
    damping: about(real(25, 0, 100_000), 'Damping', 'Ratings of the overall mean that are added to each film before its mean is taken.', 'ratings'),
    max_sequence_length: about(integer(200, 2, 100_000), 'Longest sequence', 'Of a user’s ratings in order of time, this many of the newest are kept as the sequence.', 'ratings'),
  }),
  split: section('Split', 'What models learn from and what they are tested on', {
    method: about(z.enum(splitMethods).default('leave-last-out'), 'Split', 'What is held out for testing: leave-last-out each user’s newest rating, random a share of all ratings, by-time all ratings after a moment, by-user a share of the users (with four fifths of their ratings shown as history).'),
    test_share: about(real(0.2, 0, 0.9), 'Test share', 'Of the ratings (random, by-time) or of the users (by-user). leave-last-out takes one rating of each user instead.'),
    validation_share: about(real(0, 0, 0.9), 'Validation share', 'The same for tuning. With leave-last-out, anything above 0 takes the last rating but one of each user.'),
    min_ratings: about(integer(5, 1, 10_000), 'Ratings of a split user', 'Users with fewer stay in training as a whole. by-time splits every user, since older ratings must not be learnt with newer ones.', 'ratings'),
  }),
  train: section('Training', 'What the pipeline fits', {
    models: about(z.array(z.enum(modelNames)).default(['random', 'popularity', 'content', 'item-knn', 'ease', 'als', 'hybrid']), 'Models to train', 'The pipeline fits these.'),
  }),
  evaluate: section('Evaluation', 'How recommenders are measured on what was held out', {
    enabled: about(flag(true), 'Evaluate in runs', 'Fits the models of train.models once more, on the training part of the split, and measures their lists on the test part.'),
    cutoffs: about(z.array(z.number().int().min(1).max(1000)).min(1).max(10).default([10, 20]), 'Lengths of list', 'Metrics are taken over the first so many films of each list; runs are compared by the first length named.', 'films'),
    threshold: about(z.number().optional(), 'Relevant from', 'A test rating of at least this makes a film relevant; left out, every rating does.', 'rating'),
    max_users: about(integer(10_000, 0, 100_000_000), 'Most users', 'With more users to test, this many are drawn by the seed, and the table says so; 0 measures all. Films are never sampled.', 'users'),
    ndcg_ideal: about(z.enum(['truncated', 'full']).default('truncated'), 'Ideal of NDCG', 'What the list is held against: the best list of the same length, or one of all relevant films (full; lower for users with more relevant films than the list is long).'),
    recall_of: about(z.enum(['relevant', 'reachable']).default('relevant'), 'Recall divides by', 'All relevant films of the user, or those of them that a list of this length can hold (reachable).'),
  }),
  publish: section('Publishing', 'What the pipeline leaves in the folder outputs', {
    tables: about(z.array(z.enum(publishableTables)).default(['movies', 'movie_features', 'user_profiles', 'genre_features', 'evaluations']), 'Tables to publish', 'Each becomes outputs/<table>.parquet; those that the workspace does not have are passed over, and the log says so.'),
    compression: about(z.enum(['zstd', 'snappy']).default('zstd'), 'Compression', 'zstd makes smaller files; snappy is read by every program.'),
  }),
  recommenders: section('Recommenders', 'What each model is told', {
    random: section('Random', 'The floor that every model must beat', { seed: about(integer(42, 0, 2_147_483_647), 'Seed', 'The same seed gives a user the same list.') }),
    popularity: section('Popularity', 'What most people rated', {
      kind: about(z.enum(['plain', 'damped', 'recent']).default('plain'), 'Counted', 'plain: ratings. damped: ratings × their mean, pulled to the mean of all where there are few. recent: ratings by their age.'),
      damping: about(real(25, 0, 100_000), 'Damping', 'With damped: ratings of the overall mean that are added to each film before its mean is taken.', 'ratings'),
      half_life_days: about(real(365, 0.1, 100_000), 'Half-life', 'With recent: a rating that is so much older than the newest of all counts half.', 'days'),
    }),
    content: section('Content', 'Films like those of the history, by genre and tag', {
      tag_weight: about(real(1, 0, 100), 'Weight of tags', 'Against genres.'),
    }),
    'item-knn': section('Item neighbours', 'Films rated by the same people', neighbourhood('film', 'films', 100)),
    'user-knn': section('User neighbours', 'What people with the same taste rated', neighbourhood('user', 'users', 200)),
    svd: section('SVD', 'Ratings by biases and factors of users and films', factorisation({ factors: 100, rate: 0.005 })),
    svdpp: section('SVD++', 'Ratings by biases and factors, and by which films a user chose to rate', factorisation({ factors: 20, rate: 0.007 })),
    ease: section('EASE', 'A linear model of films on films', {
      lambda: about(real(250, 0.001, 1_000_000), 'Regularisation', 'L2 weight on the item–item matrix.'),
      max_items: about(integer(10_000, 10, 30_000), 'Most films', 'The matrix is dense: with more users than this, only this many of the most rated films are modelled.', 'films'),
    }),
    als: section('ALS', 'Factors of users and films by alternating least squares', {
      factors: about(integer(96, 4, 2048), 'Factors', 'Dimensions of the user and film vectors.'),
      iterations: about(integer(15, 1, 500), 'Sweeps', 'Times both sides are solved.'),
      regularization: about(real(10, 0.000_001, 1_000_000), 'Regularisation', 'L2 weight on the vectors.'),
      exponent: about(real(0, 0, 1), 'Regularisation by activity', 'Multiplies the regularisation of a user or film by (alpha · ratings + size of the other side) to this power; 0 is alike for all. With 1 the regularisation is about a thousandth.'),
      alpha: about(real(1, 0.000_001, 10_000), 'Confidence weight', 'Confidence of an interaction is 1 + alpha.'),
      solver: about(z.enum(['cg', 'cholesky']).default('cg'), 'Solver', 'cg takes a few steps of conjugate gradient from the last sweep; cholesky solves each row exactly, and takes several times as long.'),
      cg_steps: about(integer(3, 1, 50), 'Conjugate gradient steps', 'Steps a row and sweep, where the solver is cg.'),
      update: about(flag(false), 'Update', 'Training starts from the film vectors of the last model, where its other parameters are the same, and makes few sweeps: for ratings that were added.'),
      update_sweeps: about(integer(2, 1, 100), 'Sweeps of an update', 'Times both sides are solved, where the last model is updated.'),
    }),
    semantic: section('Semantic', 'Films near in meaning to those of the history, and the search in plain words', {
      dimensions: about(integer(512, 2, 2048), 'Dimensions', 'Of the vectors of films; fewer where there are fewer films or words.'),
      sentence_model: about(z.string().min(1).max(4000).optional(), 'Sentence model', 'A folder of this computer, as a whole path, with model.onnx and tokenizer.json: vectors of films and questions come from that model instead of own ones. Nothing is sent anywhere.'),
      weights: section('Weights of words', 'How much a word counts by where it stands; 0 leaves it out', {
        title: about(real(0.5, 0, 100), 'Title', 'Words of the title, and of the original one.'),
        genre: about(real(1, 0, 100), 'Genres', 'Each genre of the film.'),
        tag: about(real(1, 0, 100), 'Tags', 'Tags of users; more for a tag that several gave.'),
        keyword: about(real(1, 0, 100), 'Keywords', 'Keywords of the catalogue.'),
        genome: about(real(2, 0, 100), 'Tag genome', 'Tags of the genome, each times its relevance.'),
        overview: about(real(0.5, 0, 100), 'Overview', 'Words of the summary.'),
      }),
    }),
    hybrid: section('Hybrid', 'A blend with learnt weights', {
      models: about(z.array(z.enum(modelNames.filter((name) => name !== 'hybrid'))).min(1).default(['content', 'ease', 'als']), 'Models', 'The blend is made of these; they are trained before it. A model that adds nothing gets a weight near 0.'),
      validation_users: about(integer(2000, 10, 1_000_000), 'Validation users', 'Users whose last ratings the weights are learnt on.', 'users'),
    }),
    sasrec: section('SASRec', 'The next film, told from a history in its order', sequential({ heads: 1, length: 200, rate: 0.001, epochs: 200, patience: 12 })),
    bert4rec: section('BERT4Rec', 'Hidden films, told from those around them', {
      ...sequential({ heads: 2, length: 100, rate: 0.002, epochs: 400, patience: 50 }),
      masked: about(real(0.2, 0.01, 0.9), 'Hidden share', 'Of the films of a history, while it learns.'),
    }),
    'two-tower': section('Two towers', 'People and films as vectors of two small networks', {
      width: about(integer(64, 8, 256), 'Width', 'Dimensions of the vectors.'),
      hidden: about(integer(128, 8, 1024), 'Hidden width', 'Of the layer inside each tower.'),
      length: about(integer(50, 1, 500), 'History', 'So many of the newest films of a history are read.', 'films'),
      temperature: about(real(0.07, 0.005, 1), 'Temperature', 'Scores are cosines divided by this while it learns: smaller tells apart more sharply.'),
      rate: about(real(0.002, 0.000_001, 0.1), 'Learning rate', 'Of Adam.'),
      epochs: about(integer(30, 1, 1000), 'Most epochs', 'It ends before where it gets no better.'),
      patience: about(integer(4, 1, 1000), 'Patience', 'Epochs without improvement on held-out films after which it ends.', 'epochs'),
      averaged: about(real(1, 0, 100), 'Averaged over', 'The weights that are kept are a moving mean over about so many epochs; 0 takes them as they are.', 'epochs'),
      validation_users: about(integer(2000, 0, 1_000_000), 'Validation users', 'At most so many users (and a quarter) whose newest film is measured instead of learnt.', 'users'),
      max_minutes: about(real(20, 0.01, 10_000), 'Longest training', 'It ends with the best so far after this time.', 'min'),
    }),
  }),
  log: section('Log', 'What is written down, and how much of it is kept', {
    level: about(z.enum(logLevels).default('info'), 'Level', 'What is written to the log: lines of this level and graver ones.'),
    file_mb: about(integer(10, 1, 1024), 'Size of a file', 'A file of the log that is larger is put aside and a new one begun.', 'MB'),
    files: about(integer(5, 1, 100), 'Files put aside', 'The oldest beyond this many are deleted.', 'files'),
  }),
  alerts: section('Alerts', 'Who is told of runs, and when', {
    on: about(z.array(z.enum(alertKinds)).default(['failed', 'blocked', 'slow']), 'Alert when', 'A run failed, was blocked by a quality rule, takes unusually long, or succeeded.'),
    desktop: about(flag(true), 'Notification', 'Shown on this computer while the app is open.'),
    slow_factor: about(real(3, 1.1, 1000), 'Slow run', 'Longer than this many times the median of the last successful runs that ran the same stages.', 'times'),
    slow_seconds: about(integer(60, 0, 1_000_000), 'Never slow before', 'No run that is younger than this is called slow.', 's'),
    webhook: about(z.string().max(2000).optional(), 'Webhook', 'An https address that alerts are posted to as JSON; http only on this computer. Write ${NAME} for a part that is secret.'),
    webhook_secret: about(z.string().max(1000).optional(), 'Key of the webhook', 'Signs what is posted (HMAC SHA-256). Write ${NAME}: the environment variable of that name is taken.'),
    webhook_private: about(flag(false), 'Webhook in a private network', 'Whether the webhook may lie at a private address, such as 10.0.0.8.'),
    command: about(z.array(z.string().max(4000)).max(100).default([]), 'Command', 'A program and its arguments, run without a shell for each alert.'),
  }),
});
export type Parameters = z.infer<typeof Parameters>;
