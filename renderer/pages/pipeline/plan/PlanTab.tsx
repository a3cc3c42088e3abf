import { Skeleton, Stack } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Job } from '../../../../shared/contract/jobs.ts';
import type { PipelineStatus, Plan, Run, StageName } from '../../../../shared/contract/pipeline.ts';
import type { ReelbenchError } from '../../../../shared/domain/error.ts';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { replaceRoute, useRoute } from '../../../stores/route.ts';
import { LivePanel } from '../live/LivePanel.tsx';
import classes from '../pipeline.module.css';
import { Legend } from '../StageStatus.tsx';
import { stageViews } from '../stages.ts';
import type { Asked } from './plan.ts';
import { PlanBar } from './PlanBar.tsx';
import { PlanTable } from './PlanTable.tsx';
import { StagePanel } from './StagePanel.tsx';
import { Trouble } from './Trouble.tsx';

const StageGraph = lazy(() => import('../graph/StageGraph.tsx'));

interface PlanTabProps {
  readonly status: PipelineStatus;
  readonly job: Job | undefined;
  readonly last: Run | undefined;
  readonly plan: Plan | undefined;
  /** Why there is no plan for what is asked. */
  readonly planError: ReelbenchError | null;
  readonly asked: Asked;
  readonly onAsk: (asked: Asked) => void;
  readonly onRun: (asked: Partial<Asked>) => void;
  readonly onResume: () => void;
  readonly starting: boolean;
}

/** The stages as a graph and as a plan; while a run is under way, how it goes. */
export function PlanTab({ status, job, last, plan, planError, asked, onAsk, onRun, onResume, starting }: PlanTabProps) {
  const chosen = useRoute().params.get('stage');
  const views = stageViews(status, job, last);
  const view = views.find(({ stage }) => stage.name === chosen);
  const running = job?.status === 'running';
  const select = (name: StageName) => replaceRoute('pipeline', [], name === chosen ? {} : { stage: name });
  return (
    <Stack gap="sm">
      {!running && last !== undefined && last.status !== 'succeeded' && <Trouble run={last} resumable={status.resumable} onResume={onResume} busy={starting} />}
      <Suspense fallback={<Skeleton height={222} />}>
        <StageGraph status={status} views={views} selected={view?.stage.name ?? null} onSelect={select} />
      </Suspense>
      <Legend shown={views.map(({ look }) => look)} />
      {running && <LivePanel job={job} status={status} plan={plan} />}
      {!running && <PlanBar status={status} asked={asked} onAsk={onAsk} plan={plan} />}
      {!running && planError !== null && <ErrorPanel error={planError.toData()} />}
      <div className={classes['split']} data-open={view !== undefined || undefined}>
        <div className={classes['main']}>
          <PlanTable views={views} plan={plan} selected={view?.stage.name ?? null} onSelect={select} running={running} onRun={onRun} />
        </div>
        {view !== undefined && (
          <StagePanel
            key={view.stage.name}
            view={view}
            before={status.edges.filter(({ to }) => to === view.stage.name).map(({ from }) => from)}
            running={running}
            onRun={onRun}
            onClose={() => replaceRoute('pipeline', [])}
          />
        )}
      </div>
    </Stack>
  );
}
