import { ActionIcon, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import { formatSeconds } from '../../../components/format.ts';
import { Status, type Tone } from '../../../components/Status.tsx';
import { type Bar, type BarState, ticksOf } from './bars.ts';
import classes from './gantt.module.css';

export const barWords: Record<BarState, readonly [Tone, string]> = {
  ran: ['good', 'Ran'], cached: ['info', 'Kept'], skipped: ['skipped', 'Left out'], failed: ['bad', 'Failed'], running: ['running', 'Running'], waiting: ['waiting', 'Waiting'],
};
const wordOf = ({ state, restored }: Bar): string => (state === 'cached' && restored ? 'From the cache' : barWords[state][1]);
const triesOf = ({ attempts }: Bar): string => (attempts > 1 ? `${attempts} tries` : '');

/** When each stage of a run was at work, in seconds after its start; the same as a table at a press. */
export function Gantt({ title, bars, seconds }: { readonly title: string; readonly bars: readonly Bar[]; readonly seconds: number }) {
  const [asTable, setAsTable] = useState(false);
  const Icon = asTable ? IconChartBar : IconTable;
  const label = asTable ? 'View as chart' : 'View as table';
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb={4} wrap="nowrap">
        <Text size="sm" fw={500}>
          {title}
        </Text>
        <Tooltip label={label}>
          <ActionIcon size="sm" aria-label={`${label}: ${title}`} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            <Icon size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
      {asTable ? <BarTable title={title} bars={bars} /> : <Chart title={title} bars={bars} seconds={seconds} />}
    </section>
  );
}

function Chart({ title, bars, seconds }: { readonly title: string; readonly bars: readonly Bar[]; readonly seconds: number }) {
  const ticks = ticksOf(Math.max(seconds, ...bars.map((bar) => bar.began + bar.seconds)));
  const end = ticks.at(-1) ?? 1;
  const at = (time: number) => `${(time / end) * 100}%`;
  return (
    <ul className={classes['chart']} aria-label={`${title}, as bars`}>
      {bars.map((bar) => (
        <li key={bar.name} className={classes['line']} aria-label={`${bar.name}: ${wordOf(bar)}${bar.state === 'ran' || bar.state === 'failed' || bar.state === 'running' ? `, from ${formatSeconds(bar.began)}, for ${formatSeconds(bar.seconds)}` : ''}${bar.attempts > 1 ? `, ${triesOf(bar)}` : ''}`}>
          <span className={classes['name']} aria-hidden>
            <Status tone={barWords[bar.state][0]} />
            <span>{bar.name}</span>
          </span>
          <span className={classes['lane']} aria-hidden title={bar.note === '' ? wordOf(bar) : `${wordOf(bar)}: ${bar.note}`}>
            {ticks.map((tick) => (
              <span key={tick} className={classes['rule']} style={{ left: at(tick) }} />
            ))}
            {(bar.state === 'ran' || bar.state === 'running' || bar.state === 'failed') && <span className={classes['bar']} data-state={bar.state} style={{ left: at(bar.began), width: at(bar.seconds) }} />}
            {bar.state === 'cached' && <span className={classes['tick']} data-restored={bar.restored || undefined} style={{ left: at(bar.began) }} />}
          </span>
          <span className={classes['time']} aria-hidden>
            {bar.state === 'waiting' || bar.state === 'skipped' ? '' : bar.state === 'cached' ? wordOf(bar).toLowerCase() : formatSeconds(bar.seconds)}
            {bar.attempts > 1 && <b> ×{bar.attempts}</b>}
          </span>
        </li>
      ))}
      <li className={classes['line']} aria-hidden>
        <span />
        <span className={classes['axis']}>
          {ticks.map((tick, i) => (
            <span key={tick} style={{ left: at(tick) }} data-last={i === ticks.length - 1 || undefined}>
              {tick === 0 ? '0' : formatSeconds(tick)}
            </span>
          ))}
        </span>
        <span />
      </li>
    </ul>
  );
}

function BarTable({ title, bars }: { readonly title: string; readonly bars: readonly Bar[] }) {
  return (
    <Table aria-label={title} fz="xs" verticalSpacing={3}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Stage</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th ta="right">Began after</Table.Th>
          <Table.Th ta="right">Took</Table.Th>
          <Table.Th ta="right">Ended after</Table.Th>
          <Table.Th ta="right">Tries</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {bars.map((bar) => {
          const timed = bar.state !== 'waiting' && bar.state !== 'skipped';
          return (
            <Table.Tr key={bar.name}>
              <Table.Td>{bar.name}</Table.Td>
              <Table.Td>{wordOf(bar)}</Table.Td>
              <Table.Td className="rb-number">{timed ? formatSeconds(bar.began) : ''}</Table.Td>
              <Table.Td className="rb-number">{timed ? formatSeconds(bar.seconds) : ''}</Table.Td>
              <Table.Td className="rb-number">{timed ? formatSeconds(bar.began + bar.seconds) : ''}</Table.Td>
              <Table.Td className="rb-number">{timed ? bar.attempts : ''}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
