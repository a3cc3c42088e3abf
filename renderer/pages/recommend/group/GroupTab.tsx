import { SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import type { ModelInfo } from '../../../../shared/contract/recommend.ts';
import type { GroupScale, GroupStrategy } from '../../../../shared/contract/serving.ts';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { useEngine } from '../../../host/engine.ts';
import { askerOf, filtersOf } from '../asks.ts';
import { useBench } from '../bench.ts';
import { TrainHere } from '../ModelList.tsx';
import { firstModel } from '../models.ts';
import classes from '../recommend.module.css';
import { ModelChoice, Toolbar } from '../Toolbar.tsx';
import { GroupTable } from './GroupTable.tsx';
import { Members } from './Members.tsx';

const strategies: Record<GroupStrategy, { label: string; about: string }> = {
  average: { label: 'Average', about: 'What they like on average' },
  'least-misery': { label: 'Least misery', about: 'As good as it is for whoever likes it least' },
  'most-pleasure': { label: 'Most pleasure', about: 'As good as it is for whoever likes it most' },
  'average-without-misery': { label: 'Average without misery', about: 'The average, of films among the best quarter of every member' },
};
const scales: Record<GroupScale, string> = { standardised: 'Standardised scores', rank: 'Places' };
const seenWords = { any: 'that nobody has seen', all: 'that somebody has not seen', none: 'whether seen or not' } as const;

const isKey = <T extends string>(keys: Record<T, unknown>, value: string | null): value is T => value !== null && value in keys;

/** One list for several users, and what each of them has of it. */
export function GroupTab({ models }: { readonly models: readonly ModelInfo[] }) {
  const bench = useBench();
  const { members, withBench, together, model: chosen } = bench;
  const model = chosen ?? firstModel(models);
  const info = models.find((each) => each.model === model);
  const asker = askerOf(bench);
  const extra = withBench && asker !== null && !(typeof bench.who === 'number' && members.includes(bench.who)) ? [{ ...asker, name: bench.who === 'invented' ? 'Invented' : `User ${bench.who}, edited` }] : [];
  const everyone = [...members.map((userId) => ({ userId })), ...extra];
  const group = useEngine('recommend.group', { model, members: everyone, explain: true, ...filtersOf(bench), ...together }, { enabled: everyone.length > 0 && info?.trained === true, keep: true });
  const set = (change: Partial<typeof together>) => useBench.setState({ together: { ...together, ...change } });
  return (
    <div className={classes['bench']}>
      <section className={classes['who']} aria-label="Members of the group">
        <Stack gap="md">
          <Members list={everyone.length > 0 ? group.data : undefined} />
          <Stack gap="xs">
            <Select
              label="The group likes"
              allowDeselect={false}
              value={together.strategy}
              data={Object.entries(strategies).map(([value, { label }]) => ({ value, label }))}
              renderOption={({ option }) => (
                <div>
                  <Text size="sm" fw={500}>
                    {option.label}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {isKey(strategies, option.value) ? strategies[option.value].about : ''}
                  </Text>
                </div>
              )}
              comboboxProps={{ width: 320, position: 'bottom-start' }}
              onChange={(value) => isKey(strategies, value) && set({ strategy: value })}
            />
            <Select label="Which films" allowDeselect={false} value={together.seen} data={Object.entries(seenWords).map(([value, label]) => ({ value, label }))} onChange={(value) => isKey(seenWords, value) && set({ seen: value })} />
            <Text size="sm" fw={500} id="group-scale">
              Members compared by
            </Text>
            <SegmentedControl size="xs" fullWidth aria-labelledby="group-scale" value={together.scale} data={Object.entries(scales).map(([value, label]) => ({ value, label }))} onChange={(value) => isKey(scales, value) && set({ scale: value })} />
            <Text size="xs" c="dimmed">
              {together.scale === 'rank'
                ? 'A member’s first film counts 1 and the last 0, however far apart their scores are.'
                : 'A member’s scores in deviations from their mean: how far ahead a favourite is counts, how many ratings a member gave does not.'}
            </Text>
          </Stack>
        </Stack>
      </section>
      <Stack gap="md" miw={0}>
        <Toolbar>
          <ModelChoice models={models} model={model} />
        </Toolbar>
        {everyone.length === 0 ? (
          <Empty icon={<IconUsersGroup size={28} />} title="Who is in the group?">
            Add two users or more on the left. The list is for all of them, and says how well each is served.
          </Empty>
        ) : info !== undefined && !info.trained ? (
          <TrainHere info={info} />
        ) : group.isError ? (
          <ErrorPanel error={group.error.toData()} onRetry={() => void group.refetch()} />
        ) : group.data === undefined ? (
          <Loading lines={10} height={44} label="Recommending" />
        ) : (
          <GroupTable list={group.data} title={info?.title ?? ''} old={group.isPlaceholderData} />
        )}
      </Stack>
    </div>
  );
}
