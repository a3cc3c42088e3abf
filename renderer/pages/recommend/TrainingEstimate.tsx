import { Group, Text } from '@mantine/core';
import type { ModelName } from '../../../shared/contract/recommend.ts';
import { formatBytes, formatSeconds } from '../../components/format.ts';
import { Status } from '../../components/Status.tsx';
import { useEngine } from '../../host/engine.ts';

/** What training a model would take, in one line: time and memory, or what to do where it would not fit. Its place stays free until that is known. */
export function TrainingEstimate({ model }: { readonly model: ModelName }) {
  const { data } = useEngine('models.estimate', { models: [model] });
  const estimate = data?.[0];
  return (
    <Group gap="sm" mih={20} justify="center" component="output" aria-label="What training takes">
      {estimate?.fits === true && (
        <Text size="sm" c="dimmed" className="rb-number" title={estimate.basis}>
          Training takes about {formatSeconds(estimate.seconds)} and {formatBytes(estimate.bytes)} of memory; {formatBytes(estimate.available)} are free
        </Text>
      )}
      {estimate?.fits === false && (
        <>
          <Status tone="warn">{`Needs ${formatBytes(estimate.bytes)} of memory, ${formatBytes(estimate.available)} are free`}</Status>
          <Text size="sm" c="dimmed">
            {estimate.advice}
          </Text>
        </>
      )}
    </Group>
  );
}
