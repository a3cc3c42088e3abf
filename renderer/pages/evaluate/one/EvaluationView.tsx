import { Anchor, Button, Group, SegmentedControl, Select, Stack, Tabs, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconRepeat } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { Evaluation } from '../../../../shared/contract/evaluation.ts';
import { Answer } from '../../../components/Answer.tsx';
import { formatCount, formatDateTime, formatSeconds } from '../../../components/format.ts';
import { useEngine } from '../../../host/engine.ts';
import { hashOf, navigate } from '../../../stores/route.ts';
import { useLook, views, viewTitles } from '../address.ts';
import { firstMetric, metricAt, metricChoices, metricsOf, parseMetric } from '../metrics.ts';
import { setupLike } from '../setup/draft.ts';
import { useModels } from '../useModels.ts';
import { protocolWords } from '../words.ts';
import { Comparisons } from './Comparisons.tsx';
import { Cost } from './Cost.tsx';
import { Leaderboard } from './Leaderboard.tsx';
import { SegmentsView } from './SegmentsView.tsx';
import { Users } from './Users.tsx';
import { Warnings } from './Warnings.tsx';

/** One evaluation: what was measured on what, its warnings, and the figures from five sides. */
export function EvaluationView({ id }: { readonly id: string }) {
  const evaluation = useEngine('evaluation.get', { id });
  return (
    <Stack gap="md">
      <Anchor href={hashOf('evaluate')} size="sm" w="fit-content">
        <Group gap={4}>
          <IconArrowLeft size={14} aria-hidden /> All evaluations
        </Group>
      </Anchor>
      <Answer of={evaluation}>{(content) => <Content evaluation={content} />}</Answer>
    </Stack>
  );
}

function Content({ evaluation }: { readonly evaluation: Evaluation }) {
  const look = useLook();
  const keys = metricsOf(evaluation.models);
  const asked = look.get('metric');
  const metric = keys.find((key) => key === asked) ?? firstMetric(keys);
  const onMetric = (next: string) => look.set({ metric: next });
  return (
    <>
      <Head evaluation={evaluation} />
      <Warnings warnings={evaluation.warnings} models={evaluation.models} />
      {metric !== undefined && (
        <Tabs
          value={look.view}
          variant="pills"
          onChange={(name) => {
            const view = views.find((each) => each === name);
            if (view !== undefined) look.set({}, view);
          }}
          keepMounted={false}
        >
          <Group justify="space-between" align="flex-end" mb="md" gap="md">
            <Tabs.List>
              {views.map((view) => (
                <Tabs.Tab key={view} value={view}>
                  {viewTitles[view]}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <MetricChoice keys={keys} metric={metric} onChange={onMetric} />
          </Group>
          <Tabs.Panel value="leaderboard">
            <Leaderboard evaluation={evaluation} metric={metric} keys={keys} onMetric={onMetric} />
          </Tabs.Panel>
          <Tabs.Panel value="cost">
            <Cost evaluation={evaluation} metric={metric} />
          </Tabs.Panel>
          <Tabs.Panel value="segments">
            <SegmentsView evaluation={evaluation} metric={metric} />
          </Tabs.Panel>
          <Tabs.Panel value="comparisons">
            <Comparisons evaluation={evaluation} metric={metric} />
          </Tabs.Panel>
          <Tabs.Panel value="users">
            <Users evaluation={evaluation} metric={metric} />
          </Tabs.Panel>
        </Tabs>
      )}
    </>
  );
}

/** Title, protocol in sentences, counts. */
function Head({ evaluation }: { readonly evaluation: Evaluation }) {
  const { title, createdAt, seconds, preset, protocol, description, data } = evaluation;
  const infos = useModels();
  const workspace = useEngine('workspace.summary', {}).data;
  const counts = [['Users', data.users], ['Films', data.items], ['Training ratings', data.train], ['Test ratings', data.test], ['Users measured', data.measuredUsers], ['Films ranked', data.candidates]] as const;
  const again = () => {
    if (workspace == null) return;
    setupLike(workspace.id, evaluation, infos);
    navigate('evaluate', ['new']);
  };
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="lg">
        <div style={{ minWidth: 0 }}>
          <Title order={2} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          <Text size="sm" c="dimmed">
            {[protocolWords(protocol), ...(preset === null ? [] : [`published table ${preset}`]), formatDateTime(createdAt), `took ${formatSeconds(seconds)}`].join(' · ')}
          </Text>
        </div>
        <Button variant="default" leftSection={<IconRepeat size={14} aria-hidden />} onClick={again} disabled={workspace == null || infos.length === 0} style={{ flex: 'none' }}>
          Change and run again
        </Button>
      </Group>
      <Measured sentences={description} />
      <Group gap="lg" mt={6} component="dl" my={0}>
        {counts.map(([name, count]) => (
          <Group key={name} gap={5} align="baseline">
            <Text size="sm" c="dimmed" component="dt">
              {name}
            </Text>
            <Text size="sm" fw={600} component="dd" m={0}>
              {formatCount(count)}
            </Text>
          </Group>
        ))}
      </Group>
    </div>
  );
}

/** How it was measured: two lines of it, and the rest when asked for. */
function Measured({ sentences }: { readonly sentences: readonly string[] }) {
  const [whole, setWhole] = useState(false);
  const id = useId();
  return (
    <Group gap="sm" mt="xs" align="flex-end" wrap="nowrap">
      <Text size="sm" maw={980} id={id} {...(whole ? {} : { lineClamp: 2 })}>
        {sentences.join(' ')}
      </Text>
      <Anchor component="button" size="sm" aria-expanded={whole} aria-controls={id} onClick={() => setWhole(!whole)} style={{ flex: 'none' }}>
        {whole ? 'Show less' : 'Show all'}
      </Anchor>
    </Group>
  );
}

function MetricChoice({ keys, metric, onChange }: { readonly keys: readonly string[]; readonly metric: string; readonly onChange: (metric: string) => void }) {
  const { name, cutoff } = parseMetric(metric);
  const choices = metricChoices(keys);
  const cutoffs = choices.find((choice) => choice.name === name)?.cutoffs ?? [];
  const choose = (nextName: string, nextCutoff: number | null) => {
    const next = metricAt(keys, nextName, nextCutoff);
    if (next !== undefined) onChange(next);
  };
  return (
    <Group gap="xs" wrap="nowrap">
      <Select aria-label="Metric" w={170} data={choices.map((choice) => ({ value: choice.name, label: choice.title }))} value={name} onChange={(value) => value !== null && choose(value, cutoff)} />
      {cutoffs.length > 1 && <SegmentedControl aria-label="Cutoff" data={cutoffs.map((each) => ({ value: String(each), label: `@${each}` }))} value={String(cutoff ?? '')} onChange={(value) => choose(name, Number(value))} />}
    </Group>
  );
}
