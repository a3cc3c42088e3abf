import { Button, Checkbox, Group, Modal, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { PipelineStatus, Run } from '../../../../shared/contract/pipeline.ts';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { formatCount, formatDateTime } from '../../../components/format.ts';
import { asReelbenchError, useEngine } from '../../../host/engine.ts';
import { jobEnd, useStartJob } from '../../../host/jobs.ts';
import { navigate } from '../../../stores/route.ts';
import { returnOf } from './going-back.ts';
import { cellText } from './RunReport.tsx';
import { ReelbenchError } from '../../../../shared/domain/error.ts';

/** Asks before the workspace goes back to a run, and says what that changes. */
export function RollBack({ run, status, onClose }: { readonly run: Run; readonly status: PipelineStatus; readonly onClose: () => void }) {
  const [keep, setKeep] = useState(false);
  const [error, setError] = useState<ReelbenchError | null>(null);
  const [busy, setBusy] = useState(false);
  const report = useEngine('runs.report', { id: run.id });
  const parameters = useEngine('params.list', {});
  const cache = useEngine('cache.list', {});
  const job = useStartJob('runs.rollback');
  const change = report.data !== undefined && parameters.data !== undefined && cache.data !== undefined ? returnOf(run, report.data, status, parameters.data, cache.data) : undefined;
  const gone = change?.stages.filter(({ kept }) => !kept) ?? [];
  const failed = report.error ?? parameters.error ?? cache.error ?? error;
  const goBack = async () => {
    setBusy(true);
    try {
      const ended = await jobEnd(await job.start({ id: run.id, parameters: !keep }));
      if (ended.status === 'succeeded') {
        onClose();
        navigate('pipeline');
      } else if (ended.error !== undefined) {
        setError(ReelbenchError.from(ended.error));
      }
    } catch (thrown) {
      setError(asReelbenchError(thrown));
    } finally {
      setBusy(false);
    }
  };
  const nothing = change !== undefined && change.stages.length === 0 && (keep || change.parameters.length === 0);
  return (
    <Modal opened onClose={onClose} title={`Roll back to the run of ${formatDateTime(run.startedAt)}`} size="lg">
      <Stack gap="md">
        {change === undefined && failed === null && <Skeleton height={120} />}
        {change !== undefined && (
          <>
            <Text size="sm">
              {change.stages.length === 0
                ? 'The tables and models are those of this run already.'
                : 'These stages show what they made in that run again, from the cache. Imported files stay as they are, and what is visible now stays in the cache.'}
            </Text>
            {change.stages.length > 0 && (
              <Table fz="sm" verticalSpacing={2} aria-label="Stages that change">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Stage</Table.Th>
                    <Table.Th ta="right">Rows now</Table.Th>
                    <Table.Th ta="right">Rows then</Table.Th>
                    <Table.Th>In the cache</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {change.stages.map(({ name, now, before, kept }) => (
                    <Table.Tr key={name}>
                      <Table.Td>{name}</Table.Td>
                      <Table.Td className="rb-number">{now === null ? 'none' : formatCount(now)}</Table.Td>
                      <Table.Td className="rb-number">{before === null ? 'none' : formatCount(before)}</Table.Td>
                      <Table.Td c={kept ? 'dimmed' : 'var(--rb-bad)'}>{kept ? 'yes' : 'no longer'}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )}
            {change.parameters.length === 0 ? (
              <Text size="sm" c="dimmed">
                The parameters are those of that run.
              </Text>
            ) : (
              <>
                <Checkbox label="Keep today's parameters" description="The next run then makes anew what they change." checked={keep} onChange={(event) => setKeep(event.currentTarget.checked)} />
                {!keep && (
                  <Table fz="sm" verticalSpacing={2} aria-label="Parameters that change">
                    <Table.Thead>
                      <Table.Tr>
                        <Table.Th>Parameter</Table.Th>
                        <Table.Th>Now</Table.Th>
                        <Table.Th>Then</Table.Th>
                      </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                      {change.parameters.map(({ path, now, before }) => (
                        <Table.Tr key={path}>
                          <Table.Td className="rb-mono">{path}</Table.Td>
                          <Table.Td>{cellText(now)}</Table.Td>
                          <Table.Td>{cellText(before)}</Table.Td>
                        </Table.Tr>
                      ))}
                    </Table.Tbody>
                  </Table>
                )}
              </>
            )}
            {gone.length > 0 && (
              <Text size="sm" c="var(--rb-bad)">
                What {gone.map(({ name }) => name).join(', ')} made then is no longer in the cache: put that run&apos;s parameters in force and run the pipeline instead.
              </Text>
            )}
          </>
        )}
        {failed !== null && <ErrorPanel error={failed.toData()} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button onClick={() => void goBack()} loading={busy} disabled={change === undefined || gone.length > 0 || nothing}>
            Roll back
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
