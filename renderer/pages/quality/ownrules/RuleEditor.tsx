import { Alert, Button, CloseButton, Group, Paper, SegmentedControl, Stack, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { type KeyboardEvent, useState } from 'react';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { useCall, useEngine } from '../../../host/engine.ts';
import { keyCaps } from '../../../host/keys.ts';
import { type Draft, fieldsOf, inputOf, type Table } from './draft.ts';
import { RuleForm } from './RuleForm.tsx';
import { Trial } from './Trial.tsx';
import { YamlEditor } from './YamlEditor.tsx';

const PAUSE = 350;

/** Writes one rule, as a form or as YAML, and tries it out on the present data while it is written. */
export function RuleEditor({ start, tables, onClose }: { readonly start: Draft; readonly tables: readonly Table[]; readonly onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(start);
  const [settled] = useDebouncedValue(draft, PAUSE);
  const asked = inputOf(settled, tables);
  const check = useEngine('rules.check', asked, { keep: true });
  const save = useCall('rules.save');
  const waiting = settled !== draft || check.isFetching;
  const checked = check.data;
  const problems = waiting && checked?.result === null && settled !== draft ? [] : (checked?.problems ?? []);
  const general = draft.mode === 'form' ? problems.filter(({ key }) => key === null) : [];
  const ready = !waiting && checked?.rule != null && problems.length === 0;

  const trial = <Trial checked={checked} busy={waiting} />;

  const change = (mode: Draft['mode']) => {
    if (mode === draft.mode || waiting || checked === undefined) return;
    if (mode === 'yaml') setDraft({ ...draft, mode, yaml: checked.yaml });
    else if (checked.rule !== null) setDraft({ ...draft, mode, fields: fieldsOf(checked.rule) });
  };
  const keep = () => {
    if (!ready) return;
    save.mutate(inputOf(draft, tables), {
      onSuccess: () => {
        notifications.show({ message: `${checked.rule?.id ?? 'The rule'} is saved in rules.yaml. The next check counts it.` });
        onClose();
      },
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 's' || event.altKey || event.shiftKey || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    keep();
  };
  return (
    <Paper component="section" aria-label={draft.replaces === null ? 'New rule' : `Rule ${draft.replaces}`} p="md" onKeyDown={onKeyDown}>
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2}>{draft.replaces === null ? 'New rule' : draft.replaces}</Title>
          <Group gap="xs" wrap="nowrap">
            <SegmentedControl
              aria-label="Write as"
              value={draft.mode}
              onChange={change}
              data={[
                { value: 'form', label: 'Form', disabled: draft.mode === 'yaml' && checked?.rule == null },
                { value: 'yaml', label: 'YAML' },
              ]}
            />
            <CloseButton aria-label="Close the rule" onClick={onClose} />
          </Group>
        </Group>
        {draft.mode === 'form' ? (
          <RuleForm fields={draft.fields} tables={tables} problems={problems} onChange={(fields) => setDraft({ ...draft, fields })}>
            {trial}
          </RuleForm>
        ) : (
          <>
            <YamlEditor text={draft.yaml ?? ''} problems={problems} onChange={(yaml) => setDraft({ ...draft, yaml })} />
            {trial}
          </>
        )}
        {general.map(({ message }) => (
          <Alert key={message} color="red" variant="light" role="alert">
            {message}
          </Alert>
        ))}
        {check.error !== null && !waiting && <ErrorPanel error={check.error.toData()} onRetry={() => void check.refetch()} />}
        {save.error !== null && <ErrorPanel error={save.error.toData()} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={!ready} loading={save.isPending} onClick={keep} aria-keyshortcuts="Control+S Meta+S" title={keyCaps('mod+S').join('+')}>
            Save the rule
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
