import { expect, test } from 'vitest';
import { differences } from '../../../../renderer/pages/quality/duplicates/titles.ts';

const marked = (text: string, other: string) => differences(text, other).map(({ text: piece, differs }) => (differs ? `[${piece}]` : piece)).join('');

test('what differs between two titles is marked, and nothing else', () => {
  expect(marked('Heat', 'Heat')).toBe('Heat');
  expect(marked('Gamer', 'Amer')).toBe('[Ga]mer');
  expect(marked('Brake', 'Brave')).toBe('Bra[k]e');
  expect(marked('Heat, The', 'Heat')).toBe('Heat[, The]');
  expect(marked('Amélie', '')).toBe('[Amélie]');
  expect(marked('', 'x')).toBe('');
});
