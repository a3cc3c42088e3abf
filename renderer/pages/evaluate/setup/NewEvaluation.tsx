import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { ModelInfo } from '../../../../shared/contract/recommend.ts';
import { Answer } from '../../../components/Answer.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { JobPanel } from '../../../components/JobPanel.tsx';
import { Section } from '../../../components/Page.tsx';
import { useEngine } from '../../../host/engine.ts';
import { useJob, useLatestJob, useRunningJobs, useStartJob } from '../../../host/jobs.ts';
import { openEvaluation, usePlace } from '../address.ts';
import classes from '../evaluate.module.css';
import { resultId } from '../resultId.ts';
import { setupFor, troubleOf, useSetup } from './draft.ts';
import { Entrants } from './Entrants.tsx';
import { ProtocolForm } from './ProtocolForm.tsx';

/** Sets an evaluation up: who competes, how ratings are hidden, what is counted; then runs it and leads to what came of it. */
export function NewEvaluation({ workspace }: { readonly workspace: string }) {
  const models = useEngine('models.list', {});
  return <Answer of={models}>{(list) => <Form workspace={workspace} models={list} />}</Answer>;
}

function Form({ workspace, models }: { readonly workspace: string; readonly models: readonly ModelInfo[] }) {
  const chosen = usePlace().params.get('models') ?? '';
  useEffect(() => setupFor(workspace, models, chosen.split(',').filter((name) => name !== '')), [workspace, models, chosen]);
  const setup = useSetup();
  const evaluation = useStartJob('evaluation.start');
  const latest = useLatestJob('evaluate');
  const own = useJob(setup.jobId);
  const job = latest?.status === 'running' ? latest : own;
  const busy = useRunningJobs().length > 0;
  const trouble = troubleOf(setup);
  // What was started from the end of the form is watched at its head.
  const panel = useRef<HTMLDivElement>(null);
  const running = job?.status === 'running' ? job.id : null;
  useEffect(() => {
    if (running !== null) panel.current?.scrollIntoView({ block: 'center' });
  }, [running]);
  const made = own?.status === 'succeeded' ? resultId(own.result) : null;
  useEffect(() => {
    if (made === null) return;
    useSetup.setState({ jobId: null });
    openEvaluation(made);
  }, [made]);
  const run = () => {
    const { entrants, protocol, title } = setup;
    evaluation
      .start({ entrants: entrants.map(({ model, params }) => ({ model, params })), protocol, ...(title.trim() === '' ? {} : { title: title.trim() }) })
      .then((jobId) => useSetup.setState({ jobId }))
      .catch(() => undefined);
  };
  return (
    <Stack gap={4} maw={1180}>
      <div ref={panel} className={classes['panel']}>
        {job !== undefined && job.status !== 'succeeded' && <JobPanel job={job} log={job.status === 'failed'} />}
      </div>
      <Section title="Models" about="Each is trained anew on the training part, with the parameters in force unless you give others. The same model may stand here more than once.">
        <Entrants models={models} />
      </Section>
      <ProtocolForm />
      {evaluation.error !== null && <ErrorPanel error={evaluation.error.toData()} />}
      <Group gap="md" align="flex-end">
        <TextInput label="Name" description="Otherwise protocol and models name it" w={320} maxLength={200} value={setup.title} onChange={(event) => useSetup.setState({ title: event.currentTarget.value })} />
        <Button leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={run} loading={evaluation.starting} disabled={busy || trouble !== null}>
          Run the evaluation
        </Button>
        <Text size="sm" c="dimmed" pb={6} component="output">
          {trouble ?? (busy ? 'Something else is running; this can begin when it has ended.' : '')}
        </Text>
      </Group>
    </Stack>
  );
}
