import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconListCheck, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { OwnRuleEntry, OwnRules, SuggestedRule } from '../../../../shared/contract/rules.ts';
import { Answer } from '../../../components/Answer.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { useCall, useEngine } from '../../../host/engine.ts';
import classes from '../quality.module.css';
import { type Draft, fieldsOf, newFields } from './draft.ts';
import { OwnRulesTable } from './OwnRulesTable.tsx';
import { RuleEditor } from './RuleEditor.tsx';
import { Suggestions } from './Suggestions.tsx';

/** The person's own rules: those of rules.yaml, an editor for one, and what the data suggest. */
export function OwnRulesTab() {
  return <Answer of={useEngine('rules.list', {})}>{(list) => <Own list={list} />}</Answer>;
}

function Removed({ id, onUndo }: { readonly id: string; readonly onUndo: () => void }) {
  return (
    <Group gap="xs">
      {id} is removed.
      <Button size="compact-xs" variant="default" onClick={onUndo}>
        Put it back
      </Button>
    </Group>
  );
}

function Own({ list }: { readonly list: OwnRules }) {
  const [editing, setEditing] = useState<{ readonly start: Draft; readonly key: number } | null>(null);
  const remove = useCall('rules.remove');
  const restore = useCall('rules.save');
  const ids = list.rules.map(({ id }) => id);
  const open = (start: Draft) => setEditing((before) => ({ start, key: (before?.key ?? 0) + 1 }));
  const close = () => setEditing(null);
  const add = () => open({ mode: 'form', fields: newFields(list.tables, ids), yaml: null, replaces: null });
  const edit = ({ id, rule, yaml, problems }: OwnRuleEntry) => open({ mode: rule === null || problems.length > 0 ? 'yaml' : 'form', fields: rule === null ? {} : fieldsOf(rule), yaml, replaces: id });
  const change = ({ rule, yaml }: SuggestedRule) => open({ mode: 'form', fields: fieldsOf(rule), yaml, replaces: null });
  const offerUndo = (id: string, yaml: string) => {
    const notice = `removed ${id}`;
    const undo = () => {
      notifications.hide(notice);
      restore.mutate({ yaml });
    };
    if (editing?.start.replaces === id) close();
    notifications.show({ id: notice, autoClose: 12_000, message: <Removed id={id} onUndo={undo} /> });
  };
  const takeAway = ({ id, yaml }: OwnRuleEntry) => {
    if (id !== null) remove.mutate({ id }, { onSuccess: () => offerUndo(id, yaml) });
  };
  const [problem] = list.problems;
  const failure = remove.error ?? restore.error;
  if (problem !== undefined) return <ErrorPanel error={{ code: 'invalid-arguments', message: problem.message, file: list.file, line: problem.line, hint: 'Correct the file in an editor; it lies in the folder of the workspace. Until then no check and no run can begin.' }} />;
  return (
    <div className={classes['split']} data-open={editing === null ? undefined : true}>
      <div className={classes['main']}>
        <Stack gap="lg">
          {list.rules.length === 0 ? (
            <Empty icon={<IconListCheck size={28} />} title="No own rule yet" actions={<Button leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>New rule</Button>}>
              Say what must hold in your data: of a row, a group or a table. Own rules are checked, shown and gated like the built-in ones, and kept in rules.yaml.
            </Empty>
          ) : (
            <Stack gap="xs">
              <Group justify="space-between">
                <Text size="sm" c="dimmed">
                  In {list.file}, beside the built-in rules
                </Text>
                <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
                  New rule
                </Button>
              </Group>
              <OwnRulesTable entries={list.rules} selected={editing?.start.replaces ?? null} onEdit={edit} onRemove={takeAway} />
            </Stack>
          )}
          {failure !== null && <ErrorPanel error={failure.toData()} />}
          <Suggestions tables={list.tables} taken={ids} onEdit={change} />
        </Stack>
      </div>
      {editing !== null && (
        <div className={classes['panel']}>
          <RuleEditor key={editing.key} start={editing.start} tables={list.tables} onClose={close} />
        </div>
      )}
    </div>
  );
}
