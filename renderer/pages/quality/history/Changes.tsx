import { Anchor, List, ScrollArea, Select, Text } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { QualityHistory } from '../../../../shared/contract/quality-history.ts';
import { type QualityChange, qualityChanges } from '../../../../shared/domain/quality-changes.ts';
import { formatUnits } from '../../../components/format.ts';
import { Section } from '../../../components/Page.tsx';
import { replaceRoute } from '../../../stores/route.ts';
import { pointName } from './points.ts';

const marks: Record<QualityChange['kind'], { readonly word: string; readonly color: string; readonly Icon: typeof IconPlus }> = {
  worse: { word: 'Worse', color: 'var(--rb-bad)', Icon: IconArrowDownRight },
  better: { word: 'Better', color: 'var(--rb-good)', Icon: IconArrowUpRight },
  'new rule': { word: 'New', color: 'var(--mantine-color-dimmed)', Icon: IconPlus },
  'gone rule': { word: 'Gone', color: 'var(--mantine-color-dimmed)', Icon: IconPlus },
};

/** What got worse or better since an earlier check, in plain words. */
export function Changes({ history: { points, rules } }: { readonly history: QualityHistory }) {
  const last = points.at(-1);
  const earlier = points.slice(0, -1).toReversed();
  const [chosen, setChosen] = useState<string | null>(null);
  const before = earlier.find(({ id }) => id === chosen) ?? earlier[0];
  if (last === undefined || before === undefined) {
    return (
      <Section title="What changed">
        <Text size="sm" c="dimmed">
          There is no earlier check to compare the last one with.
        </Text>
      </Section>
    );
  }
  const changes = qualityChanges(before, last, rules);
  const count = (kind: QualityChange['kind']) => changes.filter((change) => change.kind === kind).length;
  return (
    <Section
      title="What changed"
      about={changes.length === 0 ? 'Nothing, rule by rule' : `${formatUnits(count('worse'), 'rule')} worse, ${count('better')} better`}
      actions={<Select aria-label="Since" title="Compared with this check" w={250} allowDeselect={false} value={before.id} onChange={setChosen} data={earlier.map((point) => ({ value: point.id, label: pointName(point) }))} />}
    >
      {changes.length === 0 ? (
        <Text size="sm" c="dimmed">
          {before.fingerprint === last.fingerprint ? 'Both checks saw the same files under the same settings.' : 'The data or the settings changed, and every rule found the same share as before.'}
        </Text>
      ) : (
        <ScrollArea.Autosize mah={250} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Changes' }}>
          <List spacing={4} size="sm" listStyleType="none" aria-label="Changes of rules">
            {changes.map(({ rule, kind, words }) => {
              const { word, color, Icon } = marks[kind];
              return (
                <List.Item key={rule} icon={<Icon size={15} color={color} aria-hidden />}>
                  <Text span size="sm" fw={500} c={color}>
                    {word}
                  </Text>{' '}
                  <Anchor component="button" size="sm" ta="left" onClick={() => replaceRoute('quality', ['rules', rule])}>
                    {words}
                  </Anchor>
                </List.Item>
              );
            })}
          </List>
        </ScrollArea.Autosize>
      )}
    </Section>
  );
}
