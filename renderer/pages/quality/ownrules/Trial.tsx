import { Group, Loader, Paper, Stack, Table, Text } from '@mantine/core';
import type { CheckedDraft } from '../../../../shared/contract/rules.ts';
import { formatCell, formatCount, formatNumber, formatSeconds, formatShare } from '../../../components/format.ts';
import { Status } from '../../../components/Status.tsx';
import classes from '../quality.module.css';
import { failingRowTable, unitWord } from '../rules.ts';

/** What a draft finds in the data as they are: how many fail, and the first of them. */
export function Trial({ checked, busy }: { readonly checked: CheckedDraft | undefined; readonly busy: boolean }) {
  const result = checked?.result ?? null;
  return (
    <Paper p="sm" component="section" aria-label="On the present data">
      <Stack gap="xs">
        <Group justify="space-between" mih={22}>
          <Text size="sm" component="output">
            {result === null ? (checked === undefined || busy ? 'Trying it out…' : 'Not tried out: something is wrong with the rule.') : <Outcome checked={checked} />}
          </Text>
          {busy ? <Loader size="xs" aria-label="Trying it out" /> : checked !== undefined && result !== null && <Text size="xs" c="dimmed">{formatSeconds(checked.seconds)}</Text>}
        </Group>
        {checked !== undefined && checked.rows.length > 0 && <FirstRows checked={checked} />}
      </Stack>
    </Paper>
  );
}

function Outcome({ checked }: { readonly checked: CheckedDraft | undefined }) {
  const result = checked?.result;
  if (!result) return null;
  const { unit, failed, checked: all, figure, threshold, note } = result;
  if (all === 0) return <Status tone="info">{note ?? 'There is nothing to look at: every value is missing.'}</Status>;
  const allowed = threshold > 0 ? `, ${formatCount(threshold)} allowed` : '';
  const words = unit === 'table' ? `${failed === 0 ? 'Passes' : 'Fails'}${figure === null ? '' : `: ${formatNumber(figure)}`}` : failed === 0 ? `None of ${formatCount(all)} ${unitWord(unit, all)} fails` : `${formatCount(failed)} of ${formatCount(all)} ${unitWord(unit, all)} (${formatShare(failed, all)}) ${failed === 1 ? 'fails' : 'fail'}${allowed}`;
  return <Status tone={failed <= threshold ? 'good' : result.severity === 'error' ? 'bad' : 'warn'}>{words}</Status>;
}

function FirstRows({ checked: { rows } }: { readonly checked: CheckedDraft }) {
  const { header, cells } = failingRowTable(rows);
  return (
    <Table.ScrollContainer minWidth={380} maxHeight={260} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'The first failing ones' } }}>
      <Table fz="xs" verticalSpacing={3} stickyHeader aria-label="The first failing ones">
        <Table.Thead>
          <Table.Tr>
            {header.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={`${row.file} ${row.line} ${JSON.stringify(row.key)}`}>
              {cells(row).map((value, at) => (
                <Table.Td key={header[at]} className={classes[header[at] === 'reason' || header[at] === 'value' ? 'text' : 'mono'] ?? ''}>
                  {formatCell(value)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
