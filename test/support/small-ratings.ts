import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface SmallRatings {
  readonly users: number;
  readonly films: number;
}

/** Writes ratings.csv and movies.csv of MovieLens' form, about a third of all pairs, into the folder; answers their paths. Nothing is random. */
export async function writeSmallRatings(folder: string, { users, films }: SmallRatings): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const genres = ['Comedy|Drama', 'Drama', 'Horror|Comedy', 'Western'];
  const movies = Array.from({ length: films }, (_, i) => `${i + 1},Film ${i + 1} (${1960 + ((i + 1) % 50)}),${genres[i % genres.length]}`);
  const ratings: string[] = [];
  for (let user = 1; user <= users; user++) {
    for (let film = 1; film <= films; film++) {
      if ((user * 31 + film * 17 + ((user * film) % 7)) % 3 !== 0) continue;
      ratings.push(`${user},${film},${(((user * 7 + film * 3) % 10) + 1) / 2},${1_000_000_000 + user * 86_400 + ((film * 7919) % 86_400)}`);
    }
  }
  const files: [string, string, readonly string[]][] = [['movies.csv', 'movieId,title,genres', movies], ['ratings.csv', 'userId,movieId,rating,timestamp', ratings]];
  for (const [name, head, lines] of files) await writeFile(path.join(folder, name), `${[head, ...lines].join('\n')}\n`);
  return files.map(([name]) => path.join(folder, name));
}
