import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecommendReason } from '../../../../shared/contract/index.ts';
import { contributionGroups, contributionsOf, contributionsSummary } from '../../../../renderer/charts/contributions/data.ts';

const reason = (evidence: RecommendReason['evidence']): RecommendReason => ({ kind: 'because-you-rated', text: '', evidence });

test('the bars sum to the score however many pieces of evidence there are', () => {
  const piece = fc.record({ movieId: fc.integer({ min: 1, max: 1000 }), label: fc.string(), contribution: fc.double({ min: -5, max: 5, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 2, max: 20 }), (evidence, limit) => {
      const parts = contributionsOf([reason(evidence)], limit);
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      expect(parts.length).toBeLessThanOrEqual(limit);
      expect(sum(parts.map(({ value }) => value))).toBeCloseTo(sum(evidence.map(({ contribution }) => contribution)), 6);
    }),
  );
});

test('a blend and what its models go by never share a scale, the reasons of one model do', () => {
  const piece = (label: string) => [{ label, contribution: 1 }];
  const blend: RecommendReason[] = [{ kind: 'blend', text: 'A blend', evidence: piece('EASE') }, { kind: 'because-you-rated', text: 'Because', evidence: piece('Alien') }];
  expect(contributionGroups(blend).map(({ title }) => title)).toEqual(['A blend', 'Because']);
  const content: RecommendReason[] = [{ kind: 'shares-tags', text: 'Tags', evidence: piece('space') }, { kind: 'shares-genres', text: 'Genres', evidence: piece('Sci-Fi') }];
  expect(contributionGroups(content)).toEqual([{ title: 'What the score is made of', reasons: content }]);
  expect(contributionGroups([{ kind: 'random', text: 'A draw', evidence: [] }])).toEqual([]);
});

test('the largest part comes first, also when it speaks against the film', () => {
  const parts = contributionsOf([reason([{ label: 'Drama', contribution: 0.2 }, { label: 'Horror', contribution: -0.9 }])]);
  expect(parts.map(({ label }) => label)).toEqual(['Horror', 'Drama']);
  expect(contributionsSummary(parts)).toBe('Most comes from Horror with -0.900, then Drama with 0.200.');
});
