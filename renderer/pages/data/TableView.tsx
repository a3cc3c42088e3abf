import { ActionIcon, Button, Group, Menu, NumberInput, Progress, Text, Tooltip } from '@mantine/core';
import { IconChartHistogram, IconCopy, IconCornerDownRight, IconListCheck } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Filter, Sort, TableInfo } from '../../../shared/contract/common.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatCount, formatUnits } from '../../components/format.ts';
import { LineageLink } from '../../components/LineageLink.tsx';
import { Loading } from '../../components/Loading.tsx';
import { host } from '../../host/host.ts';
import { replaceRoute, useRoute } from '../../stores/route.ts';
import { CellDetail, type OpenCell } from './CellDetail.tsx';
import { ColumnsPanel } from './ColumnsPanel.tsx';
import { copyPlain, copyRange } from './copy.ts';
import classes from './Data.module.css';
import { ExportMenu } from './ExportMenu.tsx';
import { FacetPane } from './facets/FacetPane.tsx';
import { hasHistogram } from './facets/facets.ts';
import { FilterBar } from './FilterBar.tsx';
import type { GridHandle } from './grid/Grid.tsx';
import { type FacetSpec, type Layout, placed, rememberedLayout, rememberLayout } from './grid/layout.ts';
import type { Range } from './grid/selection.ts';
import { ProfilePane } from './ProfilePane.tsx';
import { useRows } from './useRows.ts';
import { filtersOf, sortOf, viewParams } from './view.ts';

const Grid = lazy(() => import('./grid/Grid.tsx'));

const same = (a: FacetSpec, b: FacetSpec): boolean => a.column === b.column && a.kind === b.kind;

