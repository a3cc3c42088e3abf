import { Alert, Anchor, Button, Group, List, Text } from '@mantine/core';
import { IconHandStop, IconPlayerPause, IconPlayerTrackNext } from '@tabler/icons-react';
import type { Blocker, PipelineStatus, Run } from '../../../../shared/contract/pipeline.ts';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { formatAgo } from '../../../components/format.ts';
import { useEngine } from '../../../host/engine.ts';
import { hashOf } from '../../../stores/route.ts';
import { keptWords } from './plan.ts';

type Resumable = NonNullable<PipelineStatus['resumable']>;

export function ResumeButton({ resumable, onResume, busy }: { readonly resumable: Resumable; readonly onResume: () => void; readonly busy: boolean }) {
  return (
    <Button leftSection={<IconPlayerTrackNext size={14} aria-hidden />} onClick={onResume} loading={busy} title={keptWords(resumable)}>
      {resumable.stage === null ? 'Continue the run' : `Resume from ${resumable.stage}`}
    </Button>
  );
}

interface TroubleProps {
  readonly run: Run;
  readonly resumable: PipelineStatus['resumable'];
  readonly onResume: () => void;
  readonly busy: boolean;
}

/** How the last run ended when it did not succeed: where, why, what to do, and the way to go on from there. */
export function Trouble({ run, resumable, onResume, busy }: TroubleProps) {
  const can = resumable !== null && resumable.run === run.id;
  const resume = can && <ResumeButton resumable={resumable} onResume={onResume} busy={busy} />;
  const open = (
    <Button variant="default" component="a" href={hashOf('pipeline', ['runs', run.id])}>
      Open the run
    </Button>
  );
  const kept = can ? keptWords(resumable) : '';
  const stage = run.stages.find(({ state }) => state === 'failed')?.name ?? resumable?.stage ?? null;
  if (run.status === 'blocked') return <Blocked run={run} kept={kept} actions={<>{resume}{open}</>} />;
  if (run.status === 'failed' && run.error !== null) {
    return (
      <div>
        <Text size="sm" mb={4}>
          {stage === null ? 'The run failed' : <b>{stage} failed</b>} {formatAgo(run.startedAt)}. {kept}
        </Text>
        <ErrorPanel error={run.error} actions={<>{resume}{open}</>} />
      </div>
    );
  }
  if (run.status !== 'cancelled' || !can) return null;
  return (
    <Alert variant="default" icon={<IconPlayerPause size={18} aria-hidden />} py="xs">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          The last run was cancelled{resumable.stage === null ? '' : ` in ${resumable.stage}`}, {formatAgo(run.startedAt)}. {kept}
        </Text>
        {resume}
      </Group>
    </Alert>
  );
}

function Blocked({ run, kept, actions }: { readonly run: Run; readonly kept: string; readonly actions: React.ReactNode }) {
  const blockers = useEngine('runs.get', { id: run.id }).data?.blockers ?? [];
  return (
    <Alert color="yellow" role="alert" icon={<IconHandStop size={18} aria-hidden />} title="The run stopped at a quality rule" styles={{ title: { color: 'var(--rb-warn)' } }}>
      <Text size="sm" mb="xs">
        These rules found errors in the imported data. Turn their fixes on, or repair the files and import them again, then resume. {kept}
      </Text>
      <BlockerList blockers={blockers} />
      <Group gap="xs" mt="sm">
        {actions}
      </Group>
    </Alert>
  );
}

/** The rules that stopped a run, each with the way to it. */
export function BlockerList({ blockers }: { readonly blockers: readonly Blocker[] }) {
  return (
    <List size="sm" spacing={2}>
      {blockers.map(({ rule, message }) => (
        <List.Item key={rule}>
          <Anchor href={hashOf('quality', ['rules', rule])} inherit c="inherit" underline="always">
            {rule}
          </Anchor>
          : {message}
        </List.Item>
      ))}
    </List>
  );
}
