import { type Random, seededRandom } from '../../electron/engine/workspace/random.ts';

const split = (text: string): string[] => text.trim().split(/\s+/);
const nouns = split(`Night Light Man Woman Girl Boy House River Road King Queen Heart Blood Fire Water Star Moon Sun Winter Summer Spring Autumn Death Life Love War Peace
  Dream Shadow Stone Wall Bridge Garden Forest Mountain Island Ocean Storm Rain Snow Wind Dust Smoke Mirror Window Door Key Letter Book Song Dance Voice Silence
  Stranger Soldier Doctor Teacher Hunter Driver Dancer Singer Killer Witness Detective Captain Prince Princess Ghost Angel Devil Monster Dragon Wolf Tiger Horse Bird
  Eagle Snake Spider Fox Bear Lion Child Mother Father Brother Sister Daughter Son Friend Enemy Lover Wife Husband Family Secret Promise Lie Truth Memory Journey Escape
  Return Revenge Murder Crime Trial Prison Hospital School Church Castle Palace Hotel Station Train Ship Plane Car Highway Street City Village Desert Jungle Border Paradise
  Hell Heaven Earth World Kingdom Empire Republic Country Nation Tomorrow Yesterday Morning Evening Midnight Hour Minute Day Year Season Christmas Holiday Wedding Funeral
  Birthday Party Game Race Fight Battle Army General Sergeant Outlaw Sheriff Cowboy Pirate Samurai Warrior Knight Sword Gun Bullet Bomb Diamond Gold Silver Money Treasure
  Fortune Luck Chance Fate Destiny Miracle Magic Curse Spell Witch Vampire Zombie Robot Machine Planet Galaxy Space Alien Invasion Experiment Laboratory Virus Plague Fever
  Hunger Thirst Passion Desire Temptation Sin Grace Mercy Justice Honor Glory Pride Shame Guilt Innocence Youth Wisdom Madness Fear Terror Horror Panic Rage Fury`);
const adjectives = split(`Dark Black White Red Blue Green Golden Silver Lost Last First Final Secret Hidden Broken Silent Quiet Loud Wild Savage Sweet Bitter Cold Hot Frozen Burning
  Deadly Dangerous Beautiful Ugly Pretty Little Big Great Grand Small Young Old New Ancient Modern Invisible Incredible Impossible Perfect Private Public Royal Holy Sacred
  Crazy Strange Lonely Happy Sad Angry Hungry Thirsty Blind Deaf Dead Living Eternal Endless Distant Foreign Native Northern Southern Eastern Western Bright Pale Crimson`);
const names = split(`Anna Emma Clara Julia Martha Helena Victor Oscar Hugo Felix Arthur Edward Walter Bruno Marco Paolo Sofia Elena Marta Ingrid Astrid Olga Natasha Ivan Boris Yuri
  Hiroshi Akira Kenji Mei Ling Chen Rahul Priya Arjun Kabir Fatima Omar Leila Zara Malik Chidi Amara Kofi Esperanza Carlos Diego Lucía Joaquín René Amélie Zoé Chloé Noël André
  Günther Jürgen Björn Åsa Søren Léon Inès Thérèse Señorita Bergström Müller`);
const foreign: readonly (readonly [string, string])[] = [['La', 'Nuit'], ['Le', 'Soleil'], ["L'", 'Étranger'], ['Les', 'Enfants'], ['Der', 'Himmel'], ['Die', 'Brücke'], ['Das', 'Zimmer'], ['El', 'Corazón'], ['Los', 'Niños'], ['La', 'Montaña'],
  ['Il', 'Giardino'], ['Lo', 'Straniero'], ['Una', 'Vida'], ['Un', 'Été'], ['Det', 'Hemmelige'], ['Den', 'Sidste'], ['De', 'Overkant'], ['Het', 'Meisje']];
const endings = split('rouge perdue bleue obscure sans-nom interdit immer ohne-Ende verloren dorada perdido oscura sereno lontano infinita secreta');
const genres = ['Action', 'Adventure', 'Animation', 'Children', 'Comedy', 'Crime', 'Documentary', 'Drama', 'Fantasy', 'Horror', 'Musical', 'Mystery', 'Romance', 'Sci-Fi', 'Thriller', 'War', 'Western'];
const roman = ['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX'];

export interface GeneratedFilm {
  readonly id: number;
  readonly title: string;
  readonly genres: string;
}
export interface PlantedPair {
  readonly a: number;
  readonly b: number;
  readonly kind: string;
}
export interface PlantedTitles {
  /** In a shuffled order of ids. */
  readonly films: readonly GeneratedFilm[];
  /** Two ways to write one title: the films are one. */
  readonly planted: readonly PlantedPair[];
  /** Pairs that look alike and are two films. */
  readonly misses: readonly PlantedPair[];
}

interface Title {
  readonly article: string;
  readonly name: string;
  readonly year: number;
  readonly genres: readonly string[];
}

