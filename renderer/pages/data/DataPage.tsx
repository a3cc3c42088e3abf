import { Button, Group, Text } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatUnits } from '../../components/format.ts';
import { Page } from '../../components/Page.tsx';
import { useEngine } from '../../host/engine.ts';
import { useOpenWorkspace } from '../../host/workspace.ts';
import { runCommand } from '../../stores/commands.ts';
import { navigate, useRoute } from '../../stores/route.ts';
import classes from './Data.module.css';
import { TableList } from './TableList.tsx';
import { TableView } from './TableView.tsx';
import { tableOf } from './view.ts';

const nothing = (
  <Empty
    icon={<IconTable size={32} stroke={1.4} />}
    title="No tables yet"
    actions={
      <Group gap="xs">
        <Button onClick={() => navigate('import')}>Import files</Button>
        <Button variant="default" onClick={() => runCommand('workspace.openSample')}>
          Open the built-in sample
        </Button>
      </Group>
    }
  >
    Imported files, the core tables and everything built from them are shown here, to the last row.
  </Empty>
);

/** Every table of the workspace, in a grid that reaches the last row. */
export default function DataPage() {
  const route = useRoute();
  const workspace = useOpenWorkspace();
  const tables = useEngine('tables.list', {}, { enabled: workspace === 'open' });
  if (workspace === 'none' || tables.data?.length === 0) return <Page title="Data">{nothing}</Page>;
  const total = tables.data?.length;
  return (
    <Page title="Data" about={total === undefined ? '\u00a0' : formatUnits(total, 'table')} fill>
      <Answer of={tables}>
        {(list) => {
          const table = tableOf(route, list);
          return (
            <div className={classes['columns']}>
              <TableList tables={list} current={table} />
              {table === undefined ? (
                <div className={classes['view']}>
                  <ErrorPanel error={{ code: 'not-found', message: `There is no table ${route.rest.join('.')}.`, hint: 'Choose one from the list.' }} />
                </div>
              ) : (
                <TableView key={`${table.schema}.${table.name}`} table={table} version={tables.dataUpdatedAt} />
              )}
            </div>
          );
        }}
      </Answer>
      {total === undefined && <Text className="rb-number">{'\u00a0'}</Text>}
    </Page>
  );
}
