import { Alert, Group, Paper, Select, Stack, Switch, Table, TagsInput, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { FilePreview, ImportOverrides, SourceKind } from '../../../shared/contract/sources.ts';
import { nullTokens } from '../../../shared/domain/null-tokens.ts';
import { formatBytes, formatCell, formatUnits, isNumeric } from '../../components/format.ts';
import { Section } from '../../components/Page.tsx';
import { useImportDraft } from '../../stores/import.ts';
import classes from './Import.module.css';
import { missingFields } from './fields.ts';
import { RejectsTable } from './RejectedLines.tsx';

const kinds: readonly { readonly value: SourceKind; readonly label: string }[] = [
  { value: 'ratings', label: 'Ratings' },
  { value: 'movies', label: 'Films' },
  { value: 'tags', label: 'Tags' },
  { value: 'links', label: 'Links' },
  { value: 'genome_scores', label: 'Genome scores' },
  { value: 'genome_tags', label: 'Genome tags' },
  { value: 'users', label: 'Users' },
  { value: 'genres', label: 'Genres' },
  { value: 'persons', label: 'Cast and crew' },
  { value: 'keywords', label: 'Keywords' },
  { value: 'table', label: 'A table of its own' },
];
const formats: readonly { readonly value: FilePreview['format']; readonly label: string }[] = [
  { value: 'csv', label: 'CSV' },
  { value: 'tsv', label: 'TSV' },
  { value: 'dat', label: 'MovieLens .dat' },
  { value: 'parquet', label: 'Parquet' },
  { value: 'ndjson', label: 'NDJSON' },
  { value: 'json', label: 'JSON array' },
  { value: 'xlsx', label: 'Excel sheet' },
];
const encodings: readonly { readonly value: FilePreview['encoding']; readonly label: string }[] = [
  { value: 'utf-8', label: 'UTF-8' },
  { value: 'latin-1', label: 'Latin-1' },
  { value: 'utf-16', label: 'UTF-16' },
];
const delimiters: readonly { readonly value: string; readonly label: string }[] = [
  { value: ',', label: 'Comma' },
  { value: ';', label: 'Semicolon' },
  { value: '\t', label: 'Tab' },
  { value: '|', label: 'Bar |' },
  { value: '::', label: 'Double colon ::' },
];
const types = ['VARCHAR', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'DATE', 'TIMESTAMP', 'MINUTES', 'COUNT', 'MONEY', 'LIST'];

type Overrides = ImportOverrides & { skip?: boolean | undefined };

/** Changes how one file is read; the preview follows. */
function override(key: string, change: Overrides): void {
  useImportDraft.setState(({ perFile }) => ({ perFile: { ...perFile, [key]: { ...perFile[key], ...change } } }));
}

/** Where the rows of a file go, in words. */
function goesTo({ table, unfolds, numbered }: FilePreview): string {
  const others = unfolds.filter((other) => other.table !== table).map((other) => `${other.table} (from ${other.columns.join(', ')})`);
  return `goes to ${['the table', 'the tables'][others.length > 0 ? 1 : 0] ?? ''} ${[table, ...others].join(' and ')}${numbered ? ' · its films have no ids and are numbered' : ''}`;
}

/** One file: what it is taken for, how it is read, which column fills which field, and its first rows. */
export function FilePanel({ file }: { readonly file: FilePreview }) {
  const own: Overrides = useImportDraft((state) => state.perFile[file.key]) ?? {};
  const missing = missingFields(file);
  const text = file.format === 'csv' || file.format === 'tsv' || file.format === 'dat';
  const problems = [...file.problems, ...(missing.length === 0 ? [] : [`No column fills ${missing.join(', ')}. Choose one below, or take the file for something else.`])];
  return (
    <div className={classes['panel']}>
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <div>
          <Title order={2}>{file.path}</Title>
          <Text size="sm" c="dimmed">
            {[file.release, formatBytes(file.bytes), goesTo(file)].filter((part) => part !== null).join(' · ')}
          </Text>
        </div>
        <Switch label="Import this file" checked={own.skip !== true} onChange={(event) => override(file.key, { skip: !event.currentTarget.checked })} />
      </Group>
      {problems.length > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />} mb="md">
          {problems.map((problem) => (
            <Text key={problem}>{problem}</Text>
          ))}
        </Alert>
      )}
      <Paper p="md" mb="lg">
        <Stack gap="md">
          <div className={classes['options']}>
            <Select label="Taken for" data={[...kinds]} value={file.kind} onChange={(value) => { const kind = kinds.find((entry) => entry.value === value)?.value; if (kind !== undefined) override(file.key, { as: kind, map: {} }); }} />
            <Select label="Format" data={[...formats]} value={file.format} onChange={(value) => { const format = formats.find((entry) => entry.value === value)?.value; if (format !== undefined) override(file.key, { format }); }} />
            {text && (
              <>
                <Select label="Encoding" data={[...encodings]} value={file.encoding} onChange={(value) => { const encoding = encodings.find((entry) => entry.value === value)?.value; if (encoding !== undefined) override(file.key, { encoding }); }} />
                <Select
                  label="Between columns"
                  data={[...delimiters, ...(file.delimiter === null || delimiters.some(({ value }) => value === file.delimiter) ? [] : [{ value: file.delimiter, label: file.delimiter }])]}
                  value={file.delimiter}
                  onChange={(value) => { if (value !== null) override(file.key, { delimiter: value }); }}
                />
                <Switch label="First line names the columns" checked={file.header} onChange={(event) => override(file.key, { header: event.currentTarget.checked })} style={{ alignSelf: 'end', paddingBottom: 6 }} />
              </>
            )}
          </div>
          <TagsInput label="Texts that mean no value" description="Besides the empty cell" value={[...(own.nullTokens ?? nullTokens)]} onChange={(tokens) => override(file.key, { nullTokens: tokens })} />
        </Stack>
      </Paper>
      {file.kind === 'table' ? <Types file={file} own={own} /> : <Mapping file={file} own={own} />}
      <Sample file={file} />
      {file.odd.length > 0 && (
        <Section title="Cells that cannot be read" about="Their rows are taken in with the other cells; the quality rules report them with their line.">
          <RejectsTable rows={file.odd} label="Cells that cannot be read" />
        </Section>
      )}
      {file.rejects.length > 0 && (
        <Section title="Rejected in the preview" about={`${formatUnits(file.rejects.length, 'line')} of the part that was read cannot be taken in. They are kept with their reason.`}>
          <RejectsTable rows={file.rejects} />
        </Section>
      )}
    </div>
  );
}