/** A title as MovieLens writes it: the article behind a comma. */
const written = ({ article, name }: Title) => (article === '' ? name : `${name}, ${article}`);
const letters = 'abcdefghijklmnopqrstuvwxyz';

/**
 * How a copy of a film is written. Each answers undefined where it would leave the title as it is. The kinds of `slips` and
 * `ways` are those that the rule on near-equal titles counts; those of `others` are not.
 */
const ways: Readonly<Record<string, (title: Title, random: Random) => string | undefined>> = {
  'article in front': ({ article, name }) => (article === '' ? undefined : article.endsWith("'") ? `${article}${name}` : `${article} ${name}`),
  'article left out': ({ article, name }) => (article === '' ? undefined : name),
  accents: (title) => written(title).normalize('NFD').replaceAll(/\p{M}/gu, ''),
  case: (title, random) => (random() < 0.5 ? written(title).toUpperCase() : written(title).toLowerCase()),
  punctuation: (title, random) => (/[:'-]/.test(title.name) ? written(title).replaceAll(/[:'-]/g, ' ').replaceAll(/\s+/g, ' ') : `${title.name}${random() < 0.5 ? '!' : '...'}${title.article === '' ? '' : `, ${title.article}`}`),
  'and, &': (title) => written(title).replace(' and ', ' & '),
  blanks: ({ name }) => (/[a-z] [a-z]/i.test(name) && !/\b(of|the|in|and)\b|[0-9]/.test(name) ? name.replace(' ', '') : undefined),
  'same title': written,
};
const slips: typeof ways = {
  'letter lost': (title, random) => inside(title, random, (text, at) => text.slice(0, at) + text.slice(at + 1)),
  'first letter lost': ({ name, article }) => (name.length < 5 ? undefined : written({ article, name: name.slice(1), year: 0, genres: [] })),
  'last letter lost': ({ name, article }) => (name.length < 5 ? undefined : written({ article, name: name.slice(0, -1), year: 0, genres: [] })),
  'letter more': (title, random) => inside(title, random, (text, at) => text.slice(0, at) + letter(random) + text.slice(at)),
  'letter doubled': (title, random) => inside(title, random, (text, at) => text.slice(0, at) + (text[at] ?? '') + text.slice(at)),
  'other letter': (title, random) => inside(title, random, (text, at) => text.slice(0, at) + letter(random) + text.slice(at + 1)),
  'neighbours swapped': (title, random) => inside(title, random, (text, at) => text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2)),
};
const others: typeof ways = {
  'Roman number': ({ name }) => (/ [2-9]$/.test(name) ? name.replace(/ ([2-9])$/, (_, digit: string) => ` ${roman[Number(digit)] ?? ''}`) : undefined),
  'title in brackets': (title) => `${written(title)} (Ta${letters.slice(title.name.length % 20, (title.name.length % 20) + 5)} ${title.name.length})`.replace(/ \d+\)$/, ')'),
  'words swapped': ({ name }) => (/^[A-Za-z]+ [A-Za-z]+$/.test(name) ? name.split(' ').reverse().join(' ') : undefined),
};
export const ruleKinds: readonly string[] = [...Object.keys(ways), ...Object.keys(slips)];

/**
 * Invented films: titles of common words, foreign articles, names, series; more in later years; no two of one title and year
 * but those that are planted. Titles that come out alike by chance are no planted pairs.
 */
