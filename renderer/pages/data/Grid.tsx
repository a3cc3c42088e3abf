import {
  type CellKeyDownEvent,
  CellApiModule,
  CellStyleModule,
  type ColDef,
  ColumnApiModule,
  ColumnAutoSizeModule,
  EventApiModule,
  type GridApi,
  type IDatasource,
  InfiniteRowModelModule,
  ModuleRegistry,
  RowSelectionModule,
  RowApiModule,
  ScrollApiModule,
  type SortModelItem,
} from 'ag-grid-community';
import { AgGridReact, type CustomInnerHeaderProps } from 'ag-grid-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Cell, Filter, Sort, TableInfo } from '../../../shared/contract/common.ts';
import type { ReelbenchError } from '../../../shared/domain/error.ts';
import { formatCell, formatCount, isNumeric } from '../../components/format.ts';
import { asReelbenchError } from '../../host/engine.ts';
import { host } from '../../host/host.ts';
import { styleNonce } from '../../host/nonce.ts';
import classes from './Data.module.css';
import { PART, partOf } from './parts.ts';
import { copyCell, copyRows } from './copy.ts';
import { gridTheme } from './gridTheme.ts';


ModuleRegistry.registerModules([InfiniteRowModelModule, RowSelectionModule, RowApiModule, ScrollApiModule, CellApiModule, CellStyleModule, ColumnApiModule, ColumnAutoSizeModule, EventApiModule]);

type Row = readonly Cell[];

export interface GridProps {
  readonly table: TableInfo;
  readonly filters: Filter[];
  readonly hidden: readonly string[];
  /** Moves when the rows may have changed. */
  readonly version: number;
  /** The row to bring to the top; the grid holds the part of the table that it lies in. */
  readonly goTo: { readonly row: number };
  readonly onReady: (api: GridApi<Row>) => void;
  readonly onSort: (sort: Sort[]) => void;
  readonly onTotal: (rows: number) => void;
  readonly onError: (error: ReelbenchError) => void;
  readonly onSelected: (rows: number) => void;
}

function Header({ displayName, type }: CustomInnerHeaderProps & { readonly type: string }) {
  return (
    <span className={classes['header']}>
      <span>{displayName}</span>
      <span className={classes['type']}>{type}</span>
    </span>
  );
}

/** Columns go by their place (`c0`, `c1`, …), since a table may have any names. */
const sortOf = (table: TableInfo, model: readonly SortModelItem[]): Sort[] =>
  model.flatMap(({ colId, sort }) => {
    const column = table.columns[Number(colId.slice(1))];
    return column === undefined ? [] : [{ column: column.name, descending: sort === 'desc' }];
  });

/** The most decimals among a column's first values, at most four. */
const decimalsOf = (rows: readonly Row[], index: number): number =>
  rows.reduce((most, row) => Math.max(most, typeof row[index] === 'number' ? Math.min(4, String(row[index]).split('.')[1]?.length ?? 0) : 0), 0);

const sortModel = (api: GridApi): SortModelItem[] =>
  api
    .getColumnState()
    .toSorted((a, b) => (a.sortIndex ?? 0) - (b.sortIndex ?? 0))
    .flatMap(({ colId, sort }) => (sort === 'asc' || sort === 'desc' ? [{ colId, sort }] : []));

