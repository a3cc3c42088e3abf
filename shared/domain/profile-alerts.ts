/** What a profile can warn of. The list is closed: a reader of profiles may rely on it. `docs/quality.md` says when each one is given. */
export const profileAlerts = {
  'all-missing': { label: 'All missing', meaning: 'The column holds no value: nothing can be learnt from it.' },
  'mostly-missing': { label: 'Mostly missing', meaning: 'Half of the rows or more have no value: figures speak for the other rows only.' },
  blank: { label: 'Blank texts', meaning: 'Texts without a visible character: they count as values, and mean none.' },
  padded: { label: 'Padded texts', meaning: 'Blanks at the beginning or the end: such texts differ from their twins without them, and joins miss them.' },
  constant: { label: 'Constant', meaning: 'Every row holds the same value: the column tells no rows apart.' },
  unique: { label: 'Unique', meaning: 'No value comes twice: an identifier, or a value as fine as one.' },
  'high-cardinality': { label: 'High cardinality', meaning: 'Most texts come once or twice: as a category the column is of little use.' },
  imbalance: { label: 'Imbalance', meaning: 'One value has nearly all of the rows: the others are too rare to learn from.' },
  skew: { label: 'Skew', meaning: 'More lopsided than an exponential distribution: the mean misleads, use the median or a logarithm.' },
  zeros: { label: 'Zeros', meaning: 'Half of the values or more are 0: look whether 0 stands for "not known".' },
  infinite: { label: 'Not finite', meaning: 'Infinite or not a number: left out of mean, quantiles and histogram.' },
  outliers: { label: 'Far out', meaning: 'Values further from the middle half than three times its width.' },
  'date-as-text': { label: 'Date as text', meaning: 'Nearly all texts read as dates: as texts they neither sort nor subtract.' },
  'number-as-text': { label: 'Number as text', meaning: 'Nearly all texts read as numbers: as texts 10 comes before 9.' },
  'mixed-patterns': { label: 'Mixed patterns', meaning: 'Nearly all texts are written one way and a few another: look at the few.' },
  'duplicate-rows': { label: 'Duplicate rows', meaning: 'Rows that are equal to another one in every column: each is counted again in every figure.' },
  correlated: { label: 'Correlated', meaning: 'Two columns say nearly the same: one of them is enough for a model.' },
  'missing-together': { label: 'Missing together', meaning: 'Two columns lack their values in the same rows: the cause is likely one.' },
} as const;
export type ProfileAlertKind = keyof typeof profileAlerts;

/** The thresholds of the alerts, as `docs/quality.md` states them. */
export const alertLimits = {
  mostlyMissing: 0.5,
  /** Unique and high cardinality say nothing of fewer values than this. */
  fewValues: 20,
  highCardinality: 0.5,
  highCardinalityDistinct: 50,
  imbalance: 0.9,
  imbalanceDistinct: 50,
  skew: 2,
  zeros: 0.5,
  outliers: 0.01,
  readsAs: 0.95,
  onePattern: 0.9,
  correlated: 0.9,
  missingTogether: 0.9,
} as const;

export const coefficientNames = { pearson: "Pearson's r", spearman: "Spearman's ρ", cramer: "Cramér's V" } as const;
