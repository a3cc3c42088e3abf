import { handOut, type Injection, pick, texts } from './set.ts';

const names = ['Ana Torrent', 'Bruno Ganz', 'Ôshima, Nagisa', 'Zoë "Z" Kravitz', "O'Toole, Peter"];

/** Two people for each of a hundred films. */
export function makePersons({ tables }: Injection): void {
  for (let film = 1; film <= 100; film++) {
    for (const ordering of [1, 2]) tables.persons.push([String(film * 3), pick(names, film + ordering), ordering === 1 ? 'director' : 'actor', String(ordering)]);
  }
}

export function spoilPersons(injection: Injection): void {
  const { tables, inject } = injection;
  const takeRow = handOut(tables.persons, injection);
  inject('persons.name.present', (i) => { takeRow()[1] = pick(texts.missing, i); });
  inject('persons.movie_id.orphan', (i) => { takeRow()[0] = String(6_000_000_001 + (i % 2)); });
  // Not failures: one name in two roles.
  tables.persons.push(takeRow().with(2, 'writer'));
}
