import { Pagination, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { Run } from '../../../shared/contract/pipeline.ts';
import { Answer } from '../../components/Answer.tsx';
import { formatCount, formatDateTime, formatSeconds } from '../../components/format.ts';
import { jobTones } from '../../components/JobPanel.tsx';
import { Status, type Tone } from '../../components/Status.tsx';
import { useEngine } from '../../host/engine.ts';
import classes from './pipeline.module.css';
import { reasonText } from './stages.ts';

const PAGE = 20;
const runWords: Record<Run['status'], string> = { succeeded: 'Succeeded', failed: 'Failed', cancelled: 'Cancelled', blocked: 'Blocked' };
type StageOutcome = Run['stages'][number]['state'];
const stageTones: Record<StageOutcome, Tone> = { ran: 'good', cached: 'info', skipped: 'skipped', failed: 'bad' };

const outcome = ({ stages }: Run) => {
  const counts = Map.groupBy(stages, ({ state }) => state);
  return [...counts].map(([state, list]) => `${list.length} ${state}`).join(', ');
};

/** Earlier runs, newest first; one opened shows its stages. */
export function RunHistory() {
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState<string | null>(null);
  const runs = useEngine('runs.list', { limit: PAGE + 1, offset: (page - 1) * PAGE }, { keep: true });
  return (
    <Answer of={runs}>
      {(list) =>
        list.length === 0 ? (
          <Text size="sm" c="dimmed" py="xl" ta="center">
            Nothing has been run in this workspace yet.
          </Text>
        ) : (
          <Stack gap="sm">
            <Table aria-label="Runs" verticalSpacing={5}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Started</Table.Th>
                  <Table.Th>Outcome</Table.Th>
                  <Table.Th>Stages</Table.Th>
                  <Table.Th ta="right">Time</Table.Th>
                  <Table.Th>Run</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.slice(0, PAGE).map((run) => (
                  <HistoryRow key={run.id} run={run} open={run.id === open} onOpen={() => setOpen(run.id === open ? null : run.id)} />
                ))}
              </Table.Tbody>
            </Table>
            {(page > 1 || list.length > PAGE) && <Pagination size="xs" total={page + (list.length > PAGE ? 1 : 0)} value={page} onChange={setPage} getControlProps={(control) => ({ 'aria-label': `${control} page` })} />}
          </Stack>
        )
      }
    </Answer>
  );
}

function HistoryRow({ run, open, onOpen }: { readonly run: Run; readonly open: boolean; readonly onOpen: () => void }) {
  return (
    <>
      <Table.Tr className={`${classes['row']} ${classes['history']}`} data-selected={open} onClick={onOpen}>
        <Table.Td>
          <UnstyledButton aria-expanded={open} fz="sm">
            {formatDateTime(run.startedAt)}
          </UnstyledButton>
        </Table.Td>
        <Table.Td>
          <Status tone={jobTones[run.status]}>{runWords[run.status]}</Status>
        </Table.Td>
        <Table.Td c="dimmed">{outcome(run)}</Table.Td>
        <Table.Td className="rb-number">{formatSeconds(run.seconds)}</Table.Td>
        <Table.Td c="dimmed" className="rb-mono">
          {run.id}
        </Table.Td>
      </Table.Tr>
      {open && (
        <Table.Tr>
          <Table.Td colSpan={5} px="lg">
            
              <Table fz="xs" verticalSpacing={3} aria-label={`Stages of the run ${run.id}`}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Stage</Table.Th>
                    <Table.Th>Outcome</Table.Th>
                    <Table.Th ta="right">Rows in</Table.Th>
                    <Table.Th ta="right">Rows out</Table.Th>
                    <Table.Th ta="right">Time</Table.Th>
                    <Table.Th>Why</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {run.stages.map((stage) => (
                    <Table.Tr key={stage.name}>
                      <Table.Td>{stage.name}</Table.Td>
                      <Table.Td>
                        <Status tone={stageTones[stage.state]} size="xs">
                          {stage.state}
                        </Status>
                      </Table.Td>
                      <Table.Td className="rb-number">{formatCount(stage.rowsIn)}</Table.Td>
                      <Table.Td className="rb-number">{formatCount(stage.rowsOut)}</Table.Td>
                      <Table.Td className="rb-number">{formatSeconds(stage.seconds)}</Table.Td>
                      <Table.Td c="dimmed">{stage.reasons.map(reasonText).join('; ')}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
