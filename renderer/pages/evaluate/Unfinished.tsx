import { Button, Table, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useEffect } from 'react';
import { complain } from '../../app/complain.ts';
import { formatBytes, formatCount, formatDateTime } from '../../components/format.ts';
import { JobPanel } from '../../components/JobPanel.tsx';
import { Section } from '../../components/Page.tsx';
import { refreshEvaluations, useCall, useEngine } from '../../host/engine.ts';
import { useRunningJobs, useStartJob } from '../../host/jobs.ts';
import { openEvaluation } from './address.ts';
import { KeptTable } from './KeptTable.tsx';
import { RemoveButton } from './RemoveButton.tsx';
import { resultId } from './resultId.ts';
import { useModels } from './useModels.ts';
import { labelTitle, listWords, protocolTitles } from './words.ts';

/** Evaluations that were cancelled, killed or failed: what they had finished is kept, and they go on from it. */
export function Unfinished() {
  const { data: list = [] } = useEngine('evaluation.unfinished', {});
  const infos = useModels();
  const resume = useStartJob('evaluation.resume');
  const remove = useCall('evaluation.remove');
  const busy = useRunningJobs().length > 0;
  const made = resume.job?.status === 'succeeded' ? resultId(resume.job.result) : null;
  useEffect(() => {
    if (made !== null) openEvaluation(made);
  }, [made]);
  return (
    <>
      {resume.job !== undefined && resume.job.status !== 'succeeded' && <JobPanel job={resume.job} log={resume.job.status === 'failed'} />}
      {list.length > 0 && (
        <Section title="Not finished" about="Cancelled, killed or failed. What is finished is kept for thirty days: going on, or the same evaluation of the same data asked for anew, takes it up.">
          <KeptTable
            label="Evaluations that are not finished"
            columns={[{ title: 'Evaluation' }, { title: 'Begun', width: 160 }, { title: 'Protocol', width: 140 }, { title: 'Finished', width: 110, figures: true }, { title: 'Kept', width: 90, figures: true }, { title: 'Go on', width: 150, hidden: true }]}
          >
            {list.map(({ id, title, models, createdAt, protocol, preset, done, total, bytes, hindrance }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Text size="sm" fw={500} truncate>
                    {title}
                  </Text>
                  <Text size="xs" c="dimmed" truncate title={models.join(', ')}>
                    {hindrance ?? listWords(models.map((label) => labelTitle(label, infos)))}
                  </Text>
                </Table.Td>
                <Table.Td>{formatDateTime(createdAt)}</Table.Td>
                <Table.Td>{preset ?? protocolTitles[protocol]}</Table.Td>
                <Table.Td className="rb-number">
                  {formatCount(done)} of {formatCount(total)}
                </Table.Td>
                <Table.Td className="rb-number">{formatBytes(bytes)}</Table.Td>
                <Table.Td>
                  <Button size="compact-sm" variant="default" leftSection={<IconPlayerPlay size={14} aria-hidden />} aria-label={`Go on with ${title}`} loading={resume.starting} disabled={busy || hindrance !== null} onClick={() => void resume.start({ id }).then(refreshEvaluations).catch(complain)}>
                    Go on
                  </Button>
                </Table.Td>
                <Table.Td>
                  <RemoveButton what="evaluation" name={`what is finished of ${title}`} busy={remove.isPending} onRemove={() => remove.mutate({ id }, { onSuccess: refreshEvaluations, onError: complain })} />
                </Table.Td>
              </Table.Tr>
            ))}
          </KeptTable>
        </Section>
      )}
    </>
  );
}