/** Which column of the file fills which field. */
function Mapping({ file, own }: { readonly file: FilePreview; readonly own: Overrides }) {
  const set = (field: string, column: string | null) => {
    const { [field]: _before, ...others } = own.map ?? {};
    override(file.key, { map: column === null ? others : { ...others, [field]: column } });
  };
  return (
    <Section title="Fields" about="Which column of the file fills which field">
      <div className={classes['fields']}>
        {file.fields.map(({ name, type, required }) => {
          const column = file.columns.find(({ field }) => field === name)?.name ?? null;
          return (
            <Select
              key={name}
              label={name}
              description={required ? type : `${type}, may be left out`}
              required={required}
              placeholder="no column"
              searchable
              clearable={own.map?.[name] !== undefined}
              data={file.columns.map((entry) => entry.name)}
              value={column}
              error={required && column === null ? 'Choose a column' : undefined}
              onChange={(value) => set(name, value)}
            />
          );
        })}
      </div>
    </Section>
  );
}

/** The types that the columns of a free table get. */
function Types({ file, own }: { readonly file: FilePreview; readonly own: Overrides }) {
  return (
    <Section title="Types" about="As found in the file; change what was taken for something else">
      <div className={classes['fields']}>
        {file.columns.map(({ name, type }) => (
          <Select
            key={name}
            label={name}
            data={types.includes(type) ? types : [type, ...types]}
            value={own.types?.[name] ?? type}
            onChange={(value) => { if (value !== null) override(file.key, { types: { ...own.types, [name]: value } }); }}
          />
        ))}
      </div>
    </Section>
  );
}

function Sample({ file }: { readonly file: FilePreview }) {
  return (
    <Section title="First rows">
      <Paper>
        <Table.ScrollContainer minWidth={0} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': `First rows of ${file.path}` } }}>
          <Table className={classes['sample'] ?? ''} aria-label={`First rows of ${file.path}`}>
            <Table.Thead>
              <Table.Tr>
                {file.columns.map(({ name, type, field }, index) => (
                  <Table.Th key={index} ta={isNumeric(type) ? 'right' : 'left'} className={classes['head'] ?? ''}>
                    {name}
                    <Text size="xs" c="dimmed" fw={400}>
                      {type}
                      {field !== null && field !== name ? ` → ${field}` : ''}
                    </Text>
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {file.sample.slice(0, 12).map((row, line) => (
                <Table.Tr key={line}>
                  {row.map((cell, index) => {
                    const odd = file.odd.find((entry) => entry.row === line && entry.at === index);
                    return (
                      <Table.Td key={index} ta={isNumeric(file.columns[index]?.type ?? '') ? 'right' : 'left'} c={cell === null ? 'dimmed' : ''} data-odd={odd !== undefined || undefined} title={odd?.reason}>
                        {odd !== undefined && <IconAlertTriangle size={13} aria-label="Cannot be read" className={classes['mark'] ?? ''} />}
                        {cell === null ? 'no value' : formatCell(cell, odd === undefined ? file.columns[index]?.type : 'VARCHAR')}
                      </Table.Td>
                    );
                  })}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Paper>
    </Section>
  );
}
