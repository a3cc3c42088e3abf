import { Alert, Anchor, Button, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconArrowLeft, IconArrowsDiff, IconHandStop } from '@tabler/icons-react';
import { useState } from 'react';
import type { PipelineStatus, Run, RunStage } from '../../../../shared/contract/pipeline.ts';
import { Answer } from '../../../components/Answer.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { formatCount, formatDateTime, formatScore, formatSeconds } from '../../../components/format.ts';
import { Section } from '../../../components/Page.tsx';
import { Status } from '../../../components/Status.tsx';
import { useEngine } from '../../../host/engine.ts';
import { hashOf, navigate } from '../../../stores/route.ts';
import { barsOfRun } from '../gantt/bars.ts';
import { barWords, Gantt } from '../gantt/Gantt.tsx';
import { RunLink } from '../plan/StagePanel.tsx';
import { BlockerList } from '../plan/Trouble.tsx';
import { reasonText } from '../stages.ts';
import { RollBack } from './RollBack.tsx';
import { RunFiles, RunLog, RunParameters, RunTables } from './RunReport.tsx';
import classes from './runs.module.css';
import { SaveReport } from './SaveReport.tsx';
import { runWords } from './words.ts';

/** One run in full. */
export function RunView({ id, status, running }: { readonly id: string; readonly status: PipelineStatus; readonly running: boolean }) {
  const result = useEngine('runs.get', { id });
  const [goingBack, setGoingBack] = useState(false);
  const before = useEarlier(id);
  return (
    <Stack gap="md">
      <Anchor href={hashOf('pipeline', ['runs'])} size="sm" w="fit-content">
        <Group gap={4}>
          <IconArrowLeft size={14} aria-hidden /> All runs
        </Group>
      </Anchor>
      <Answer of={result}>
        {({ run, report, blockers }) => (
          <Stack gap="md">
            <Group justify="space-between" align="flex-start" wrap="nowrap">
              <Head run={run} />
              <Group gap="xs" wrap="nowrap">
                <Button variant="default" component="a" href={hashOf('log', [], { run: id })}>
                  Log
                </Button>
                <SaveReport id={id} disabled={report === null} />
                <Button variant="default" leftSection={<IconArrowsDiff size={14} aria-hidden />} disabled={before === undefined} onClick={() => before !== undefined && navigate('pipeline', ['compare', before, id])}>
                  Compare with the one before
                </Button>
                {run.status === 'succeeded' && (
                  <Button variant="default" leftSection={<IconArrowBackUp size={14} aria-hidden />} disabled={running} onClick={() => setGoingBack(true)}>
                    Roll back to this run
                  </Button>
                )}
              </Group>
            </Group>
            {run.error !== null && run.status !== 'blocked' && <ErrorPanel error={run.error} />}
            {blockers.length > 0 && (
              <Alert color="yellow" icon={<IconHandStop size={18} aria-hidden />} title="Rules that stopped it" styles={{ title: { color: 'var(--rb-warn)' } }}>
                <BlockerList blockers={blockers} />
              </Alert>
            )}
            <Gantt title="Stages over time" bars={barsOfRun(run)} seconds={run.seconds} />
            <Section title="Stages">
              <StageTable run={run.id} stages={run.stages} />
            </Section>
            {report !== null && <FromReport id={id} />}
            {goingBack && <RollBack run={run} status={status} onClose={() => setGoingBack(false)} />}
          </Stack>
        )}
      </Answer>
    </Stack>
  );
}

/** The last run before this one that had a stage at work, to compare with. */
function useEarlier(id: string): string | undefined {
  const list = useEngine('runs.list', { limit: 200, offset: 0 }).data ?? [];
  const at = list.findIndex((run) => run.id === id);
  const earlier = at < 0 ? [] : list.slice(at + 1);
  return (earlier.find(({ status }) => status === 'succeeded') ?? earlier[0])?.id;
}

