import { Checkbox, MultiSelect, SegmentedControl, Select, SimpleGrid, Stack, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RuleProblem } from '../../../../shared/contract/rules.ts';
import { kindFacts, ruleKinds } from '../../../../shared/domain/own-rules.ts';
import { dimensions } from '../rules.ts';
import { type Fields, kindNames, kindOf, type Table } from './draft.ts';
import classes from './ownrules.module.css';

interface RuleFormProps {
  readonly fields: Fields;
  readonly tables: readonly Table[];
  readonly problems: readonly RuleProblem[];
  readonly onChange: (fields: Fields) => void;
  /** Stands below what the rule asks, above how it is called and weighed. */
  readonly children: ReactNode;
}

/** The fields of a rule, those of its kind first. Each shows what the engine says is wrong with it. */
export function RuleForm({ fields, tables, problems, onChange, children }: RuleFormProps) {
  const kind = kindOf(fields);
  const { needs, takes, dimension } = kindFacts[kind];
  const keys = [...needs, ...takes];
  const table = tables.find(({ name }) => name === fields['table']);
  const columns = (table?.columns ?? []).map(({ name, type }) => ({ value: name, label: `${name} · ${type.toLowerCase()}` }));
  const set = (key: string, value: unknown) => onChange({ ...fields, [key]: value });
  const text = (key: string) => (typeof fields[key] === 'string' ? fields[key] : '');
  const list = (key: string) => (Array.isArray(fields[key]) ? fields[key].map(String) : []);
  const error = (key: string) => problems.find((problem) => problem.key === key)?.message ?? null;
  const field = (key: string, label: string, description?: string, placeholder?: string) => ({ label, error: error(key), ...(description === undefined ? {} : { description }), ...(placeholder === undefined ? {} : { placeholder }) });
  const line = (key: string, label: string, description?: string, placeholder?: string) => (
    <TextInput key={key} {...field(key, label, description, placeholder)} value={text(key)} onChange={(event) => set(key, event.currentTarget.value)} required={needs.includes(key)} />
  );
  const sql = (key: string, label: string, description: string, placeholder: string) => (
    <Textarea key={key} {...field(key, label, description, placeholder)} value={text(key)} onChange={(event) => set(key, event.currentTarget.value)} autosize minRows={1} maxRows={8} spellCheck={false} classNames={{ input: classes['code'] ?? '' }} required={needs.includes(key)} />
  );
  const several = (key: string, label: string, description?: string) => (
    <MultiSelect key={key} {...field(key, label, description)} data={withGiven(columns, list(key))} value={list(key)} onChange={(value) => set(key, value)} searchable clearable required={needs.includes(key)} />
  );
  const shown = (key: string) => keys.includes(key);

  return (
    <Stack gap="sm">
      <SimpleGrid cols={2} spacing="sm">
        <Select label="Kind" description={kindFacts[kind].about} data={ruleKinds.map((each) => ({ value: each, label: kindNames[each] }))} value={kind} onChange={(value) => set('kind', value ?? kind)} searchable maxDropdownHeight={360} allowDeselect={false} error={error('kind')} />
        <Select label="Table" description="As imported" data={withGiven(tables.map(({ name }) => ({ value: name, label: name })), [text('table')])} value={text('table') || null} onChange={(value) => set('table', value ?? '')} searchable allowDeselect={false} error={error('table')} />
        {shown('column') && <Select {...field('column', 'Column')} data={withGiven(columns, [text('column')])} value={text('column') || null} onChange={(value) => set('column', value)} searchable clearable={!needs.includes('column')} required={needs.includes('column')} />}
        {shown('columns') && several('columns', 'Columns')}
        {shown('by') && several('by', 'Group by')}
        {shown('to') && <Select {...field('to', 'Found in')} data={withGiven(tables.flatMap(({ name, columns: theirs }) => theirs.map((column) => ({ value: `${name}.${column.name}`, label: `${name}.${column.name}` }))), [text('to')])} value={text('to') || null} onChange={(value) => set('to', value ?? '')} searchable required />}
        {(shown('min') || shown('max')) && (
          <SimpleGrid cols={2} spacing="xs">
            {line('min', 'Lowest')}
            {line('max', 'Highest')}
          </SimpleGrid>
        )}
        {shown('max_age') && line('max_age', 'At most this old', undefined, '30 days')}
        {shown('pattern') && <TextInput {...field('pattern', 'Regular expression', undefined, 'tt[0-9]{7,8}')} value={text('pattern')} onChange={(event) => set('pattern', event.currentTarget.value)} classNames={{ input: classes['code'] ?? '' }} spellCheck={false} required />}
        {shown('separator') && line('separator', 'Separator', undefined, 'none: the cell as a whole')}
      </SimpleGrid>
      {shown('values') && <TagsInput {...field('values', 'Allowed values', 'Enter adds one')} value={list('values')} onChange={(value) => set('values', value)} required clearable maxDropdownHeight={0} />}
      {shown('must') && sql('must', 'Must hold', kind === 'group' ? 'SQL with aggregates, true of each group' : 'SQL, true of each row; NULL passes', kind === 'group' ? 'count(*) >= 20' : `length(title) < 200`)}
      {shown('figure') && sql('figure', 'Figure', 'An aggregate in SQL', 'avg(rating)')}
      {shown('ignore_case') && <Checkbox label="Upper and lower case are the same" checked={fields['ignore_case'] === true} onChange={(event) => set('ignore_case', event.currentTarget.checked ? true : null)} error={error('ignore_case')} />}
      {sql('where', 'Only rows where', 'SQL; left empty, all rows', 'user_id < 1000')}
      {children}
      <SimpleGrid cols={2} spacing="sm">
        {line('id', 'Name', undefined, 'ratings.half_stars')}
        {line('threshold', 'Allowed to fail', undefined, '0, or a count, or 0.5%')}
        <div>
          <div className={classes['label']}>Severity</div>
          <SegmentedControl fullWidth aria-label="Severity" value={text('severity') || 'warning'} onChange={(value) => set('severity', value)} data={['error', 'warning', 'info']} />
        </div>
        <Select {...field('dimension', 'Dimension', undefined, `${dimension} (of the kind)`)} data={[...dimensions]} value={text('dimension') || null} onChange={(value) => set('dimension', value)} clearable />
        {line('title', 'Title', undefined, 'made from the rule')}
        {kindFacts[kind].unit === 'table' ? <span /> : line('reason', 'Reason', undefined, '{value} is …')}
        {shown('key') && several('key', 'Rows are named by')}
      </SimpleGrid>
      <SimpleGrid cols={2} spacing="sm">
        {shown('fix') && <Checkbox label="Keep failing rows out (quarantine)" checked={fields['fix'] === 'quarantine'} onChange={(event) => set('fix', event.currentTarget.checked ? 'quarantine' : null)} error={error('fix')} />}
        <Switch label="On" checked={fields['enabled'] !== false} onChange={(event) => set('enabled', event.currentTarget.checked ? null : false)} />
      </SimpleGrid>
    </Stack>
  );
}

/** The choices, and what is given though it is none of them: its problem is shown beside it. */
function withGiven(choices: readonly { value: string; label: string }[], given: readonly string[]): { value: string; label: string }[] {
  return [...choices, ...given.filter((value) => value !== '' && !choices.some((choice) => choice.value === value)).map((value) => ({ value, label: value }))];
}
