import { Button, Group, Pagination, Select, Stack, Text } from '@mantine/core';
import { IconArchive, IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { BY_HAND } from '../../../../shared/domain/decisions.ts';
import type { EvidenceFilter, Quarantined, QuarantinedRow } from '../../../../shared/contract/decisions.ts';
import type { Sort } from '../../../../shared/contract/common.ts';
import { Answer } from '../../../components/Answer.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { formatCell, formatCount, formatUnits } from '../../../components/format.ts';
import { useEngine } from '../../../host/engine.ts';
import { host } from '../../../host/host.ts';
import { useDecide } from '../decide.tsx';
import { EvidenceFilters } from '../evidence/EvidenceFilters.tsx';
import { RowTable } from '../evidence/RowTable.tsx';
import { useSelection } from '../evidence/selection.ts';
import { None } from '../marks.tsx';

const PAGE = 50;
const columns = ['table', 'rule', 'key', 'value', 'reason', 'file', 'line'] as const;

/** The rows that are left out of the tables as things stand, why and by whom, and how to put them back. */
export function SetAside() {
  const [page, setPage] = useState(1);
  const [sort, setSort] = useState<Sort | null>(null);
  const [filters, setFilters] = useState<readonly EvidenceFilter[]>([]);
  const [group, setGroup] = useState<string | null>(null);
  const [table, rule] = group === null ? [undefined, undefined] : split(group);
  const aside = useEngine('quality.quarantined', { ...(table === undefined ? {} : { table }), ...(rule === undefined ? {} : { rule }), sort: sort === null ? [] : [sort], filters: [...filters], limit: PAGE, offset: (page - 1) * PAGE }, { keep: true });
  const narrow = <T,>(set: (value: T) => void) => (value: T) => {
    set(value);
    setPage(1);
  };
  return (
    <Answer of={aside}>
      {(found) =>
        found.rules.length === 0 ? (
          <Empty icon={<IconArchive size={28} />} title="No row is set aside">
            Rows that a rule’s fix or you leave out of the tables are kept here with the reason, and can be put back. Choose failing rows under Rules to set them aside.
          </Empty>
        ) : (
          <Stack gap="sm">
            <Group gap="sm">
              <Select aria-label="Rule" placeholder={`All ${formatUnits(found.distinct, 'row')}`} w={320} clearable searchable value={group} data={groups(found)} onChange={narrow(setGroup)} />
              <EvidenceFilters columns={columns} filters={filters} onChange={narrow(setFilters)} />
              <Text size="sm" c="dimmed" component="output">
                {formatUnits(found.distinct, 'row')} set aside{found.rules.reduce((sum, each) => sum + each.rows, 0) > found.distinct ? '; one that two rules set aside is listed for each' : ''}
              </Text>
            </Group>
            <Rows found={found} page={page} sort={sort} onSort={narrow(setSort)} group={table !== undefined && rule !== undefined ? { table, rule } : null} faded={aside.isPlaceholderData} filtered={filters.length > 0} />
            {found.total > PAGE && <Pagination size="xs" total={Math.ceil(found.total / PAGE)} value={page} onChange={setPage} getItemProps={(item) => ({ 'aria-label': `Page ${item}` })} getControlProps={(control) => ({ 'aria-label': `${control} page` })} />}
          </Stack>
        )
      }
    </Answer>
  );
}

interface RowsProps {
  readonly found: Quarantined;
  readonly page: number;
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
  readonly group: { readonly table: string; readonly rule: string } | null;
  readonly faded: boolean;
  readonly filtered: boolean;
}

/** Rows of several tables are named together: `ratings r12`. */
const nameOf = ({ table, id }: QuarantinedRow) => `${table} ${id}`;

function Rows({ found, page, sort, onSort, group, faded, filtered }: RowsProps) {
  const selection = useSelection([...new Set(found.rows.map(nameOf))]);
  const { busy, decide } = useDecide();
  const chosen = [...selection.chosen].map(split);
  const tables = [...new Set(chosen.map(([table]) => table))];
  const putBack = async () => {
    // One decision a table: rows are named within theirs.
    for (const table of tables) {
      const done = await decide(({ rows }) => `${formatUnits(rows, 'row')} of ${table} put back`, () => host.call('quality.restore', { table, rows: chosen.filter(([of]) => of === table).map(([, id]) => id) }));
      if (!done) return;
    }
    selection.clear();
  };
  return (
    <Stack gap="xs">
      <Group gap={6}>
        <Button size="compact-xs" variant="default" leftSection={<IconArrowBackUp size={14} aria-hidden />} disabled={chosen.length === 0 || busy} onClick={() => void putBack()}>
          Put back
        </Button>
        {group !== null && !filtered && (
          <Button
            size="compact-xs"
            variant="default"
            disabled={busy}
            onClick={() => void decide(({ rows }) => `${formatUnits(rows, 'row')} of ${group.rule} put back`, () => host.call('quality.restore', group.rule === BY_HAND ? group : { rule: group.rule }))}
          >
            Put all {formatCount(found.total)} back
          </Button>
        )}
        <Text size="xs" c="dimmed" component="output">
          {chosen.length === 0 ? 'What is put back is loaded as it stands in the file, where it can be: a row without a user, film or rating stays out.' : `${formatUnits(chosen.length, 'row')} chosen`}
        </Text>
      </Group>
      <RowTable
        label="Rows set aside"
        columns={columns.map((name) => ({ name, prose: name === 'value' || name === 'reason' || name === 'key', right: name === 'line' }))}
        rows={found.rows.map((row, at) => ({
          key: `${page}:${at}`,
          id: nameOf(row),
          label: `${row.file ?? row.table} line ${row.line ?? 'unknown'}`,
          cells: [row.table, row.rule, Object.entries(row.key).map(([name, value]) => `${name} ${value === null ? '–' : formatCell(value)}`).join(', '), row.value === null ? <None key="value" /> : formatCell(row.value), row.reason, row.file ?? '', row.line ?? ''],
        }))}
        sort={sort}
        onSort={onSort}
        selection={selection}
        faded={faded}
        maxHeight={620}
      />
      {found.total === 0 && (
        <Text size="sm" c="dimmed" ta="center">
          No row that is set aside passes these filters.
        </Text>
      )}
    </Stack>
  );
}

const groups = ({ rules }: Quarantined) =>
  [...Map.groupBy(rules, ({ table }) => table)].map(([table, items]) => ({ group: table, items: items.map(({ rule, rows }) => ({ value: `${table} ${rule}`, label: `${rule} (${formatCount(rows)})` })) }));

/** `ratings by hand` → the table, and what stands behind it. */
function split(name: string): [string, string] {
  const at = name.indexOf(' ');
  return [name.slice(0, at), name.slice(at + 1)];
}
