import { Button, Group, Pagination, Stack, Table, Text } from '@mantine/core';
import { IconArrowRight, IconEye, IconEyeOff, IconWand } from '@tabler/icons-react';
import { useState } from 'react';
import type { FixedRow, FixPreview } from '../../../shared/contract/decisions.ts';
import type { RuleResult } from '../../../shared/contract/quality.ts';
import { formatCell, formatCount, formatUnits } from '../../components/format.ts';
import { Status } from '../../components/Status.tsx';
import { useEngine } from '../../host/engine.ts';
import { host } from '../../host/host.ts';
import { useDecide } from './decide.tsx';
import { difference, visibleBlanks } from './difference.ts';
import { None } from './marks.tsx';
import classes from './quality.module.css';

const PAGE = 8;
const does: Record<FixPreview['action'], string> = { quarantine: 'would be set aside', drop: 'would be left out', set: 'would be changed', keep: 'are kept as they are', propose: 'are proposed' };

/** A rule's fix: what it does, what it would change, and the switch for the next run. */
export function FixSection({ rule }: { readonly rule: RuleResult }) {
  const [open, setOpen] = useState(false);
  const { busy, decide } = useDecide();
  if (rule.fix === undefined) return null;
  const apply = (enabled: boolean) =>
    void decide(() => `Fix of ${rule.id} is ${enabled ? 'on' : 'off'}`, () => host.call('quality.fix.apply', { rule: rule.id, enabled }));
  return (
    <Stack gap="xs" component="section" aria-label="Fix">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text size="sm" fw={600}>
            Fix: {rule.fix.replace(/\.$/, '')}
          </Text>
          <Text size="xs" c="dimmed" component="div">
            <Status tone={rule.fixEnabled ? 'good' : 'skipped'} size="xs">
              {rule.fixEnabled ? 'Applied in each run; the files stay as they are' : 'Off: a run leaves these rows as they are'}
            </Status>
          </Text>
        </div>
        <Group gap={4} wrap="nowrap">
          {rule.failed > 0 && (
            <Button size="compact-xs" variant="default" aria-expanded={open} leftSection={open ? <IconEyeOff size={14} aria-hidden /> : <IconEye size={14} aria-hidden />} onClick={() => setOpen(!open)}>
              {open ? 'Hide preview' : 'Preview'}
            </Button>
          )}
          <Button size="compact-xs" variant={rule.fixEnabled ? 'default' : 'filled'} leftSection={<IconWand size={14} aria-hidden />} loading={busy} onClick={() => apply(!rule.fixEnabled)}>
            {rule.fixEnabled ? 'Take off' : 'Apply'}
          </Button>
        </Group>
      </Group>
      {open && <Preview rule={rule} />}
    </Stack>
  );
}

function Preview({ rule }: { readonly rule: RuleResult }) {
  const [page, setPage] = useState(1);
  const { data, error, isPlaceholderData } = useEngine('quality.fix.preview', { rule: rule.id, limit: PAGE, offset: (page - 1) * PAGE }, { keep: true });
  if (error) return <Text c="red">{error.message}</Text>;
  if (data === undefined)
    return (
      <Text size="sm" c="dimmed" component="output">
        Working out what the fix would do…
      </Text>
    );
  if (data.action === 'keep' || data.action === 'propose')
    return (
      <Text size="sm" c="dimmed">
        {data.action === 'keep' ? 'This fix changes no row: the run goes on with them as they are.' : 'This fix changes nothing by itself: it proposes, and you decide.'}
      </Text>
    );
  return (
    <Stack gap={6}>
      <Text size="sm">
        {formatUnits(data.total, 'row')} {does[data.action].replace('would be', rule.fixEnabled ? (data.total === 1 ? 'is' : 'are') : 'would be')}
        {data.untouched > 0 && `; ${formatCount(data.untouched)} failing ${data.untouched === 1 ? 'row stays' : 'rows stay'} as ${data.untouched === 1 ? 'it is' : 'they are'} or ${data.untouched === 1 ? 'is' : 'are'} taken care of otherwise`}.
      </Text>
      {data.rows.length > 0 && (
        <Table fz="xs" verticalSpacing={3} opacity={isPlaceholderData ? 0.5 : 1} aria-label={`Preview of the fix of ${rule.id}`}>
          <Table.Thead>
            <Table.Tr>
              {keysOf(data.rows[0]).map(([name]) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
              <Table.Th>{data.action === 'set' ? 'Before → after' : 'Left out'}</Table.Th>
              <Table.Th ta="right">Line</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.rows.map((row) => (
              <PreviewRow key={row.id} row={row} action={data.action} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {data.total > PAGE && <Pagination size="xs" total={Math.ceil(data.total / PAGE)} value={page} onChange={setPage} getItemProps={(item) => ({ 'aria-label': `Preview page ${item}` })} getControlProps={(control) => ({ 'aria-label': `${control} preview page` })} />}
    </Stack>
  );
}

/** What names a row, without the column that the fix changes, which is shown before and after. */
const keysOf = (row: FixedRow | undefined) => Object.entries(row?.key ?? {}).filter(([name]) => name !== row?.column);

function PreviewRow({ row, action }: { readonly row: FixedRow; readonly action: FixPreview['action'] }) {
  return (
    <Table.Tr>
      {keysOf(row).map(([name, value]) => (
        <Table.Td key={name} className={classes[name === 'title' ? 'text' : 'mono']}>
          {value === null ? <None /> : formatCell(value)}
        </Table.Td>
      ))}
      <Table.Td className={classes['text']}>{action === 'set' ? <Change before={formatCell(row.before)} after={row.after === null ? null : formatCell(row.after)} /> : <LeftOut before={row.before === null ? null : formatCell(row.before)} />}</Table.Td>
      <Table.Td className={classes['mono']} ta="right" title={row.file ?? ''}>
        {row.line ?? ''}
      </Table.Td>
    </Table.Tr>
  );
}

function Change({ before, after }: { readonly before: string; readonly after: string | null }) {
  const { start, removed, added, end } = difference(before, after ?? '');
  return (
    <span>
      {start}
      {removed !== '' && <del className={classes['removed']} data-blank={removed.trim() === '' || undefined}>{visibleBlanks(removed)}</del>}
      {end}
      <IconArrowRight size={12} aria-hidden style={{ margin: '0 4px', verticalAlign: '-2px' }} />
      {after === null ? (
        <None />
      ) : (
        <>
          {start}
          {added !== '' && <ins className={classes['added']}>{visibleBlanks(added)}</ins>}
          {end}
        </>
      )}
    </span>
  );
}

function LeftOut({ before }: { readonly before: string | null }) {
  return before === null ? <None /> : <del className={classes['removed']}>{before}</del>;
}
