import { Checkbox, Paper, ScrollArea, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { Cell } from '../../../../shared/contract/common.ts';
import type { RunReport } from '../../../../shared/contract/runs.ts';
import { formatCount, formatUnits } from '../../../components/format.ts';
import { Section } from '../../../components/Page.tsx';
import { useEngine } from '../../../host/engine.ts';
import { RunLink } from '../plan/StagePanel.tsx';
import classes from './runs.module.css';

interface Part {
  readonly report: RunReport;
}

/** The built tables as the run left them. */
export function RunTables({ report: { tables, run } }: Part) {
  return (
    <Section title="Tables" about={tables.length === 0 ? 'Nothing became visible with this run.' : `${formatUnits(tables.length, 'table')} as this run left them`}>
      {tables.length > 0 && (
        <ScrollArea.Autosize mah={300} viewportProps={{ tabIndex: 0, 'aria-label': 'Tables of the run', role: 'region' }}>
          <Table fz="sm" verticalSpacing={2} stickyHeader aria-label="Tables of the run">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Table</Table.Th>
                <Table.Th>Stage</Table.Th>
                <Table.Th ta="right">Rows</Table.Th>
                <Table.Th>Built by</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {tables.map(({ name, stage, rows, builtBy }) => (
                <Table.Tr key={name}>
                  <Table.Td className="rb-mono">{name}</Table.Td>
                  <Table.Td>{stage}</Table.Td>
                  <Table.Td className="rb-number">{formatCount(rows)}</Table.Td>
                  <Table.Td>{builtBy === run.id ? 'this run' : <RunLink id={builtBy} />}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
    </Section>
  );
}

/** A value as it stands in the file of parameters. */
export const cellText = (value: Cell | undefined): string => (value === undefined || value === null ? 'left out' : typeof value === 'string' ? value : JSON.stringify(value));
const same = (a: Cell | undefined, b: Cell | undefined) => cellText(a) === cellText(b);

/** The parameters that were in force: those that are others now or are not the defaults, or all of them. */
export function RunParameters({ report: { parameters } }: Part) {
  const [all, setAll] = useState(false);
  const now = new Map((useEngine('params.list', {}).data ?? []).map((info) => [info.path, info]));
  const names = Object.keys(parameters).filter((path) => all || !same(parameters[path], now.get(path)?.value) || !same(parameters[path], now.get(path)?.default));
  return (
    <Section title="Parameters" about="Those that differ from today's or from their defaults" actions={<Checkbox label="All" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />}>
      {names.length === 0 ? (
        <Text size="sm" c="dimmed">
          All were at their defaults, as they are now.
        </Text>
      ) : (
        <ScrollArea.Autosize mah={300} viewportProps={{ tabIndex: 0, 'aria-label': 'Parameters of the run', role: 'region' }}>
          <Table fz="sm" verticalSpacing={2} stickyHeader aria-label="Parameters of the run">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Parameter</Table.Th>
                <Table.Th>In this run</Table.Th>
                <Table.Th>Now</Table.Th>
                <Table.Th>Default</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {names.map((path) => {
                const info = now.get(path);
                const moved = !same(parameters[path], info?.value);
                return (
                  <Table.Tr key={path}>
                    <Table.Td className="rb-mono">{path}</Table.Td>
                    <Table.Td fw={moved ? 600 : 400} className={classes['mono'] ?? ''}>
                      {cellText(parameters[path])}
                    </Table.Td>
                    <Table.Td c={moved ? 'var(--mantine-color-text)' : 'dimmed'} className={classes['mono'] ?? ''}>
                      {cellText(info?.value)}
                    </Table.Td>
                    <Table.Td c="dimmed" className={classes['mono'] ?? ''}>
                      {cellText(info?.default)}
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
    </Section>
  );
}

/** The imported files that the run stood on. */
export function RunFiles({ report: { files } }: Part) {
  const list = Object.entries(files).flatMap(([table, of]) => Object.entries(of).map(([file, print]) => ({ table, file, print })));
  return (
    <Section title="Files">
      <Table fz="sm" verticalSpacing={2} aria-label="Files of the run">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>File</Table.Th>
            <Table.Th>Table</Table.Th>
            <Table.Th>Content</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.map(({ table, file, print }) => (
            <Table.Tr key={`${table} ${file}`}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{file}</Table.Td>
              <Table.Td className="rb-mono">{table}</Table.Td>
              <Table.Td className={classes['mono'] ?? ''}>{print}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

/** What the run said of itself. */
export function RunLog({ report: { log } }: Part) {
  return (
    <Section title="Log" about={formatUnits(log.length, 'line')}>
      <Paper bg="var(--rb-surface)">
        <ScrollArea.Autosize mah={260} p="sm" viewportProps={{ tabIndex: 0, 'aria-label': 'Log of the run', role: 'log' }}>
          {log.map(({ at, level, message }, line) => (
            <div key={line} className="rb-mono" style={{ color: level === 'error' ? 'var(--rb-bad)' : level === 'warn' ? 'var(--rb-warn)' : undefined, whiteSpace: 'pre-wrap' }}>
              {at.slice(11, 19)} {level.padEnd(5)} {message}
            </div>
          ))}
        </ScrollArea.Autosize>
      </Paper>
    </Section>
  );
}
