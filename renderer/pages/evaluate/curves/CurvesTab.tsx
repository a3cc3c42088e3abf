import { Button, MultiSelect, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useState } from 'react';
import type { TrainingCurve } from '../../../../shared/contract/evaluation.ts';
import { Curves } from '../../../charts/curves/Curves.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { formatScore, formatSeconds, formatUnits } from '../../../components/format.ts';
import { Loading } from '../../../components/Loading.tsx';
import { useAskAgain, useEngineEach } from '../../../host/engine.ts';
import { useRunningJobs, useStartJob } from '../../../host/jobs.ts';
import { replaceRoute } from '../../../stores/route.ts';
import { usePlace } from '../address.ts';
import classes from '../evaluate.module.css';
import { metricTitle } from '../metrics.ts';
import { useModels } from '../useModels.ts';
import { modelTitle } from '../words.ts';
import { chartsOf } from './charts.ts';

const LIVE_MS = 1500;

/** How the models that learn step by step came to what they are, several in one chart, live while they train. */
export function CurvesTab() {
  const infos = useModels();
  const running = useRunningJobs().some(({ kind }) => kind === 'train' || kind === 'run' || kind === 'evaluate' || kind === 'tune');
  useAskAgain('models.curve', LIVE_MS, running);
  const { answers, pending, error, retry } = useEngineEach('models.curve', infos.map(({ model }) => ({ model })));
  const [over, setOver] = useState<'epochs' | 'seconds'>('epochs');
  const training = useStartJob('models.train');
  const busy = useRunningJobs().length > 0;
  const asked = usePlace().params.get('models')?.split(',');
  const curves = answers.filter((curve): curve is TrainingCurve => curve !== undefined && (curve.points.length > 0 || curve.training));
  // A figure on held-out ratings is followed by those alone that learn in epochs.
  const learners = answers.flatMap((curve) => (curve === undefined || curve.metric === null ? [] : [curve.model]));
  if (pending && curves.length === 0) return <Loading label="Training curves" />;
  if (curves.length === 0 && error !== null) return <ErrorPanel error={error.toData()} onRetry={retry} />;
  if (curves.length === 0)
    return (
      <Stack gap="md">
        {training.error !== null && <ErrorPanel error={training.error.toData()} />}
        <Empty
          icon={<IconChartLine size={28} />}
          title="No training curve yet"
          actions={learners.map((model) => (
            <Button key={model} variant="default" loading={training.starting} disabled={busy} onClick={() => void training.start({ models: [model] }).catch(() => undefined)}>
              Train {modelTitle(model, infos)}
            </Button>
          ))}
        >
          Models that learn epoch by epoch keep their loss and their figure on held-out ratings for each. Train one, and its curve grows here while it learns.
        </Empty>
      </Stack>
    );
  const chosen = asked === undefined ? curves : curves.filter(({ model }) => asked.includes(model));
  const shown = chosen.length === 0 ? curves : chosen;
  return (
    <Stack gap="lg">
      <div className={classes['choices']}>
        <SegmentedControl aria-label="Along" data={[{ value: 'epochs', label: 'Epochs' }, { value: 'seconds', label: 'Seconds' }]} value={over} onChange={(value) => setOver(value === 'seconds' ? 'seconds' : 'epochs')} />
        <MultiSelect
          aria-label="Models shown"
          data={curves.map(({ model }) => ({ value: model, label: modelTitle(model, infos) }))}
          value={shown.map(({ model }) => model)}
          onChange={(models) => replaceRoute('evaluate', ['curves'], models.length === 0 || models.length === curves.length ? {} : { models: models.join(',') })}
        />
      </div>
      <div className={classes['wide-halves']}>
      {chartsOf(shown, curves.map(({ model }) => model), over, (model) => modelTitle(model, infos)).map(({ kind, name, series }) => (
        <Curves
          key={`${kind} ${name}`}
          title={kind === 'metric' ? `${metricTitle(name)} on held-out ratings` : `Loss: ${name}`}
          axis={over === 'epochs' ? 'Epoch' : 'Seconds'}
          series={series}
          format={formatScore}
          unit={(x) => (over === 'epochs' ? formatUnits(x, 'epoch') : formatSeconds(x))}
        />
      ))}
      </div>
      <Text size="xs" c="dimmed">
        A ring marks the epoch whose weights were kept; networks go by the mean of the last three epochs, since a single figure wanders. Curves on different scales stand in charts of their own.
      </Text>
    </Stack>
  );
}