export function plantedTitles({ films: size, pairs, seed }: { films: number; pairs: number; seed: number }): PlantedTitles {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => {
    const item = list[Math.floor(random() * list.length)];
    if (item === undefined) throw new Error('Nothing to choose from.');
    return item;
  };
  const someYear = () => Math.max(1902, 2023 - Math.floor(-Math.log(1 - random()) * 22));
  const someGenres = () => [...new Set(Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(genres)))].sort();
  const someName = (): { article: string; name: string } => {
    const kind = random();
    const the = random() < 0.35 ? 'The' : random() < 0.1 ? 'A' : '';
    if (kind < 0.04) return { article: the, name: pick(nouns) };
    if (kind < 0.24) return { article: the, name: `${pick(adjectives)} ${pick(nouns)}` };
    if (kind < 0.4) return { article: the, name: `${pick(nouns)} of the ${pick(adjectives)} ${pick(nouns)}` };
    if (kind < 0.52) return { article: '', name: `${pick(names)} and the ${pick(nouns)}` };
    if (kind < 0.64) return { article: the, name: `${pick(nouns)}: ${pick(adjectives)} ${pick(nouns)}` };
    if (kind < 0.74) return { article: '', name: `${pick(names)}'s ${pick(adjectives)} ${pick(nouns)}` };
    if (kind < 0.84) return { article: '', name: `${pick(nouns)} and ${pick(nouns)} in ${pick(nouns)}` };
    if (kind < 0.9) return { article: the, name: `${pick(adjectives)} ${pick(nouns)} ${2 + Math.floor(random() * 7)}` };
    if (kind < 0.94) return { article: '', name: `${pick(names)} ${pick(names)}` };
    const [article, noun] = pick(foreign);
    return { article, name: `${noun} ${pick(endings)} de ${pick(names)}` };
  };

  const used = new Set<string>();
  const titles: Title[] = [];
  const fresh = (title: Title): boolean => {
    const key = `${title.name.toLowerCase()} ${title.year}`;
    if (used.has(key)) return false;
    used.add(key);
    return true;
  };
  const add = (title: Title): number => titles.push(title) - 1;
  const base = size - pairs - 4 * Math.floor(pairs * 0.15) * 2 - Math.floor(pairs * 0.03) * 2;
  while (titles.length < base) {
    const title = { ...someName(), year: someYear(), genres: someGenres() };
    if (fresh(title)) add(title);
  }

  const found: { a: number; b: number; kind: string }[] = [];
  const misses: { a: number; b: number; kind: string }[] = [];
  const copied = new Set<number>();
  const all = Object.entries({ ...ways, ...slips, ...others });
  for (let turn = 0; found.length < pairs; turn++) {
    const [kind, write] = all[turn % all.length] ?? ['', () => undefined];
    // Some kinds need a title with an article, an accent, a number: the first of many that has one.
    for (let tries = 0; tries < 400; tries++) {
      const at = Math.floor(random() * base);
      const title = titles[at];
      const text = title && !copied.has(at) ? write(title, random) : undefined;
      if (title === undefined || text === undefined || (kind !== 'same title' && text === written(title))) continue;
      const less = random();
      const listed = less < 0.7 ? title.genres : less < 0.85 ? [...new Set([...title.genres, pick(genres)])].sort() : [];
      copied.add(at);
      found.push({ a: at, b: add({ article: '', name: text, year: title.year, genres: listed }), kind });
      break;
    }
  }
  const miss = (kind: string, count: number, make: () => [Title, Title]) => {
    for (let made = 0; made < count;) {
      const [one, other] = make();
      if (!fresh(one) || !fresh(other)) continue;
      misses.push({ a: add(one), b: add(other), kind });
      made++;
    }
  };
  const many = Math.floor(pairs * 0.15);
  miss('sequel', many, () => { const title = { ...someName(), year: someYear(), genres: someGenres() }; const n = 2 + Math.floor(random() * 6); return [{ ...title, name: `${title.name} ${n}` }, { ...title, name: `${title.name} ${n + 1}` }]; });
  miss('part II, part III', many, () => { const title = { ...someName(), year: someYear(), genres: someGenres() }; return [{ ...title, name: `${title.name} Part II` }, { ...title, name: `${title.name} Part III` }]; });
  miss('remake', many, () => { const title = { ...someName(), year: someYear(), genres: someGenres() }; return [title, { ...title, year: Math.max(1902, title.year - 2 - Math.floor(random() * 40)), genres: someGenres() }]; });
  miss('same title a year later', many, () => { const title = { ...someName(), year: someYear(), genres: someGenres() }; return [title, { ...title, year: title.year + 1, genres: someGenres() }]; });
  miss('short words', Math.floor(pairs * 0.03), () => { const [x, y] = pick(alike); const year = someYear(); return [{ article: '', name: x, year, genres: someGenres() }, { article: '', name: y, year, genres: someGenres() }]; });

  const ids = Array.from(titles, (_, i) => i + 1);
  for (let i = ids.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [ids[i], ids[j]] = [ids[j] ?? 0, ids[i] ?? 0];
  }
  const idOf = (at: number) => ids[at] ?? 0;
  const named = (pair: { a: number; b: number; kind: string }): PlantedPair => ({ kind: pair.kind, a: Math.min(idOf(pair.a), idOf(pair.b)), b: Math.max(idOf(pair.a), idOf(pair.b)) });
  return {
    films: titles.map((title, at) => ({ id: idOf(at), title: `${written(title)} (${title.year})`, genres: title.genres.length === 0 ? '(no genres listed)' : title.genres.join('|') })).sort((a, b) => a.id - b.id),
    planted: found.map(named), misses: misses.map(named),
  };
}

/** Short titles of two films that are one slip apart. */
const alike: readonly (readonly [string, string])[] = [['Amer', 'Gamer'], ['Brake', 'Brave'], ['Host', 'Hosts'], ['Alone', 'Aline'], ['Cube', 'Cure'], ['Elle', 'Ellen'], ['Live', 'Alive'], ['Stung', 'Swung'], ['Drive', 'Driven'], ['Marie', 'Maxie']];

function letter(random: Random): string {
  return letters[Math.floor(random() * letters.length)] ?? 'x';
}

/** Changes a title at a letter that is neither the first nor the last; undefined where it is too short or nothing changes. */
function inside({ article, name, year, genres: listed }: Title, random: Random, change: (text: string, at: number) => string): string | undefined {
  if (name.length < 5) return undefined;
  const at = 1 + Math.floor(random() * (name.length - 3));
  if (!/[a-z]/.test(name[at] ?? '') || !/[a-z]/.test(name[at + 1] ?? '')) return undefined;
  const changed = change(name, at);
  return changed === name ? undefined : written({ article, name: changed, year, genres: listed });
}
