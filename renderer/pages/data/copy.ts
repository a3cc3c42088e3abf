import { notifications } from '@mantine/notifications';
import type { GridApi } from 'ag-grid-community';
import type { Cell, TableInfo } from '../../../shared/contract/common.ts';
import { formatUnits } from '../../components/format.ts';
import { copyText } from '../../host/clipboard.ts';
import { toTabs } from './view.ts';

async function copyAndSay(text: string, what: string): Promise<void> {
  const done = await copyText(text);
  notifications.show(done ? { message: `Copied ${what}`, autoClose: 2000 } : { message: 'The clipboard cannot be written', color: 'red' });
}

/** Copies the selected rows, without the hidden columns. */
export function copyRows(api: GridApi<readonly Cell[]>, { columns }: TableInfo, hidden: readonly string[], headers: boolean): Promise<void> {
  const nodes = api.getSelectedNodes().toSorted((a, b) => (a.rowIndex ?? 0) - (b.rowIndex ?? 0));
  const shown = columns.map(({ name }, index) => ({ name, index })).filter(({ name }) => !hidden.includes(name));
  const rows = nodes.map(({ data }) => shown.map(({ index }) => data?.[index]));
  return copyAndSay(toTabs(rows, headers ? shown.map(({ name }) => name) : undefined), `${formatUnits(nodes.length, 'row')}${headers ? ' with headers' : ''}`);
}

export const copyCell = (value: unknown): Promise<void> => copyAndSay(toTabs([[value]]), 'the cell');
