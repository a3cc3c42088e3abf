import path from 'node:path';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { eachLine } from './ratings-file.ts';

/**
 * Films to be ranked for each user, as NCF gives them (He et al. 2017): a line each, `(user,test item)` and ids behind it, all by
 * tabs. Answers the ids for each user, without the test item; `dropped` is how many of them were the test item.
 */
export async function readNegatives(file: string, signal?: AbortSignal): Promise<{ films: Map<number, number[]>; dropped: number }> {
  const name = path.basename(file);
  const films = new Map<number, number[]>();
  let [line, dropped] = [0, 0];
  const wrong = (what: string, column?: string) => new ReelbenchError('invalid-input', `Line ${line} of ${name} ${what}.`, {
    file: name, line, ...(column === undefined ? {} : { column }), hint: 'A line is (user,test item) and the ids of films that the user did not rate, by tabs.',
  });
  await eachLine(file, signal, (buffer, from, to) => {
    line++;
    const text = buffer.toString('utf8', from, to).trim();
    if (text === '') return;
    const [head = '', ...ids] = text.split(/\t/);
    const pair = /^\((\d+),\s*(\d+)\)$/.exec(head.trim());
    if (!pair) throw wrong(`begins with ${JSON.stringify(head)}`, '1');
    const [user, item] = [Number(pair[1]), Number(pair[2])];
    const listed = ids.map((id, at) => {
      if (!/^\d+$/.test(id.trim())) throw wrong(`has ${JSON.stringify(id)} for an item`, String(at + 2));
      return Number(id);
    });
    const own = listed.filter((id) => id !== item);
    dropped += listed.length - own.length;
    films.set(user, [...(films.get(user) ?? []), ...own]);
  });
  if (films.size === 0) throw new ReelbenchError('invalid-input', `${name} has no lines.`, { file: name });
  return { films, dropped };
}
