import { Button, Group, NumberInput, Select, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProtocolName, TuneRequest } from '../../../../shared/contract/evaluation.ts';
import type { ModelInfo, ModelName } from '../../../../shared/contract/recommend.ts';
import { FILES_NOT_SEARCHED, whyNotSearched } from '../../../../shared/domain/unsearched.ts';
import { Answer } from '../../../components/Answer.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { Section } from '../../../components/Page.tsx';
import { useEngine } from '../../../host/engine.ts';
import { useRunningJobs, useStartJob } from '../../../host/jobs.ts';
import { navigate } from '../../../stores/route.ts';
import { usePlace } from '../address.ts';
import classes from '../evaluate.module.css';
import { metricTitle } from '../metrics.ts';
import { usualProtocol } from '../setup/draft.ts';
import { protocolTitles } from '../words.ts';
import { type EditedDimension, requested, spaceTrouble } from './space.ts';
import { SpaceTable } from './SpaceTable.tsx';

const metrics = ['ndcg@10', 'recall@10', 'precision@10', 'hit-rate@10', 'mrr@10', 'map@10', 'rmse', 'mae'] as const;
const protocols: readonly ProtocolName[] = ['leave-last-out', 'random', 'time', 'strong'];

interface Draft {
  readonly model: ModelName;
  readonly metric: string;
  readonly protocol: ProtocolName;
  readonly method: TuneRequest['method'];
  readonly trials: number;
  readonly minutes: number | null;
}

/** Starts a search: which model, by what figure, how and for how long. */
export function SearchForm({ models }: { readonly models: readonly ModelInfo[] }) {
  const wanted = usePlace().params.get('model');
  const [draft, setDraft] = useState<Draft>(() => ({ model: models.find(({ model }) => model === wanted)?.model ?? models.find(({ model }) => model === 'ease')?.model ?? 'ease', metric: 'ndcg@10', protocol: 'leave-last-out', method: 'random', trials: 20, minutes: 10 }));
  const space = useEngine('tune.space', { model: draft.model });
  return (
    <Stack gap="lg" maw={1180}>
      <div className={classes['fields']}>
        <Select
          label="Model"
          description="Its parameters are searched"
          searchable
          data={models.map(({ model, title }) => ({ value: model, label: title }))}
          value={draft.model}
          onChange={(value) => {
            const info = models.find(({ model }) => model === value);
            if (info !== undefined) setDraft({ ...draft, model: info.model });
          }}
        />
        <Select label="Figure" description="What the best trial is best by" data={metrics.map((metric) => ({ value: metric, label: metricTitle(metric) }))} value={draft.metric} onChange={(metric) => metric !== null && setDraft({ ...draft, metric })} />
        <Select
          label="Protocol"
          description="How the validation part is hidden"
          data={protocols.map((name) => ({ value: name, label: protocolTitles[name] }))}
          value={draft.protocol}
          onChange={(value) => {
            const protocol = protocols.find((name) => name === value);
            if (protocol !== undefined) setDraft({ ...draft, protocol });
          }}
        />
        <NumberInput label="Trials at most" description="1 to 1,000" min={1} max={1000} allowDecimal={false} value={draft.trials} onChange={(trials) => typeof trials === 'number' && setDraft({ ...draft, trials })} />
        <NumberInput label="Minutes at most" description="Empty: no limit" placeholder="no limit" min={0.1} value={draft.minutes ?? ''} onChange={(minutes) => setDraft({ ...draft, minutes: typeof minutes === 'number' && minutes > 0 ? minutes : null })} />
      </div>
      <Group gap="md">
        <SegmentedControl
          aria-label="Method"
          data={[{ value: 'random', label: 'Random' }, { value: 'halving', label: 'Successive halving' }]}
          value={draft.method}
          onChange={(method) => setDraft({ ...draft, method: method === 'halving' ? 'halving' : 'random' })}
        />
        <Text size="sm" c="dimmed">
          {draft.method === 'random' ? 'Every trial gets the whole budget.' : 'Many trials begin on a small part; the better half of each round goes on with twice as much.'}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        Files of your own are not among the protocols. {FILES_NOT_SEARCHED}
      </Text>
      <Answer of={space}>{(dimensions) => <Begin key={draft.model} draft={draft} known={dimensions.map((dimension) => ({ ...dimension, searched: true }))} />}</Answer>
    </Stack>
  );
}

function Begin({ draft, known }: { readonly draft: Draft; readonly known: readonly EditedDimension[] }) {
  const [space, setSpace] = useState(known);
  const search = useStartJob('tune.start');
  const busy = useRunningJobs().length > 0;
  const trouble = known.length === 0 ? whyNotSearched(draft.model) : spaceTrouble(space);
  const begin = () => {
    const { model, metric, protocol, method, trials, minutes } = draft;
    const cutoff = Number(metric.split('@')[1] ?? 10);
    search
      .start({ model, metric, method, trials, seconds: minutes === null ? null : minutes * 60, space: requested(space), protocol: { ...usualProtocol, name: protocol, cutoffs: [cutoff], measures: [metric.includes('@') ? 'ranking' : 'rating'] } })
      .then(() => navigate('evaluate', ['search', 'newest']))
      .catch(() => undefined);
  };
  return (
    <>
      {known.length > 0 && (
        <Section title="Space" about="What each trial draws from. The parameters as they stand are tried first; the test part is never looked at.">
          <SpaceTable space={space} onChange={setSpace} />
        </Section>
      )}
      {search.error !== null && <ErrorPanel error={search.error.toData()} />}
      <Group gap="md">
        <Button leftSection={<IconPlayerPlay size={14} aria-hidden />} loading={search.starting} disabled={busy || trouble !== null} onClick={begin}>
          Start the search
        </Button>
        <Text size="sm" c="dimmed" component="output">
          {trouble ?? (busy ? 'Something else is running; this can begin when it has ended.' : '')}
        </Text>
      </Group>
    </>
  );
}
