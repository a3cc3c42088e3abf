import { TextInput, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { TableInfo } from '../../../shared/contract/common.ts';
import { formatCompact, formatUnits } from '../../components/format.ts';
import { hashOf } from '../../stores/route.ts';
import classes from './Data.module.css';

const groups: readonly TableInfo['group'][] = ['as imported', 'catalogue', 'behaviour', 'features', 'results', 'records'];
const titles: Record<TableInfo['group'], string> = { 'as imported': 'As imported', catalogue: 'Catalogue', behaviour: 'Behaviour', features: 'Features', results: 'Results', records: 'Records' };

/** The tables by what they hold, each with its rows. */
export function TableList({ tables, current }: { readonly tables: readonly TableInfo[]; readonly current: TableInfo | undefined }) {
  const [text, setText] = useState('');
  const shown = tables.filter(({ name }) => name.includes(text.trim().toLowerCase()));
  return (
    <nav className={classes['list']} aria-label="Tables">
      {tables.length > 12 && <TextInput mb="xs" aria-label="Find a table" placeholder="Find a table" leftSection={<IconSearch size={14} />} value={text} onChange={(event) => setText(event.currentTarget.value)} />}
      {groups.map((group) => {
        const members = shown.filter((table) => table.group === group);
        return members.length === 0 ? null : (
          <section key={group} aria-label={titles[group]}>
            <div className={classes['group']}>{titles[group]}</div>
            {members.map((table) => (
              <a
                key={`${table.schema}.${table.name}`}
                href={hashOf('data', [table.schema, table.name])}
                className={classes['link']}
                aria-current={table === current ? 'true' : undefined}
                title={table.mark === null ? formatUnits(table.rows, 'row') : `Not renewed by the last run: ${table.mark}`}
              >
                <span>
                  {table.name}
                  {table.mark !== null && (
                    <>
                      <IconAlertTriangle size={12} className={classes['marked']} aria-hidden />
                      <VisuallyHidden>, not renewed by the last run</VisuallyHidden>
                    </>
                  )}
                </span>
                <span className={classes['rows']}>{formatCompact(table.rows)}</span>
              </a>
            ))}
          </section>
        );
      })}
    </nav>
  );
}