function Head({ run }: { readonly run: Run }) {
  const [tone, word] = runWords[run.status];
  return (
    <div>
      <Title order={2}>
        <Group gap="sm">
          <Status tone={tone} size="md">
            {word}
          </Status>
          {formatDateTime(run.startedAt)}
        </Group>
      </Title>
      <Text size="sm" c="dimmed">
        {formatSeconds(run.seconds)} · <span className="rb-mono">{run.id}</span>
        {run.after !== null && (
          <>
            {run.after.how === 'resume' ? ' · continues ' : ' · goes back to '}
            <RunLink id={run.after.run} />
          </>
        )}
      </Text>
    </div>
  );
}

function StageTable({ run, stages }: { readonly run: string; readonly stages: readonly RunStage[] }) {
  const figures = stages.flatMap(({ name, figures: own }) => Object.entries(own).map(([figure, value]) => ({ name, figure, value })));
  return (
    <Stack gap="md">
      <Table fz="sm" verticalSpacing={3} aria-label="Stages of the run" className={classes['heads'] ?? ''}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Stage</Table.Th>
            <Table.Th>Outcome</Table.Th>
            <Table.Th ta="right">Rows in</Table.Th>
            <Table.Th ta="right">Rows out</Table.Th>
            <Table.Th ta="right">Time</Table.Th>
            <Table.Th ta="right">Tries</Table.Th>
            <Table.Th ta="right">Memory</Table.Th>
            <Table.Th>Built by</Table.Th>
            <Table.Th>Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {stages.map((stage) => {
            const [tone, word] = barWords[stage.state];
            const worked = stage.state === 'ran' || stage.state === 'failed';
            return (
              <Table.Tr key={stage.name}>
                <Table.Td>{stage.name}</Table.Td>
                <Table.Td>
                  <Status tone={tone} size="sm">
                    {stage.state === 'cached' && stage.restored ? 'From the cache' : word}
                  </Status>
                </Table.Td>
                <Table.Td className="rb-number">{stage.state === 'skipped' ? '' : formatCount(stage.rowsIn)}</Table.Td>
                <Table.Td className="rb-number">{stage.state === 'skipped' ? '' : formatCount(stage.rowsOut)}</Table.Td>
                <Table.Td className="rb-number">{worked ? formatSeconds(stage.seconds) : ''}</Table.Td>
                <Table.Td className="rb-number">{worked ? stage.attempts : ''}</Table.Td>
                <Table.Td className="rb-number">{worked && stage.peakMemoryMB > 0 ? `${formatCount(stage.peakMemoryMB)} MB` : ''}</Table.Td>
                <Table.Td>{stage.state === 'ran' ? 'this run' : stage.builtBy === null ? '' : <RunLink id={stage.builtBy} />}</Table.Td>
                <Table.Td c={stage.error === null ? 'dimmed' : 'var(--rb-bad)'} style={{ overflowWrap: 'anywhere' }}>
                  {stage.error === null ? stage.reasons.slice(0, 3).map(reasonText).join('; ') + (stage.reasons.length > 3 ? `; and ${stage.reasons.length - 3} more` : '') : stage.error.message}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {figures.length > 0 && (
        <Table fz="sm" verticalSpacing={2} aria-label="Figures of the run" maw={640}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Stage</Table.Th>
              <Table.Th>Figure</Table.Th>
              <Table.Th ta="right">Value</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {figures.map(({ name, figure, value }) => (
              <Table.Tr key={`${name} ${figure}`}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>
                  <Anchor href={hashOf('lineage', ['metric', figure], { run })} size="sm">
                    {figure}
                  </Anchor>
                </Table.Td>
                <Table.Td className="rb-number">{Number.isInteger(value) ? formatCount(value) : formatScore(value)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}

function FromReport({ id }: { readonly id: string }) {
  const report = useEngine('runs.report', { id });
  return (
    <Answer of={report} loading={<Skeleton height={200} />}>
      {(content) => (
        <>
          <RunTables report={content} />
          <RunParameters report={content} />
          <RunFiles report={content} />
          <RunLog report={content} />
        </>
      )}
    </Answer>
  );
}
