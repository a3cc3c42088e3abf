import { ActionIcon, Button, Checkbox, Group, Menu, NumberInput, Text, Tooltip } from '@mantine/core';
import { IconChartHistogram, IconChevronLeft, IconChevronRight, IconColumns3, IconCopy, IconCornerDownRight } from '@tabler/icons-react';
import type { GridApi } from 'ag-grid-community';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import type { Cell, Filter, Sort, TableInfo } from '../../../shared/contract/common.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatCount, formatUnits } from '../../components/format.ts';
import { Loading } from '../../components/Loading.tsx';
import type { ReelbenchError } from '../../../shared/domain/error.ts';
import { replaceRoute, useRoute } from '../../stores/route.ts';
import classes from './Data.module.css';
import { copyRows } from './copy.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { FilterBar } from './FilterBar.tsx';
import { PART, partOf } from './parts.ts';
import { ProfilePane } from './ProfilePane.tsx';
import { filtersOf, filtersParam } from './view.ts';

const Grid = lazy(() => import('./Grid.tsx'));

/** One table: its filters, its rows, its profile, and ways to take them along. `version` moves when its rows may have changed. */
export function TableView({ table, version }: { readonly table: TableInfo; readonly version: number }) {
  const route = useRoute();
  const filters = useMemo(() => filtersOf(route), [route]);
  const [sort, setSort] = useState<Sort[]>([]);
  const [total, setTotal] = useState<number | null>(null);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [error, setError] = useState<ReelbenchError | null>(null);
  const [profile, setProfile] = useState(false);
  const [selected, setSelected] = useState(0);
  const [api, setApi] = useState<GridApi<readonly Cell[]> | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [goTo, setGoTo] = useState({ row: 0 });
  const setFilters = (next: readonly Filter[]) => {
    setTotal(null);
    setError(null);
    setGoTo({ row: 0 });
    replaceRoute('data', [table.schema, table.name], filtersParam(next));
  };
  const sorted = useCallback((next: Sort[]) => { setSort(next); setGoTo({ row: 0 }); }, []);
  const failed = useCallback((thrown: ReelbenchError) => setError(thrown), []);
  const view = { schema: table.schema, table: table.name, filters, sort };
  return (
    <section className={classes['view']} aria-label={`Table ${table.name}`}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
        <FilterBar columns={table.columns} filters={filters} onChange={setFilters} />
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" c="dimmed" className="rb-number" aria-live="polite">
            {total === null ? '' : filters.length === 0 ? formatUnits(total, 'row') : `${formatCount(total)} of ${formatUnits(table.rows, 'row')}`}
          </Text>
          <Parts rows={total ?? table.rows} part={partOf(goTo.row)} onChange={(part) => setGoTo({ row: part * PART })} />
          <JumpToRow total={total ?? table.rows} onJump={(row) => { setGoTo({ row: row - 1 }); api?.setFocusedCell((row - 1) % PART, 'c0'); }} />
          <Columns table={table} hidden={hidden} onChange={setHidden} />
          <Tooltip label="Copy the selected rows with headers (Ctrl+Shift+C)">
            <ActionIcon variant="default" size={30} aria-label="Copy with headers" disabled={selected === 0} onClick={() => { if (api !== null) void copyRows(api, table, hidden, true); }}>
              <IconCopy size={16} />
            </ActionIcon>
          </Tooltip>
          <ExportMenu view={view} />
          <Button variant={profile ? 'light' : 'default'} leftSection={<IconChartHistogram size={15} />} aria-pressed={profile} onClick={() => setProfile(!profile)}>
            Profile
          </Button>
        </Group>
      </Group>
      {error !== null && <ErrorPanel error={error.toData()} onRetry={() => { setError(null); setAttempt(attempt + 1); }} />}
      <div className={classes['split']}>
        <div className={classes['grid']}>
          <Suspense fallback={<Loading lines={14} />}>
            <Grid table={table} filters={filters} hidden={hidden} version={version + attempt} goTo={goTo} onReady={setApi} onSort={sorted} onTotal={setTotal} onError={failed} onSelected={setSelected} />
          </Suspense>
        </div>
        {profile && <ProfilePane table={table} filtered={filters.length > 0} onClose={() => setProfile(false)} />}
      </div>
    </section>
  );
}

/** Which part of a long table the grid shows, and the way to its neighbours. */
function Parts({ rows, part, onChange }: { readonly rows: number; readonly part: number; readonly onChange: (part: number) => void }) {
  if (rows <= PART) return null;
  return (
    <Group gap={2} wrap="nowrap" component="nav" aria-label="Part of the table">
      <ActionIcon aria-label="The part before" disabled={part === 0} onClick={() => onChange(part - 1)}>
        <IconChevronLeft size={16} />
      </ActionIcon>
      <Text size="sm" className="rb-number" aria-live="polite">
        {formatCount(part * PART + 1)} – {formatCount(Math.min(rows, (part + 1) * PART))}
      </Text>
      <ActionIcon aria-label="The next part" disabled={(part + 1) * PART >= rows} onClick={() => onChange(part + 1)}>
        <IconChevronRight size={16} />
      </ActionIcon>
    </Group>
  );
}

function JumpToRow({ total, onJump }: { readonly total: number; readonly onJump: (row: number) => void }) {
  const [row, setRow] = useState<number | string>('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typeof row === 'number' && total > 0) onJump(Math.min(Math.max(1, Math.round(row)), total));
      }}
    >
      <NumberInput
        w={130}
        aria-label="Jump to row"
        placeholder="Jump to row"
        hideControls
        thousandSeparator
        allowNegative={false}
        allowDecimal={false}
        value={row}
        onChange={setRow}
        rightSection={
          <ActionIcon type="submit" size="sm" aria-label="Jump">
            <IconCornerDownRight size={14} />
          </ActionIcon>
        }
      />
    </form>
  );
}

function Columns({ table, hidden, onChange }: { readonly table: TableInfo; readonly hidden: readonly string[]; readonly onChange: (hidden: readonly string[]) => void }) {
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconColumns3 size={15} />}>
          {hidden.length === 0 ? 'Columns' : `${table.columns.length - hidden.length} of ${table.columns.length}`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflow: 'auto' }}>
        {table.columns.map(({ name }) => (
          <Menu.Item key={name} role="menuitemcheckbox" aria-checked={!hidden.includes(name)} onClick={() => onChange(hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name])}>
            <Checkbox.Indicator size="xs" checked={!hidden.includes(name)} mr="xs" display="inline-flex" />
            {name}
          </Menu.Item>
        ))}
        {hidden.length > 0 && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => onChange([])}>Show all</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
