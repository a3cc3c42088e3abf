import { ReelbenchError } from '../../../../shared/contract/index.ts';
import type { Session } from '../../workspace/session.ts';
import { identifier } from '../../workspace/sql.ts';
import { buildDatasetCells, buildDatasetFilms } from './dataset.ts';
import { buildGenomeFilms, buildGenomeRows } from './genome.ts';
import { buildLinkFilms, buildLinkRows, buildLinkTmdbIds } from './links.ts';
import { buildFilms, buildMovieClusters, buildMovieFacts, buildMovieRows, buildMovieTitles } from './movies.ts';
import { buildRatingCopies, buildRatingFilms, buildRatingRows, buildRatingTotals, buildRatingUsers, buildRatingValues, buildSuspectFilms, buildUnevenRatings } from './ratings.ts';
import { buildPersonRows } from './persons.ts';
import { hasTable, type Scope } from './scope.ts';
import { buildTagCopies, buildTagRows } from './tags.ts';

/** What rules look at: relations with named columns, described where they are built. */
export type RelationName = BuiltInRelation | `own_${string}`;
type BuiltInRelation =
  | 'rating_rows' | 'rating_users' | 'rating_films' | 'rating_copies' | 'rating_pairs' | 'rating_totals' | 'rating_values' | 'rating_uneven' | 'rating_suspect_films'
  | 'movie_rows' | 'movie_facts' | 'films' | 'movie_titles' | 'movie_clusters'
  | 'tag_rows' | 'tag_copies' | 'link_rows' | 'link_films' | 'link_tmdb_ids' | 'genome_rows' | 'genome_films' | 'person_rows' | 'dataset_cells' | 'dataset_films';

interface Relation {
  readonly title: string;
  readonly needs: readonly RelationName[];
  readonly build: (session: Session, scope: Scope) => Promise<void>;
}

/** A relation that a person's own rule brings along. */
export interface OwnRelation extends Relation {
  readonly name: `own_${string}`;
}

export const relations: Record<BuiltInRelation, Relation> = {
  movie_rows: { title: 'Films', needs: [], build: (session, scope) => (hasTable(scope, 'movies') ? buildMovieRows(session, scope) : Promise.resolve()) },
  movie_facts: { title: 'Films', needs: [], build: buildMovieFacts },
  films: { title: 'Films', needs: ['movie_rows'], build: buildFilms },
  movie_titles: { title: 'Titles', needs: ['movie_rows'], build: buildMovieTitles },
  movie_clusters: { title: 'Near-equal titles', needs: ['movie_titles'], build: buildMovieClusters },
  rating_rows: { title: 'Ratings', needs: [], build: buildRatingRows },
  rating_values: { title: 'Rating values', needs: ['rating_rows'], build: buildRatingValues },
  rating_uneven: { title: 'Rating values', needs: ['rating_values'], build: buildUnevenRatings },
  rating_users: { title: 'Ratings by user', needs: ['rating_rows'], build: buildRatingUsers },
  rating_films: { title: 'Ratings by film', needs: ['rating_rows', 'films'], build: buildRatingFilms },
  rating_copies: { title: 'Duplicate ratings', needs: ['rating_rows'], build: buildRatingCopies },
  rating_pairs: { title: 'Conflicting ratings', needs: ['rating_copies'], build: () => Promise.resolve() },
  rating_suspect_films: { title: 'Ratings by film', needs: ['rating_films'], build: buildSuspectFilms },
  rating_totals: { title: 'All ratings', needs: ['rating_values'], build: buildRatingTotals },
  tag_rows: { title: 'Tags', needs: ['films'], build: buildTagRows },
  tag_copies: { title: 'Duplicate tags', needs: ['tag_rows'], build: buildTagCopies },
  link_rows: { title: 'Links', needs: ['films'], build: buildLinkRows },
  link_films: { title: 'Links by film', needs: ['link_rows', 'movie_rows'], build: buildLinkFilms },
  link_tmdb_ids: { title: 'TMDB ids', needs: ['link_rows'], build: buildLinkTmdbIds },
  genome_rows: { title: 'Tag genome', needs: ['films'], build: buildGenomeRows },
  genome_films: { title: 'Tag genome by film', needs: ['genome_rows'], build: buildGenomeFilms },
  person_rows: { title: 'Cast and crew', needs: ['films'], build: buildPersonRows },
  dataset_cells: { title: 'All tables', needs: [], build: buildDatasetCells },
  dataset_films: { title: 'All tables', needs: ['films', 'rating_films'], build: buildDatasetFilms },
};

/** The relations of one check, as temporary tables and views of one connection; each is made when first needed. */
export class Relations {
  readonly session: Session;
  readonly scope: Scope;
  readonly #ready = new Set<RelationName>();
  readonly #known: ReadonlyMap<string, Relation>;

  constructor(session: Session, scope: Scope) {
    this.session = session;
    this.scope = scope;
    this.#known = new Map<string, Relation>([...Object.entries(relations), ...scope.own.flatMap(({ own }) => (own?.relations ?? []).map((relation): [string, Relation] => [relation.name, relation]))]);
  }

  /** What a relation is called to a person. */
  titleOf(name: RelationName): string {
    return this.#relation(name).title;
  }

  #relation(name: RelationName): Relation {
    const relation = this.#known.get(name);
    if (!relation) throw new ReelbenchError('internal', `There is no relation ${name}.`);
    return relation;
  }

  async need(name: RelationName): Promise<void> {
    if (this.#ready.has(name)) return;
    const relation = this.#relation(name);
    for (const other of relation.needs) await this.need(other);
    await relation.build(this.session, this.scope);
    this.#ready.add(name);
  }

  /** Takes away what was made, for a connection that lives on. */
  async clear(): Promise<void> {
    const made = await this.session.all<{ name: string; type: string }>(`
      SELECT table_name AS name, table_type AS type FROM information_schema.tables
      WHERE table_catalog = 'temp' AND regexp_matches(table_name, '^(rating|movie|tag|link|genome|person|dataset|own)_|^(films|removed_rows)$')
      ORDER BY table_type DESC, table_name DESC`);
    for (const { name, type } of made) await this.session.run(`DROP ${type === 'VIEW' ? 'VIEW' : 'TABLE'} IF EXISTS temp.${identifier(name)}`);
    this.#ready.clear();
  }
}
