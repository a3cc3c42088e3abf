import { Button, Group, Pagination, Paper, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCopyCheck, IconRefresh, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { DuplicateList, DuplicateState } from '../../../../shared/contract/duplicates.ts';
import { Answer } from '../../../components/Answer.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { formatAgo, formatCount, formatSeconds, formatUnits } from '../../../components/format.ts';
import { JobLine } from '../../../components/JobLine.tsx';
import { CancelJob } from '../../../components/JobPanel.tsx';
import { Keys } from '../../../components/Keys.tsx';
import { useEngine } from '../../../host/engine.ts';
import { AcceptAbove } from './AcceptAbove.tsx';
import { ClusterList } from './ClusterList.tsx';
import { Comparison, decisionOf, useChoice } from './Comparison.tsx';
import classes from './duplicates.module.css';
import { useDecisions, useSearch } from './useDuplicates.tsx';

const PAGE = 100;
type Order = 'score' | 'ratings' | 'title';
const orders: readonly { readonly value: Order; readonly label: string }[] = [{ value: 'score', label: 'by score' }, { value: 'ratings', label: 'by ratings' }, { value: 'title', label: 'by title' }];
const stateWords: Record<DuplicateState, string> = { open: 'Open', merged: 'Merged', refused: 'Refused' };
const nothing: Record<DuplicateState, string> = { open: 'Nothing is left to decide.', merged: 'No films were merged.', refused: 'Nothing was refused.' };

/** Films that may be one: clusters to accept, refuse, or accept all above a score. */
export function DuplicateFilms() {
  const [state, setState] = useState<DuplicateState>('open');
  const [text, setText] = useState('');
  const [sort, setSort] = useState<Order>('score');
  const [page, setPage] = useState(1);
  const [wanted] = useDebouncedValue(text, 200);
  const list = useEngine('duplicates.list', { state, text: wanted, sort, limit: PAGE, offset: (page - 1) * PAGE }, { keep: true });
  const search = useSearch();
  const first = () => setPage(1);
  return (
    <Stack gap="md">
      {search.error !== undefined && <ErrorPanel error={search.error} onRetry={search.start} />}
      <Answer of={list}>
        {(found) =>
          found.search === null ? (
            search.running && search.job !== undefined ? (
              <Group justify="space-between">
                <JobLine job={search.job} />
                <CancelJob job={search.job} />
              </Group>
            ) : (
              <Empty icon={<IconCopyCheck size={28} />} title="Not looked for yet" actions={<Button loading={search.starting} onClick={search.start}>Look for duplicates</Button>}>
                Films under two ids split their ratings. A search compares all titles, years, genres, identifiers and who rated what, and changes nothing: what is one film is yours to decide.
              </Empty>
            )
          ) : (
            <>
              <Group justify="space-between" gap="sm">
                <Group gap="sm">
                  <SegmentedControl
                    size="xs"
                    aria-label="Which clusters"
                    value={state}
                    onChange={(value) => {
                      setState(value === 'merged' || value === 'refused' ? value : 'open');
                      first();
                    }}
                    data={(['open', 'merged', 'refused'] as const).map((value) => ({ value, label: `${stateWords[value]} ${formatCount(found.counts[value])}` }))}
                  />
                  <TextInput aria-label="Title or film id" placeholder="Title or film id" leftSection={<IconSearch size={14} aria-hidden />} value={text} onChange={(event) => { setText(event.currentTarget.value); first(); }} w={190} />
                  <Select aria-label="Order" data={[...orders]} value={sort} onChange={(value) => { setSort(orders.find((order) => order.value === value)?.value ?? 'score'); first(); }} w={110} />
                </Group>
                {search.running && search.job !== undefined ? (
                  <Group gap="sm">
                    <JobLine job={search.job} />
                    <CancelJob job={search.job} />
                  </Group>
                ) : (
                  <Group gap="sm">
                    <Text size="sm" c="dimmed">
                      {found.search.current ? `${formatUnits(found.search.films, 'film')} compared in ${formatSeconds(found.search.seconds)}, ${formatAgo(found.search.madeAt)}` : 'Files were imported since the last search'}
                    </Text>
                    <Button variant={found.search.current ? 'default' : 'filled'} leftSection={<IconRefresh size={14} aria-hidden />} loading={search.starting} onClick={search.start}>
                      Search again
                    </Button>
                  </Group>
                )}
              </Group>
              <Clusters key={`${state} ${wanted} ${sort} ${page}`} found={found} state={state} stale={list.isPlaceholderData} filtered={wanted !== ''} />
              {found.total > PAGE && <Pagination size="xs" total={Math.ceil(found.total / PAGE)} value={page} onChange={setPage} getControlProps={(control) => ({ 'aria-label': `${control} page` })} />}
            </>
          )
        }
      </Answer>
    </Stack>
  );
}

function Clusters({ found, state, stale, filtered }: { readonly found: DuplicateList; readonly state: DuplicateState; readonly stale: boolean; readonly filtered: boolean }) {
  const [place, setPlace] = useState(0);
  const { clusters } = found;
  const at = Math.min(place, clusters.length - 1);
  const cluster = clusters[at];
  const [choice, setChoice] = useChoice(cluster);
  const { busy, decide, acceptAbove, undo } = useDecisions();
  const press = (key: string): boolean => {
    if (!cluster || busy || stale) return false;
    if (key === 'u' && cluster.decision !== null) {
      undo(cluster.decision);
      return true;
    }
    const decision = cluster.state !== 'open' ? undefined : key === 'a' ? decisionOf('merge', cluster, choice) : key === 'r' ? decisionOf('refuse', cluster, choice) : undefined;
    if (decision) decide(decision);
    return decision !== undefined;
  };
  return (
    <Stack gap="sm">
      {state === 'open' && found.counts.open > 0 && <AcceptAbove above={found.above} current={found.search?.current ?? false} busy={busy} onAccept={acceptAbove} />}
      {cluster === undefined ? (
        <Empty icon={<IconCopyCheck size={28} />} title={filtered ? 'No cluster has that' : nothing[state]}>
          {filtered ? 'Look for another part of a title, or another id.' : state === 'open' ? 'No two films look like one, or all of them are decided on.' : 'Decisions on clusters are kept here, and can be taken back.'}
        </Empty>
      ) : (
        <div className={classes['split']}>
          <Stack gap={6}>
            <Paper>
              <ClusterList clusters={clusters} selected={at} onSelect={setPlace} onKey={press} stale={stale} />
            </Paper>
            <Text size="xs" c="dimmed" component="div">
              {state === 'open' ? <>In the list: <Keys of="↑" /> <Keys of="↓" /> move, <Keys of="A" /> accept, <Keys of="R" /> refuse</> : <>In the list: <Keys of="↑" /> <Keys of="↓" /> move, <Keys of="U" /> undo</>}
            </Text>
          </Stack>
          <Comparison cluster={cluster} choice={choice} onChoice={setChoice} busy={busy || stale} onDecide={decide} onUndo={undo} />
        </div>
      )}
    </Stack>
  );
}