/** One table: its filters, its rows, its facets and profile, and ways to take them along. `version` moves when its rows may have changed. */
export function TableView({ table, version }: { readonly table: TableInfo; readonly version: number }) {
  const { params } = useRoute();
  const [filtersText, sortText] = [params.get('filters'), params.get('sort')];
  const filters = useMemo(() => filtersOf(filtersText), [filtersText]);
  const sort = useMemo(() => sortOf(sortText), [sortText]);
  const [layout, setLayout] = useState(() => rememberedLayout(table.schema, table.name));
  const [profile, setProfile] = useState(false);
  const [making, setMaking] = useState<string | null>(null);
  const [detail, setDetail] = useState<OpenCell | null>(null);
  const range = useRef<Range>({ top: 0, bottom: 0, left: 0, right: 0 });
  const grid = useRef<GridHandle>(null);
  const { blocks, total, ordering, decimals, error, retry } = useRows(table, filters, sort, version);
  const rows = total ?? table.rows;
  const columns = useMemo(() => placed(table.columns, layout), [table, layout]);
  const view = { schema: table.schema, table: table.name, filters, sort };

  const show = (nextFilters: readonly Filter[], nextSort: readonly Sort[]) => replaceRoute('data', [table.schema, table.name], viewParams(nextFilters, nextSort));
  const arrange = (next: Layout) => {
    setLayout(next);
    rememberLayout(table.schema, table.name, next);
  };
  const openFacet = (facet: FacetSpec) => {
    if (!layout.facets.some((other) => same(other, facet))) arrange({ ...layout, facets: [...layout.facets, facet] });
  };
  const copy = (headers: boolean) => void copyRange(view, columns, range.current, headers);
  const openCell = (row: number, name: string) => {
    const index = table.columns.findIndex((column) => column.name === name);
    const column = table.columns[index];
    if (column === undefined) return;
    const known = blocks.row(row);
    setDetail({ row, column, value: known?.[index], cells: known });
    if (known === undefined) host.call('tables.rows', { ...view, offset: row, limit: 1 }).then((page) => setDetail((now) => (now?.row === row && now.column === column ? { ...now, value: page.rows[0]?.[index] ?? null, cells: page.rows[0] } : now)), () => setDetail(null));
  };
  // Another view is read from its first row.
  const shown = useRef({ filters, sort });
  useEffect(() => {
    if (shown.current.filters === filters && shown.current.sort === sort) return;
    shown.current = { filters, sort };
    grid.current?.toTop();
  }, [filters, sort]);
  const onRange = useCallback((next: Range) => { range.current = next; }, []);
  return (
    <section className={classes['view']} aria-label={`Table ${table.name}`}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
        <FilterBar columns={table.columns} filters={filters} making={making} onMaking={setMaking} onChange={(next) => show(next, sort)} />
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" c="dimmed" className="rb-number" aria-live="polite">
            {total === null ? '' : filters.length === 0 ? formatUnits(total, 'row') : `${formatCount(total)} of ${formatUnits(table.rows, 'row')}`}
          </Text>
          <JumpToRow total={rows} onJump={(row) => grid.current?.goTo(row - 1)} />
          <FacetMenu table={table} onFacet={openFacet} />
          <ColumnsPanel table={table} layout={layout} onChange={arrange} />
          <Tooltip label="Copy the selected cells with headers (Ctrl+Shift+C)">
            <ActionIcon variant="default" size={30} aria-label="Copy with headers" onClick={() => copy(true)}>
              <IconCopy size={16} />
            </ActionIcon>
          </Tooltip>
          <LineageLink kind="table" name={table.schema === 'raw' ? `raw.${table.name.replace(/_text$/, '')}` : table.name} size={30} />
          <ExportMenu view={view} columns={columns.map(({ name }) => name)} />
          <Button variant={profile ? 'light' : 'default'} leftSection={<IconChartHistogram size={15} />} aria-pressed={profile} onClick={() => setProfile(!profile)}>
            Profile
          </Button>
        </Group>
      </Group>
      {ordering !== undefined && <Ordering share={ordering} onStop={() => show(sort.length > 0 ? filters : [], [])} sorted={sort.length > 0} />}
      {error !== null && error.code !== 'cancelled' && <ErrorPanel error={error.toData()} onRetry={retry} actions={filters.length + sort.length > 0 && <Button variant="default" onClick={() => show([], [])}>Show the whole table</Button>} />}
      <div className={classes['split']}>
        {layout.facets.length > 0 && <FacetPane table={table} facets={layout.facets} filters={filters} onFilters={(next) => show(next, sort)} onClose={(facet) => arrange({ ...layout, facets: layout.facets.filter((other) => !same(other, facet)) })} />}
        <div className={classes['grid']}>
          <Suspense fallback={<Loading lines={14} />}>
            {!(error !== null && total === null) && <Grid
              ref={grid}
              table={table}
              rows={rows}
              blocks={blocks}
              layout={layout}
              sort={sort}
              decimals={decimals}
              onLayout={arrange}
              onSort={(next) => show(filters, next)}
              onFacet={openFacet}
              onFilter={setMaking}
              onRange={onRange}
              onCopy={copy}
              onOpen={openCell}
              onCopyName={(name) => void copyPlain(name, 'the name')}
            />}
          </Suspense>
        </div>
        {profile && <ProfilePane table={table} filtered={filters.length > 0} onClose={() => setProfile(false)} />}
      </div>
      <CellDetail table={table} cell={detail} onClose={() => { setDetail(null); grid.current?.focus(); }} />
    </section>
  );
}

/** How far the rows of a sorted or filtered view are put in order; the top of it is shown meanwhile. */
function Ordering({ share, sorted, onStop }: { readonly share: number | null; readonly sorted: boolean; readonly onStop: () => void }) {
  return (
    <Group gap="sm" component="output" aria-label="Putting rows in order">
      <Text size="xs" c="dimmed">
        {sorted ? 'Sorting all rows; the first are there' : 'Finding all rows; the first are there'}
      </Text>
      <Progress w={160} size="sm" value={share === null ? 100 : share * 100} animated={share === null} aria-label="Share of the work" />
      <Button variant="subtle" size="compact-xs" onClick={onStop}>
        {sorted ? 'Stop sorting' : 'Stop'}
      </Button>
    </Group>
  );
}

function FacetMenu({ table, onFacet }: { readonly table: TableInfo; readonly onFacet: (facet: FacetSpec) => void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconListCheck size={15} />}>
          Facet
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflow: 'auto' }}>
        {table.columns.flatMap(({ name, type }) => [
          <Menu.Item key={name} leftSection={<IconListCheck size={14} />} onClick={() => onFacet({ column: name, kind: 'values' })}>
            Values of {name}
          </Menu.Item>,
          ...(hasHistogram(type) ? [<Menu.Item key={`${name} histogram`} leftSection={<IconChartHistogram size={14} />} onClick={() => onFacet({ column: name, kind: 'histogram' })}>Histogram of {name}</Menu.Item>] : []),
        ])}
      </Menu.Dropdown>
    </Menu>
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
