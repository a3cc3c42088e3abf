import { Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { QualityHistory } from '../../../../shared/contract/quality-history.ts';
import { Trend } from '../../../charts/trend/Trend.tsx';
import { formatShare } from '../../../components/format.ts';
import { Section } from '../../../components/Page.tsx';
import { dimensions } from '../rules.ts';
import { failingShares } from './points.ts';

const SCORES = 'scores';
const share = (value: number) => formatShare(value, 1);

/** The scores, or one rule's failing share, over the checks that are kept. */
export function TrendSection({ history: { points, rules, kept } }: { readonly history: QualityHistory }) {
  const [shown, setShown] = useState(SCORES);
  const found = new Set(points.flatMap(({ results }) => results.filter(({ failed }) => failed > 0).map(({ rule }) => rule)));
  const rule = rules.find(({ id }) => id === shown);
  const times = points.map(({ at }) => at);
  return (
    <Section
      title="Trend"
      about={`${points.length === 1 ? 'One check is kept so far' : `${points.length} checks are kept`}; the last ${kept} are.`}
      actions={
        <Select
          aria-label="Show the trend of"
          w={260}
          searchable
          allowDeselect={false}
          value={rule === undefined ? SCORES : shown}
          onChange={(value) => setShown(value ?? SCORES)}
          data={[
            { group: 'All rules', items: [{ value: SCORES, label: 'Scores' }] },
            { group: 'Failing share of a rule that found something', items: rules.filter(({ id }) => found.has(id)).map(({ id }) => id) },
            { group: 'Of a rule that found nothing', items: rules.filter(({ id }) => !found.has(id)).map(({ id }) => id) },
          ]}
        />
      }
    >
      {rule === undefined ? (
        <Trend title="Scores" times={times} fromZero={false} format={share} series={dimensions.map((name) => ({ name, values: points.map(({ scores }) => scores[name]) }))} />
      ) : (
        <Trend title={rule.title} times={times} fromZero format={share} series={[{ name: 'failing share', values: failingShares(points, rule.id) }]} />
      )}
      {points.length === 1 && (
        <Text size="sm" c="dimmed">
          A line needs two checks: check again after the next import.
        </Text>
      )}
    </Section>
  );
}
