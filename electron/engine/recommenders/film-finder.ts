import type { FoundFilms, Parsed } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { Library } from './library.ts';
import { indexFilms, searchFilms } from './meaning/film-search.ts';
import { readVisibleTexts } from './meaning/texts.ts';
import type { WordIndex } from './meaning/word-index.ts';
import type { Recommendations } from './serving.ts';

/** Answers questions in plain words from memory: the index of words is kept until the workspace's tables change. */
export class FilmFinder {
  readonly #engine: EngineContext;
  readonly #recommendations: Recommendations;
  #index: { readonly library: Library; readonly made: Promise<WordIndex> } | undefined;

  constructor(engine: EngineContext, recommendations: Recommendations) {
    this.#engine = engine;
    this.#recommendations = recommendations;
  }

  async search({ text, top }: Parsed<'films.search'>): Promise<FoundFilms> {
    const library = await this.#recommendations.library();
    const index = await this.#indexOf(library);
    return this.#recommendations.withMeaning((near) => searchFilms(index, library, near, text, top));
  }

  /** The films near one in meaning; undefined while no model knows. */
  async near(position: number, count: number): Promise<{ position: number; score: number }[] | undefined> {
    return this.#recommendations.withMeaning(async (near) => near && this.#recommendations.similar('semantic', position, count));
  }

  async #indexOf(library: Library): Promise<WordIndex> {
    if (this.#index?.library === library) return this.#index.made;
    const made = this.#engine.workspace().read((session) => readVisibleTexts(session, library.movieIds)).then((texts) => indexFilms(library, texts));
    this.#index = { library, made };
    made.catch(() => {
      if (this.#index?.made === made) this.#index = undefined;
    });
    return made;
  }
}
