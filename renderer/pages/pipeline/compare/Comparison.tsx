import { Badge, Group, Stack, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunComparison } from '../../../../shared/contract/runs.ts';
import { Answer } from '../../../components/Answer.tsx';
import { Figure } from '../../../components/Figure.tsx';
import { formatCount, formatScore, formatSeconds } from '../../../components/format.ts';
import { Section } from '../../../components/Page.tsx';
import { useEngine } from '../../../host/engine.ts';
import { RunLink } from '../plan/StagePanel.tsx';
import { cellText } from '../runs/RunReport.tsx';
import { changeText, countDifferences, differs, durationDiffers } from './differences.ts';

/** What two runs have in common and what not, part by part; only what differs unless `all`. */
export function Comparison({ a, b, all }: { readonly a: string; readonly b: string; readonly all: boolean }) {
  const comparison = useEngine('runs.compare', { a, b });
  return <Answer of={comparison}>{(content) => <Parts of={content} all={all} />}</Answer>;
}

const score = (value: number) => `${formatScore(value * 100)} %`;
const figure = (value: number) => (Number.isInteger(value) ? formatCount(value) : formatScore(value));

function Parts({ of, all }: { readonly of: RunComparison; readonly all: boolean }) {
  const counts = countDifferences(of);
  const tables = of.tables.filter((table) => all || differs(table));
  const stages = of.stages.filter((stage) => all || durationDiffers(stage) || stage.states.a !== stage.states.b);
  const shown = <T extends { readonly a: unknown; readonly b: unknown }>(list: readonly T[]) => list.filter((each) => all || differs(each));
  return (
    <Stack gap="md">
      <Group gap="xl" align="flex-start">
        {([['Parameters', counts.parameters], ['Files', counts.files], ['Tables', counts.tables], ['Quality', counts.quality], ['Figures', counts.figures]] as const).map(([name, count]) => (
          <Figure key={name} label={name}>
            {count === 0 ? 'same' : `${formatCount(count)} differ`}
          </Figure>
        ))}
        <Figure label="Time" note={changeText(of.a.seconds, of.b.seconds, formatSeconds)}>
          {formatSeconds(of.a.seconds)} → {formatSeconds(of.b.seconds)}
        </Figure>
      </Group>
      <Text size="sm" c="dimmed">
        A is <RunLink id={of.a.id} />, B is <RunLink id={of.b.id} />.{all ? '' : ' What is the same is left out.'}
      </Text>
      <Part all={all} title="Parameters" rows={of.parameters.map(({ name, a, b }) => [name, cellText(a), cellText(b)])} none="The same parameters were in force." />
      <Part all={all} title="Files" rows={of.files.map(({ name, a, b }) => [name, a ?? 'not there', b ?? 'not there'])} none="Both stand on the same files." />
      <Part
        all={all}
        title="Tables"
        heads={['Change', 'Content']}
        figures
        rows={tables.map(({ name, a, b, same }) => [
          name, a === null ? '' : formatCount(a), b === null ? '' : formatCount(b), changeText(a, b, formatCount),
          <Badge key="same" size="sm" variant="light" color={same ? 'gray' : 'yellow'} c={same ? 'dimmed' : 'var(--rb-warn)'}>{same ? 'same' : 'differs'}</Badge>,
        ])}
        none="Every table holds the same rows."
      />
      <Part
        all={all}
        title="Stages"
        about="Seconds of the build that each run stood for; differences of less than a tenth are left out"
        heads={['Change', 'A did', 'B did']}
        figures
        rows={stages.map(({ name, a, b, states }) => [name, a === null ? '' : formatSeconds(a), b === null ? '' : formatSeconds(b), changeText(a, b, formatSeconds), stateWords(states.a), stateWords(states.b)])}
        none="All stages took about as long."
      />
      <Part
        all={all}
        title="Quality"
        heads={['Change']}
        figures
        rows={[
          ...shown(of.quality.scores).map(({ name, a, b }): ReactNode[] => [`Score: ${name}`, a === null ? '' : score(a), b === null ? '' : score(b), changeText(a, b, score)]),
          ...shown(of.quality.rules).map(({ name, a, b }): ReactNode[] => [name, a === null ? '' : formatCount(a), b === null ? '' : formatCount(b), changeText(a, b, formatCount)]),
        ]}
        none="The same scores and counts."
      />
      <Part all={all} title="Figures" heads={['Change']} figures rows={shown(of.figures).map(({ name, a, b }) => [name, a === null ? '' : figure(a), b === null ? '' : figure(b), changeText(a, b, formatScore)])} none={of.figures.length === 0 ? 'The stages of these runs gave no figures.' : 'The same figures.'} />
    </Stack>
  );
}

const states: Record<string, string> = { ran: 'ran', cached: 'kept', skipped: 'left out', failed: 'failed' };
const stateWords = (state: string | null): string => (state === null ? 'not there' : (states[state] ?? state));

interface PartProps {
  readonly title: string;
  readonly about?: string;
  /** Columns after name, A and B. */
  readonly heads?: readonly string[];
  /** Whether the sides are numbers. */
  readonly figures?: boolean;
  readonly rows: readonly (readonly ReactNode[])[];
  readonly none: string;
  /** Whether a part without rows is shown, too. */
  readonly all: boolean;
}

function Part({ title, about, heads = [], figures = false, rows, none, all }: PartProps) {
  if (rows.length === 0 && !all) return null;
  return (
    <Section title={title} {...(about === undefined ? {} : { about })}>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        <Table fz="sm" verticalSpacing={2} layout="fixed" aria-label={`${title} of both runs`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="26%">Name</Table.Th>
              {['A', 'B', ...heads].map((head, i) => (
                <Table.Th key={head} ta={figures && i < 3 ? 'right' : 'left'}>
                  {head}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, line) => (
              <Table.Tr key={line}>
                {row.map((cell, i) => (
                  <Table.Td key={i} className={i === 0 ? 'rb-mono' : figures && i < 4 ? 'rb-number' : ''} style={{ overflowWrap: 'anywhere' }}>
                    {cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}
