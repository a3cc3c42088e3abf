/** Where an imported row can end up, as the columns of the table `reconciliation` name it. */
export interface OutcomeWords {
  readonly title: string;
  /** What became of these rows, and where they are. */
  readonly words: string;
}

const known: Readonly<Record<string, OutcomeWords>> = {
  loaded: { title: 'Loaded', words: 'Rows that are in the core tables, as they came or after a fix.' },
  quarantined: { title: 'Quarantined', words: 'Rows that a rule or a person set aside. They are kept in the table quarantine with the reason, and can be put back.' },
  dropped: { title: 'Dropped', words: 'Extra copies and older versions of a row that a fix took away. The table fixes names each with its rule.' },
  merged: { title: 'Merged', words: 'Rows that an accepted merge of duplicates joined with another row.' },
  unusable: { title: 'Unusable', words: 'Rows without a value that the core table needs (user, film or rating), where no rule had set them aside.' },
  orphans: { title: 'Orphans', words: 'Rows that name a film which is not among the loaded films, where no rule had set them aside.' },
  duplicates: { title: 'Duplicates', words: 'Rows of a key that another row of the same key replaced while loading: the newest rating of a user and film stays, the first row of a film.' },
  k_core: { title: 'k-core', words: 'Ratings of users or films with fewer ratings than transform.min_ratings_per_user and transform.min_ratings_per_movie ask for.' },
  rejected: { title: 'Rejected', words: 'Lines that the import could not take apart: a wrong number of columns, a quote that never ends, bytes that are no text. They are kept as they stand in the file.' },
};

/** An outcome in words; one that this list does not know is named by its column. */
export function outcomeWords(outcome: string): OutcomeWords {
  const title = outcome.replaceAll('_', ' ');
  return known[outcome] ?? { title: title.charAt(0).toUpperCase() + title.slice(1), words: `Rows that the run counts as ${title}.` };
}

export const importedWords: OutcomeWords = { title: 'Imported', words: 'All lines of the files but their headers: rows that were read, rows with an unreadable cell, and rejected lines.' };
export const fixedWords: OutcomeWords = { title: 'of which fixed', words: 'Loaded rows in which a fix set a value. They are part of the loaded rows and not counted twice. The table fixes has the value before and after.' };
export const differenceWords: OutcomeWords = { title: 'Difference', words: 'Imported rows less all outcomes. 0 means that every row is accounted for; a run with any other figure fails and changes nothing.' };
