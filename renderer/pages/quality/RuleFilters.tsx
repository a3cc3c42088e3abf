import type { QualityReport } from '../../../shared/contract/index.ts';
import { Button, CloseButton, Group, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { countByStatus, dimensions, everyRule, type RuleFilter, severities } from './rules.ts';

interface RuleFiltersProps {
  report: QualityReport;
  filter: RuleFilter;
  onFilter: (filter: RuleFilter) => void;
  shown: number;
}

/** Narrows the table of rules. */
export function RuleFilters({ report, filter, onFilter, shown }: RuleFiltersProps) {
  const counts = countByStatus(report);
  const tables = [...new Set(report.rules.map(({ table }) => table))].sort();
  return (
    <Group gap="sm" component="search" aria-label="Filter rules">
      <SegmentedControl
        aria-label="Status"
        value={filter.status}
        onChange={(status) => onFilter({ ...filter, status })}
        data={[
          { value: 'all', label: `All ${report.rules.length}` },
          { value: 'fail', label: `Fail ${counts.fail}` },
          { value: 'warn', label: `Warn ${counts.warn}` },
          { value: 'info', label: `Info ${counts.info}` },
          { value: 'pass', label: `Pass ${counts.pass}` },
        ]}
      />
      <TextInput
        aria-label="Rule or column"
        placeholder="Rule or column"
        w={180}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={filter.text}
        onChange={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
        rightSection={filter.text === '' ? null : <CloseButton size="xs" aria-label="Clear the text" onClick={() => onFilter({ ...filter, text: '' })} />}
      />
      <Select aria-label="Dimension" placeholder="Dimension" w={140} clearable value={filter.dimension} data={[...dimensions]} onChange={(dimension) => onFilter({ ...filter, dimension })} />
      <Select aria-label="Severity" placeholder="Severity" w={110} clearable value={filter.severity} data={[...severities]} onChange={(severity) => onFilter({ ...filter, severity })} />
      {tables.length > 1 && <Select aria-label="Table" placeholder="Table" w={120} clearable value={filter.table} data={tables} onChange={(table) => onFilter({ ...filter, table })} />}
      {shown < report.rules.length && (
        <>
          <Text size="sm" c="dimmed" component="output">
            {shown} of {report.rules.length} shown
          </Text>
          <Button variant="subtle" size="compact-xs" onClick={() => onFilter(everyRule)}>
            Show all
          </Button>
        </>
      )}
    </Group>
  );
}
