import { notifications } from '@mantine/notifications';
import { formatCell, formatCount, formatUnits } from '../../components/format.ts';
import { asReelbenchError } from '../../host/engine.ts';
import { copyText } from '../../host/clipboard.ts';
import { host } from '../../host/host.ts';
import type { Placed } from './grid/layout.ts';
import type { Range } from './grid/selection.ts';
import { toTabs, type View } from './view.ts';

/** A clipboard is no place for more; an export is. */
const MOST_CELLS = 500_000;
const PAGE = 10_000;

async function copyAndSay(text: string, what: string): Promise<void> {
  const done = await copyText(text);
  notifications.show(done ? { message: `Copied ${what}`, autoClose: 2000 } : { message: 'The clipboard cannot be written', color: 'red' });
}

/** Copies the selected cells in the shown order, between tabs; one cell alone is copied as it is, in full. */
export async function copyRange(view: View, columns: readonly Placed[], { top, bottom, left, right }: Range, headers: boolean): Promise<void> {
  const chosen = columns.filter(({ place }) => place >= left && place <= right);
  const count = bottom - top + 1;
  if (chosen.length === 0 || count < 1) return;
  if (count * chosen.length > MOST_CELLS) {
    notifications.show({ title: 'Too much for the clipboard', message: `${formatUnits(count, 'row')} are selected. Export the table instead: it writes exactly what is shown.`, color: 'orange' });
    return;
  }
  try {
    const rows: unknown[][] = [];
    for (let offset = top; offset <= bottom; offset += PAGE) {
      const page = await host.call('tables.rows', { ...view, offset, limit: Math.min(PAGE, bottom + 1 - offset) });
      rows.push(...page.rows.map((row) => chosen.map(({ index }) => row[index])));
    }
    const [only] = rows;
    if (count === 1 && chosen.length === 1 && !headers) await copyAndSay(typeof only?.[0] === 'number' ? String(only[0]) : formatCell(only?.[0]), 'the cell');
    else await copyAndSay(toTabs(rows, headers ? chosen.map(({ name }) => name) : undefined), `${formatCount(count)} × ${formatCount(chosen.length)} cells${headers ? ' with headers' : ''}`);
  } catch (thrown) {
    const error = asReelbenchError(thrown);
    notifications.show({ title: 'Nothing was copied', message: error.message, color: 'red' });
  }
}

export const copyPlain = (text: string, what: string): Promise<void> => copyAndSay(text, what);
