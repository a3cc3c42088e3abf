import { Table, Text } from '@mantine/core';
import { formatDecimal } from '../../../components/format.ts';
import { columnsOf, type PairFigure, strongestFirst } from './profiles.ts';
import classes from './columns.module.css';

export interface PairsProps {
  readonly title: string;
  readonly pairs: readonly PairFigure[];
}

/** Blue for alike, amber for opposite, paler for weaker: never so strong that the number on it is hard to read. */
const shade = (value: number): string => `color-mix(in srgb, var(${value < 0 ? '--rb-series-2' : '--rb-series-1'}) ${Math.round(Math.abs(value) * 42)}%, transparent)`;

/** What rounds to 0 has no sign. */
const unsigned = (value: number): number => (Math.abs(value) < 0.005 ? 0 : value);

/** A figure for each two columns as a heat map; it is a table, each cell with its number. */
export function PairMatrix({ title, pairs }: PairsProps) {
  const names = columnsOf(pairs);
  const found = new Map(pairs.flatMap((pair) => [[JSON.stringify([pair.a, pair.b]), pair] as const, [JSON.stringify([pair.b, pair.a]), pair] as const]));
  return (
    <Table.ScrollContainer minWidth={0} maxHeight={560} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': title } }}>
      <table className={classes['matrix']} aria-label={title}>
        <thead>
          <tr>
            <td aria-label="Columns" />
            {names.map((name) => (
              <th key={name} scope="col" title={name}>
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((row, at) => (
            <tr key={row}>
              <th scope="row" title={row}>
                {row}
              </th>
              {names.map((column, place) => {
                const pair = found.get(JSON.stringify([row, column]));
                if (place === at) return <td key={column} className={classes['self']} aria-label="itself" />;
                return pair === undefined ? (
                  <td key={column}>–</td>
                ) : (
                  <td key={column} style={{ background: shade(pair.value) }} title={`${row} and ${column}: ${formatDecimal(pair.value, 4)}, ${pair.about}`}>
                    {formatDecimal(unsigned(pair.value))}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Table.ScrollContainer>
  );
}

/** The same as a list, the strongest first. */
export function PairList({ title, pairs }: PairsProps) {
  return (
    <Table.ScrollContainer minWidth={0} maxHeight={560} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': title } }}>
      <Table stickyHeader verticalSpacing={3} aria-label={title} maw={720}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Columns</Table.Th>
            <Table.Th ta="right">Value</Table.Th>
            <Table.Th>Of</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {strongestFirst(pairs).map(({ a, b, value, about }) => (
            <Table.Tr key={JSON.stringify([a, b])}>
              <Table.Td>
                {a} · {b}
              </Table.Td>
              <Table.Td className="rb-number">{formatDecimal(value, 3)}</Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed">
                  {about}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