/** The rows of a table, asked for in pieces as they come into view; sorted and filtered by the database. */
export default function Grid({ table, filters, hidden, version, goTo, onReady, onSort, onTotal, onError, onSelected }: GridProps) {
  const { schema, name, columns, rows } = table;

  /** Decimals that each column's figures are shown with, so that they line up; known from the first rows. */
  const [decimals] = useState(() => new Map<number, number>());
  const grid = useRef<GridApi<Row>>(null);
  /** Where to scroll to once the first rows of another part are there. */
  const arriving = useRef<number>(null);
  const offset = partOf(goTo.row) * PART;
  const source = useMemo<IDatasource & { readonly version: number }>(() => {
    const abort = new AbortController();
    return {
      version,
      getRows(params) {
        const { startRow, endRow, sortModel } = params;
        const ask = host.call('tables.rows', { schema, table: name, filters, sort: sortOf(table, sortModel), limit: endRow - startRow, offset: offset + startRow }, abort.signal);
        ask.then(
          (page) => {
            if (decimals.size === 0) columns.forEach((_, index) => decimals.set(index, decimalsOf(page.rows, index)));
            onTotal(page.total);
            params.successCallback(page.rows, Math.min(PART, page.total - offset));
            if (arriving.current !== null) grid.current?.ensureIndexVisible(Math.min(arriving.current, page.total - offset - 1), 'top');
            arriving.current = null;
          },
          (thrown: unknown) => {
            params.failCallback();
            if (!abort.signal.aborted) onError(asReelbenchError(thrown));
          },
        );
      },
      destroy: () => abort.abort(),
    };
  }, [schema, name, table, columns, decimals, filters, version, offset, onTotal, onError]);

  const definitions = useMemo<ColDef<Row>[]>(
    () => [
      { colId: 'row', headerName: '', pinned: 'left', width: 24 + formatCount(rows).length * 7, sortable: false, resizable: false, suppressMovable: true, cellClass: 'rb-row-number', valueGetter: ({ node }) => (node?.rowIndex === null || node === null ? null : offset + node.rowIndex + 1), valueFormatter: ({ value }) => (typeof value === 'number' ? formatCount(value) : '') },
      ...columns.map((column, index): ColDef<Row> => ({
        colId: `c${index}`,
        headerName: column.name,
        hide: hidden.includes(column.name),
        headerComponentParams: { innerHeaderComponent: Header, innerHeaderComponentParams: { type: column.type } },
        valueGetter: ({ data }) => data?.[index],
        valueFormatter: ({ value, data }) => (data === undefined ? '' : value === null ? 'null' : formatCell(value, column.type, decimals.get(index))),
        cellClass: ({ value }) => [isNumeric(column.type) ? 'rb-cell-number' : '', value === null ? 'rb-cell-null' : ''].filter((name) => name !== ''),
        headerClass: isNumeric(column.type) ? 'ag-right-aligned-header' : '',
        width: isNumeric(column.type) ? 120 : Math.min(340, Math.max(130, 60 + column.name.length * 8, /VARCHAR/.test(column.type) ? 220 : 150)),
      })),
    ],
    [columns, rows, hidden, decimals, offset],
  );

  const part = useRef(0);
  useEffect(() => {
    const index = goTo.row % PART;
    if (part.current === partOf(goTo.row)) grid.current?.ensureIndexVisible(index, 'top');
    else arriving.current = index;
    part.current = partOf(goTo.row);
  }, [goTo]);
  useEffect(() => () => onSelected(0), [onSelected]);

  const keyDown = ({ event, value, api }: CellKeyDownEvent<Row>) => {
    if (!(event instanceof KeyboardEvent) || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'c') return;
    event.preventDefault();
    const rows = event.shiftKey || api.getSelectedNodes().length > 1;
    void (rows ? copyRows(api, table, hidden, event.shiftKey) : copyCell(value));
  };

  return (
    <AgGridReact<Row>
      theme={gridTheme}
      styleNonce={styleNonce()}
      rowModelType="infinite"
      datasource={source}
      columnDefs={definitions}
      defaultColDef={{ sortable: true, resizable: true, minWidth: 60 }}
      cacheBlockSize={200}
      maxBlocksInCache={50}
      blockLoadDebounceMillis={60}
      maxConcurrentDatasourceRequests={2}
      infiniteInitialRowCount={Math.min(PART, rows)}
      rowHeight={26}
      headerHeight={42}
      rowSelection={{ mode: 'multiRow', checkboxes: false, headerCheckbox: false, enableClickSelection: true }}
      maintainColumnOrder
      animateRows={false}
      suppressMultiSort={false}
      onGridReady={({ api }) => {
        grid.current = api;
        onReady(api);
      }}
      onSortChanged={({ api }) => onSort(sortOf(table, sortModel(api)))}
      onSelectionChanged={({ api }) => onSelected(api.getSelectedNodes().length)}
      onCellKeyDown={(event) => { if ('column' in event) keyDown(event); }}
    />
  );
}
