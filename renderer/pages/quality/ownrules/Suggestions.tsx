import { Button, Code, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { SuggestedRule } from '../../../../shared/contract/rules.ts';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { formatCount } from '../../../components/format.ts';
import { Status } from '../../../components/Status.tsx';
import { useCall, useEngine } from '../../../host/engine.ts';
import { unitWord } from '../rules.ts';
import { kindFacts } from '../../../../shared/domain/own-rules.ts';
import { kindNames, ruleWords, type Table } from './draft.ts';

interface SuggestionsProps {
  readonly tables: readonly Table[];
  /** Ids of the rules that are there already. */
  readonly taken: readonly (string | null)[];
  readonly onEdit: (suggestion: SuggestedRule) => void;
}

/** Rules that the data keep already, or all but a few rows: each with its figures, to take as it is or to change first. */
export function Suggestions({ tables, taken, onEdit }: SuggestionsProps) {
  return (
    <Stack gap="sm" component="section" aria-label="Suggested rules">
      <div>
        <Title order={2}>Suggested by the data</Title>
        <Text size="sm" c="dimmed">
          What holds for every row, or all but a few, and no rule says yet.
        </Text>
      </div>
      {tables.map(({ name }) => (
        <OfTable key={name} table={name} taken={taken} onEdit={onEdit} />
      ))}
    </Stack>
  );
}

function OfTable({ table, taken, onEdit }: Omit<SuggestionsProps, 'tables'> & { readonly table: string }) {
  const suggested = useEngine('rules.suggest', { table });
  if (suggested.error !== null) return <ErrorPanel error={suggested.error.toData()} onRetry={() => void suggested.refetch()} />;
  if (suggested.data === undefined) return <Skeleton height={48} aria-label={`Looking at ${table}`} />;
  if (suggested.data.length === 0) return (
      <Text size="sm" c="dimmed">
        {table}: nothing that the rules do not say already.
      </Text>
    );
  return (
    <Stack gap={6} component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label={`Suggested for ${table}`}>
      {suggested.data.map((suggestion) => (
        <li key={suggestion.rule.id}>
          <Suggestion suggestion={suggestion} taken={taken.includes(suggestion.rule.id)} onEdit={onEdit} />
        </li>
      ))}
    </Stack>
  );
}

function Suggestion({ suggestion, taken, onEdit }: { readonly suggestion: SuggestedRule; readonly taken: boolean; readonly onEdit: (suggestion: SuggestedRule) => void }) {
  const save = useCall('rules.save');
  const { rule, why, yaml, checked, failed } = suggestion;
  const { unit } = kindFacts[rule.kind];
  const take = () => {
    save.mutate({ yaml }, {
      onSuccess: () => notifications.show({ message: `${rule.id} is saved in rules.yaml. The next check counts it.` }),
      onError: (error) => notifications.show({ color: 'red', title: `${rule.id} was not saved`, message: error.message }),
    });
  };
  return (
    <Paper px="sm" py={8}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap={8}>
            <Code>{rule.table}</Code>
            <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
              {ruleWords(rule)}
            </Text>
            <Text size="xs" c="dimmed">
              {kindNames[rule.kind].toLowerCase()}
            </Text>
          </Group>
          <Text size="xs" c="dimmed">
            {why}
          </Text>
          <Status tone={failed === 0 ? 'good' : 'warn'} size="xs">
            {failed === 0 ? `None of ${formatCount(checked)} ${unitWord(unit, checked)} fails now` : `${formatCount(failed)} of ${formatCount(checked)} ${unitWord(unit, checked)} ${failed === 1 ? 'fails' : 'fail'} now`}
          </Status>
        </div>
        <Group gap={4} wrap="nowrap">
          {taken ? (
            <Status tone="good">Taken</Status>
          ) : (
            <>
              <Button size="compact-xs" loading={save.isPending} onClick={take} aria-label={`Take ${rule.id}`}>
                Take
              </Button>
              <Button size="compact-xs" variant="default" onClick={() => onEdit(suggestion)} aria-label={`Edit ${rule.id} first`}>
                Edit
              </Button>
            </>
          )}
        </Group>
      </Group>
    </Paper>
  );
}
