import type { Session } from '../workspace/session.ts';
import type { Word } from './contest.ts';
import { type Fold, role } from './folds.ts';

/** Who gave which tag to which film, one entry each. */
export interface Tags {
  readonly films: Int32Array;
  readonly users: Int32Array;
  /** Numbers in `labels`, ascending within a film. */
  readonly words: Int32Array;
  readonly labels: readonly string[];
}

/** Tags in trimmed lower case, of a table by its SQL name. */
export async function readTags(session: Session, table: string): Promise<Tags> {
  const rows = await session.all<{ film: number; user: number; label: string }>(`
    SELECT movie_id AS film, user_id AS "user", lower(trim(tag)) AS label FROM ${table} WHERE trim(tag) <> '' GROUP BY ALL ORDER BY film, label, "user"`);
  const labels: string[] = [];
  const numbers = new Map<string, number>();
  const words = Int32Array.from(rows, ({ label }) => {
    const known = numbers.get(label);
    if (known !== undefined) return known;
    numbers.set(label, labels.length);
    return labels.push(label) - 1;
  });
  return { films: Int32Array.from(rows, ({ film }) => film), users: Int32Array.from(rows, ({ user }) => user), words, labels };
}

/** The genres with the tags of the films, but for tags by users who are asked for the film: those tell the answer. */
export function termsWithout({ interactions, roles }: Fold, genres: readonly (readonly Word[])[], { films, users, words, labels }: Tags): (readonly Word[])[] {
  const { movieIds, userIds, indptr, films: rated } = interactions;
  const position = new Map(Array.from(movieIds, (id, at) => [id, at] as const));
  const row = new Map(Array.from(userIds, (id, at) => [id, at] as const));
  const terms = genres.map((words_) => [...words_]);
  films.forEach((id, at) => {
    const film = position.get(id);
    if (film === undefined) return;
    const user = row.get(users[at] ?? 0);
    if (user !== undefined) for (let entry = indptr[user] ?? 0; entry < (indptr[user + 1] ?? 0); entry++) if (rated[entry] === film && roles[entry] === role.test) return;
    const own = terms[film];
    const label = labels[words[at] ?? 0] ?? '';
    const last = own?.at(-1);
    if (last?.kind === 'tag' && last.label === label) own?.splice(-1, 1, { ...last, times: last.times + 1 });
    else own?.push({ kind: 'tag', label, times: 1 });
  });
  return terms;
}
