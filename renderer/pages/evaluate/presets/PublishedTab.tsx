import { Badge, Button, Checkbox, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconFolder } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Preset } from '../../../../shared/contract/evaluation.ts';
import { complain } from '../../../app/complain.ts';
import { Answer } from '../../../components/Answer.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { formatDecimal } from '../../../components/format.ts';
import { JobPanel } from '../../../components/JobPanel.tsx';
import { useEngine } from '../../../host/engine.ts';
import { host } from '../../../host/host.ts';
import { useRunningJobs, useStartJob } from '../../../host/jobs.ts';
import { openEvaluation } from '../address.ts';
import { resultId } from '../resultId.ts';
import classes from '../evaluate.module.css';
import { digitsFor, metricsOf, metricTitle } from '../metrics.ts';
import { modelTitle } from '../words.ts';
import { useModels } from '../useModels.ts';

/** Tables of papers that are made again here: choose the folder with the data, and the published figures stand beside ours. */
export function PublishedTab() {
  const presets = useEngine('evaluation.presets', {});
  const evaluation = useStartJob('evaluation.preset');
  const [asked, setAsked] = useState<string | null>(null);
  const busy = useRunningJobs().length > 0;
  const job = evaluation.job;
  const made = job?.status === 'succeeded' ? resultId(job.result) : null;
  useEffect(() => {
    if (made !== null) openEvaluation(made);
  }, [made]);
  const begin = async (preset: string, models: readonly string[]) => {
    setAsked(preset);
    try {
      const [data] = await host.pick({ directories: true });
      if (data !== undefined) await evaluation.start({ preset, data, models: [...models] });
    } catch (thrown) {
      complain(thrown);
    }
  };
  return (
    <Answer of={presets}>
      {(list) => (
        <Stack gap="md" maw={1180}>
          <Text size="sm" c="dimmed" maw={760}>
            A published figure that can be made again is worth more than one that can only be quoted. You bring the data, since we may not pass it on; choose the folder that it lies in. Split, definitions and parameters are those of the paper.
          </Text>
          {job !== undefined && job.status !== 'succeeded' && <JobPanel job={job} log={job.status === 'failed'} />}
          {evaluation.error !== null && asked !== null && <ErrorPanel error={evaluation.error.toData()} />}
          {list.map((preset) => (
            <PresetPaper key={preset.name} preset={preset} busy={busy || evaluation.starting} onBegin={(models) => void begin(preset.name, models)} />
          ))}
        </Stack>
      )}
    </Answer>
  );
}

function PresetPaper({ preset: { name, title, data, protocol, models, published }, busy, onBegin }: { readonly preset: Preset; readonly busy: boolean; readonly onBegin: (models: readonly string[]) => void }) {
  const infos = useModels();
  const [chosen, setChosen] = useState<readonly string[]>(models);
  const metrics = metricsOf([...Map.groupBy(published, ({ model }) => model).values()].map((figures) => ({ metrics: Object.fromEntries(figures.map(({ metric, value }) => [metric, { value, low: null, high: null, users: 0, definition: '' }])) })));
  const rows = [...Map.groupBy(published, ({ model, source }) => JSON.stringify([model, source])).values()];
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Group gap="sm">
              <Title order={2}>{title}</Title>
              <Badge variant="light" color="gray" c="dimmed" className="rb-mono">
                {name}
              </Badge>
            </Group>
            <Text size="sm">
              <Text span inherit c="dimmed">
                Data:{' '}
              </Text>
              {data}
            </Text>
            <Text size="sm">
              <Text span inherit c="dimmed">
                Protocol:{' '}
              </Text>
              {protocol}
            </Text>
          </div>
          <Button variant="default" leftSection={<IconFolder size={14} aria-hidden />} disabled={busy || chosen.length === 0} onClick={() => onBegin(chosen.length === models.length ? [] : chosen)} style={{ flex: 'none' }} aria-label={`Choose the folder and run: ${title}`}>
            Choose the folder and run
          </Button>
        </Group>
        <Table fz="sm" verticalSpacing={2} aria-label={`Published figures: ${title}`} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={230}>Model</Table.Th>
              {metrics.map((metric) => (
                <Table.Th key={metric} ta="right" w={120}>
                  {metricTitle(metric)}
                </Table.Th>
              ))}
              <Table.Th>Published by</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((figures, index) => {
              const [first] = figures;
              if (first === undefined) return null;
              return (
                <Table.Tr key={index}>
                  <Table.Td>{modelTitle(first.model, infos)}</Table.Td>
                  {metrics.map((metric) => {
                    const values = figures.filter((figure) => figure.metric === metric).map(({ value }) => value);
                    return (
                      <Table.Td key={metric} className="rb-number">
                        {values.length === 0 ? '–' : values.map((value) => formatDecimal(value, digitsFor(values))).join(', ')}
                      </Table.Td>
                    );
                  })}
                  <Table.Td c="dimmed" className={classes['wrap'] ?? ''}>
                    {first.source}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
        {models.length > 1 && (
          <Checkbox.Group value={[...chosen]} onChange={setChosen} label="Models to train" labelProps={{ fz: 'sm' }}>
            <Group gap="md" mt={4}>
              {models.map((model) => (
                <Checkbox key={model} value={model} label={modelTitle(model, infos)} />
              ))}
            </Group>
          </Checkbox.Group>
        )}
      </Stack>
    </Paper>
  );
}
