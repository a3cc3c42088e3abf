import { Badge, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import type { Tuning } from '../../../../shared/contract/evaluation.ts';
import { Answer } from '../../../components/Answer.tsx';
import { formatCount, formatDateTime, formatDecimal, formatSeconds } from '../../../components/format.ts';
import { Section } from '../../../components/Page.tsx';
import { Status } from '../../../components/Status.tsx';
import { useAskAgain, useEngine } from '../../../host/engine.ts';
import { useLatestJob } from '../../../host/jobs.ts';
import { navigate } from '../../../stores/route.ts';
import { KeptRow, KeptTable } from '../KeptTable.tsx';
import { metricTitle } from '../metrics.ts';
import { useModels } from '../useModels.ts';
import { modelTitle, paramWords } from '../words.ts';
import { SearchForm } from './SearchForm.tsx';
import { SearchView } from './SearchView.tsx';
import { searchWords } from './states.ts';

/** Searches for parameters: the form and earlier ones, or one of them in full. */
export function SearchTab({ id }: { readonly id: string | null }) {
  const running = useLatestJob('tune')?.status === 'running';
  useAskAgain('tune.list', 1500, running);
  const list = useEngine('tune.list', {});
  const models = useEngine('models.list', {});
  return (
    <Answer of={list}>
      {(searches) => {
        const sorted = [...searches].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
        const open = id === 'newest' ? sorted[0]?.id : (id ?? undefined);
        if (open !== undefined) return <SearchView key={open} id={open} live={running} />;
        return (
          <Stack gap="xl">
            <Section title="New search" about="Tries parameters of a model on a validation part of the training ratings. The test part is never looked at, so an evaluation afterwards is still honest.">
              <Answer of={models}>{(infos) => <SearchForm models={infos} />}</Answer>
            </Section>
            {sorted.length > 0 && <Searches searches={sorted} />}
          </Stack>
        );
      }}
    </Answer>
  );
}

function Searches({ searches }: { readonly searches: readonly Tuning[] }) {
  const infos = useModels();
  return (
    <Section title="Searches">
      <KeptTable
        label="Searches"
        columns={[{ title: 'Model', width: 180 }, { title: 'When', width: 170 }, { title: 'State', width: 110 }, { title: 'Trials', width: 80, figures: true }, { title: 'Best', width: 140, figures: true }, { title: 'With' }, { title: 'Time', width: 84, figures: true }]}
      >
        {searches.map(({ id, request, createdAt, state, trials, best, seconds, applied }) => {
          const [tone, word] = searchWords[state];
          const title = modelTitle(request.model, infos);
          const open = () => navigate('evaluate', ['search', id]);
          return (
            <KeptRow key={id} id={id} kind="search" name={`the search of ${title}`} onOpen={open}>
              <Table.Td>
                <UnstyledButton fz="sm" fw={500} onClick={open}>
                  {title}
                </UnstyledButton>
              </Table.Td>
              <Table.Td>{formatDateTime(createdAt)}</Table.Td>
              <Table.Td>
                <Status tone={tone}>{word}</Status>
              </Table.Td>
              <Table.Td className="rb-number">{formatCount(trials.length)}</Table.Td>
              <Table.Td className="rb-number">{best === null ? '–' : `${metricTitle(request.metric)} ${formatDecimal(best.value, 4)}`}</Table.Td>
              <Table.Td>
                <Group gap="xs" wrap="nowrap">
                  <Text size="sm" c="dimmed" truncate>
                    {best === null ? '' : paramWords(best.params)}
                  </Text>
                  {applied && <Badge color="teal" c="var(--rb-good)">in force</Badge>}
                </Group>
              </Table.Td>
              <Table.Td className="rb-number">{formatSeconds(seconds)}</Table.Td>
            </KeptRow>
          );
        })}
      </KeptTable>
    </Section>
  );
}
