const reasons: Readonly<Record<string, string>> = {
  random: 'Random lists have nothing to search.',
  hybrid: 'A blend learns its weights itself: search the models that it is made of.',
  semantic: 'Its vectors are those of the sentence model: there is nothing to search while one is set.',
};

/** Why a model declares nothing that a search could try, in a sentence. */
export const whyNotSearched = (model: string): string => reasons[model] ?? 'This model declares no parameter to search.';

/** Why files of one's own are no protocol of a search. */
export const FILES_NOT_SEARCHED = 'A search never looks at a test file: import the training file, and it is divided by another protocol.';
