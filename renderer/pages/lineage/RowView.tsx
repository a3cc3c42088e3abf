import { Anchor, Code, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import type { Cell } from '../../../shared/contract/common.ts';
import type { RowLineage, RowOutcome, SourceRow, SummedRows } from '../../../shared/contract/lineage.ts';
import { formatCell, formatCount, formatDateTime, formatUnits } from '../../components/format.ts';
import { Section } from '../../components/Page.tsx';
import { Status, type Tone } from '../../components/Status.tsx';
import { hashOf } from '../../stores/route.ts';
import classes from './lineage.module.css';
import { RunLink } from './Origins.tsx';
import { hrefOf } from './things.tsx';

const tones: Record<RowOutcome, Tone> = {
  loaded: 'good', 'set aside': 'warn', 'set aside by hand': 'warn', dropped: 'skipped', unusable: 'bad', orphan: 'bad', duplicate: 'skipped', merged: 'info', 'k-core': 'skipped', 'not built': 'waiting',
};
const words: Record<RowOutcome, string> = {
  loaded: 'In the table', 'set aside': 'Set aside', 'set aside by hand': 'Set aside by hand', dropped: 'Left out by a rule', unusable: 'Cannot be used', orphan: 'Leads nowhere', duplicate: 'Another one stays', merged: 'Became one with another', 'k-core': 'Too few ratings', 'not built': 'Not in what is built',
};

/** A row from the table back to its lines, or an imported row on to what became of it. */
export function RowView({ lineage }: { readonly lineage: RowLineage }) {
  const { table, row, build, sources, computed, total } = lineage;
  return (
    <Stack gap="md">
      <Paper p="md" component="section" aria-label="The row">
        <Text size="sm" mb="sm">
          {lineage.about}
        </Text>
        <Group gap="lg">
          <Text size="sm">
            Table <Anchor href={hrefOf({ kind: 'table', name: table.replace(/_text$/, '') })}>{table}</Anchor>
          </Text>
          {build !== null && (
            <Text size="sm" component="div">
              Built by run <RunLink id={build.run} /> on {formatDateTime(build.at)}
            </Text>
          )}
        </Group>
        {row !== null && !table.startsWith('raw.') && <Cells title="The row as it stands" cells={row} />}
      </Paper>
      {sources.map((source) => (
        <Source key={`${source.table} ${source.id}`} source={source} />
      ))}
      {sources.length < total && (
        <Text size="sm" c="dimmed">
          The first {formatCount(sources.length)} of {formatUnits(total, 'imported row')}.
        </Text>
      )}
      {computed.map((part) => (
        <Summed key={part.table} part={part} />
      ))}
    </Stack>
  );
}

const placeOf = ({ file, line, place, id }: SourceRow): string => (file === null ? `Row ${id}` : line === null ? `${file}, row ${formatCount(place)}` : `${file}, line ${formatCount(line)}`);

/** One imported row: what it was, what was done to it, and what became of it. */
function Source({ source }: { readonly source: SourceRow }) {
  const { file, fixes, setAside, decisions, instead } = source;
  return (
    <Paper p="md" component="section" aria-label={placeOf(source)}>
      <Group justify="space-between" mb={4}>
        <Title order={2}>{file === null ? placeOf(source) : <Anchor href={hrefOf({ kind: 'file', name: file })} inherit>{placeOf(source)}</Anchor>}</Title>
        <Status tone={tones[source.outcome]}>{words[source.outcome]}</Status>
      </Group>
      <Text size="sm" mb="sm">
        {source.why}{' '}
        {instead !== null && (
          <Anchor href={hashOf('lineage', ['row', source.table], { id: instead.id })} size="sm">
            Follow the one that stays
          </Anchor>
        )}
      </Text>
      <Cells title="The cells as imported" cells={source.cells} changed={new Map(fixes.flatMap(({ column, after, action }) => (column === null || action === 'drop' ? [] : [[column, after] as const])))} />
      {fixes.length + setAside.length > 0 && (
        <Table aria-label="What rules did to it" mt="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Rule</Table.Th>
              <Table.Th>Column</Table.Th>
              <Table.Th>Before</Table.Th>
              <Table.Th>After</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fixes.map((fix) => (
              <Table.Tr key={`${fix.rule} ${fix.column ?? ''}`}>
                <Table.Td>
                  <RuleLink id={fix.rule} />
                </Table.Td>
                <Table.Td>{fix.column ?? 'the row'}</Table.Td>
                <Table.Td className={classes['long'] ?? ''}>{fix.action === 'drop' ? '' : <Code>{fix.before ?? 'empty'}</Code>}</Table.Td>
                <Table.Td className={classes['long'] ?? ''}>{fix.action === 'drop' ? 'left out' : <Code>{fix.after ?? 'empty'}</Code>}</Table.Td>
              </Table.Tr>
            ))}
            {setAside.map((aside) => (
              <Table.Tr key={`${aside.rule} aside`}>
                <Table.Td>
                  <RuleLink id={aside.rule} />
                </Table.Td>
                <Table.Td>{aside.column ?? 'the row'}</Table.Td>
                <Table.Td className={classes['long'] ?? ''}>{aside.value !== null && <Code>{aside.value}</Code>}</Table.Td>
                <Table.Td className={classes['long'] ?? ''}>set aside: {aside.reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {decisions.map((decision) => (
        <Text key={decision.id} size="sm" mt="xs">
          Decided by hand on {formatDateTime(decision.madeAt)}:{' '}
          <Anchor href={hashOf('quality', ['decisions'])} size="sm">
            {decision.title}
          </Anchor>
          {decision.reason === null ? '' : `, because: ${decision.reason}`}
        </Text>
      ))}
    </Paper>
  );
}

function RuleLink({ id }: { readonly id: string }) {
  return id === 'by hand' ? (
    <Text size="sm">by hand</Text>
  ) : (
    <Anchor href={hashOf('quality', ['rules', id])} size="sm" className="rb-mono">
      {id}
    </Anchor>
  );
}

/** Cells side by side, those that a fix set with both values. */
function Cells({ title, cells, changed }: { readonly title: string; readonly cells: Readonly<Record<string, Cell>>; readonly changed?: ReadonlyMap<string, string | null> }) {
  const names = Object.keys(cells).filter((name) => cells[name] !== null || changed?.has(name));
  return (
    <Table.ScrollContainer minWidth={0} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': title } }}>
      <Table aria-label={title} mt="xs">
        <Table.Thead>
          <Table.Tr>
            {names.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            {names.map((name) => (
              <Table.Td key={name} style={{ maxWidth: 320 }} className={classes['long'] ?? ''}>
                {changed?.has(name) ? (
                  <>
                    <s>{formatCell(cells[name])}</s> <b>{changed.get(name) ?? 'empty'}</b>
                  </>
                ) : (
                  short(formatCell(cells[name]))
                )}
              </Table.Td>
            ))}
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const short = (text: string): string => (text.length > 160 ? `${text.slice(0, 159)}…` : text);

/** Rows of another table that this one sums up, and where the imported ones among them stand. */
function Summed({ part }: { readonly part: SummedRows }) {
  const filters = JSON.stringify(part.filters);
  return (
    <Section
      title={`Sums up ${formatUnits(part.rows, 'row')} of ${part.table}`}
      about={part.filters.map(({ column, value }) => `${column} is ${value ?? ''}`).join(' and ')}
      actions={
        part.rows > 0 && (
          <Anchor href={hashOf('data', ['main', part.table], { filters })} size="sm">
            Look at them
          </Anchor>
        )
      }
    >
      {part.files.length > 0 && (
        <Table aria-label={`Lines behind the rows of ${part.table}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>File</Table.Th>
              <Table.Th ta="right">Imported rows that name it</Table.Th>
              <Table.Th ta="right">First line</Table.Th>
              <Table.Th ta="right">Last line</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {part.files.map((file) => (
              <Table.Tr key={file.file}>
                <Table.Td>
                  <Anchor href={hrefOf({ kind: 'file', name: file.file })} size="sm">
                    {file.file}
                  </Anchor>
                </Table.Td>
                <Table.Td className="rb-number">{formatCount(file.rows)}</Table.Td>
                <Table.Td className="rb-number">{file.firstLine === null ? '' : formatCount(file.firstLine)}</Table.Td>
                <Table.Td className="rb-number">{file.lastLine === null ? '' : formatCount(file.lastLine)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}
