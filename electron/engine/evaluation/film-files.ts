import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Films } from './problem.ts';

/** Titles and genres out of the films' file of a MovieLens folder: `movies.csv`, `movies.dat` or `u.item`, also gzipped; undefined where there is none. Lines that cannot be read are passed over. */
export async function readFilms(folder: string): Promise<Films | undefined> {
  const titles = new Map<number, string>();
  const genres = new Map<number, string[]>();
  const take = (id: string | undefined, title: string | undefined, own: readonly string[]) => {
    if (id === undefined || title === undefined || !/^\d+$/.test(id)) return;
    titles.set(Number(id), title);
    genres.set(Number(id), own.filter((genre) => genre !== '' && genre !== '(no genres listed)'));
  };
  const place = (name: string) => [path.join(folder, name), path.join(folder, `${name}.gz`)].find((file) => existsSync(file));
  const lines = async (name: string, encoding: BufferEncoding) => {
    const file = place(name) ?? name;
    const bytes = await readFile(file);
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString(encoding).replace(/^\uFEFF/, '').split(/\r?\n/);
  };
  if (place('movies.csv')) {
    for (const line of await lines('movies.csv', 'utf8')) {
      const [id, title, own = ''] = cells(line);
      take(id, title, own.split('|'));
    }
  } else if (place('movies.dat')) {
    for (const line of await lines('movies.dat', 'latin1')) {
      const [id, title, own = ''] = line.split('::');
      take(id, title, own.split('|'));
    }
  } else if (place('u.item') && place('u.genre')) {
    const names = (await lines('u.genre', 'latin1')).map((line) => line.split('|')[0] ?? '').filter((name) => name !== '');
    for (const line of await lines('u.item', 'latin1')) {
      const [id, title, , , , ...flags] = line.split('|');
      take(id, title, names.filter((name, at) => flags[at] === '1' && name !== 'unknown'));
    }
  } else return undefined;
  return { titles, genres };
}

/** The cells of a line of CSV: quoted ones may hold commas, and quotes doubled. */
function cells(line: string): string[] {
  return Array.from(line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g), ([, cell = '']) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}
