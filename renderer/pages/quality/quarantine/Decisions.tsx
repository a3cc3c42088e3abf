import { Badge, Button, Pagination, Stack, Table, Text } from '@mantine/core';
import { IconArrowBackUp, IconGavel } from '@tabler/icons-react';
import { useState } from 'react';
import type { Decision } from '../../../../shared/contract/decisions.ts';
import { Answer } from '../../../components/Answer.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { formatCompact, formatCount, formatDateTime } from '../../../components/format.ts';
import { Status, type Tone } from '../../../components/Status.tsx';
import { useEngine } from '../../../host/engine.ts';
import { undoDecision } from '../decide.tsx';
import classes from '../quality.module.css';

const PAGE = 50;
const kinds: Record<Decision['kind'], [Tone, string]> = { fix: ['good', 'Fix'], quarantine: ['skipped', 'Set aside'], restore: ['info', 'Put back'], merge: ['good', 'Merged'], refuse: ['info', 'Kept apart'] };

/** How many decisions stand, beside the tab's name. */
export function DecisionCount() {
  const { data } = useEngine('quality.decisions', { limit: 1 });
  if (data === undefined || data.standing === 0) return null;
  return (
    <Badge size="xs" color="gray">
      {formatCompact(data.standing)}
    </Badge>
  );
}

/** All that was decided by hand, newest first; each can be taken back. */
export function Decisions() {
  const [page, setPage] = useState(1);
  const decisions = useEngine('quality.decisions', { limit: PAGE, offset: (page - 1) * PAGE }, { keep: true });
  return (
    <Answer of={decisions}>
      {({ total, standing, rows }) =>
        total === 0 ? (
          <Empty icon={<IconGavel size={28} />} title="Nothing was decided yet">
            A fix switched on or off, rows set aside or put back, films merged: each is kept here with its reason, and can be undone. The imported files never change.
          </Empty>
        ) : (
          <Stack gap="sm">
            <Text size="sm" c="dimmed">
              {formatCount(standing)} of {formatCount(total)} stand. They hold for the same files imported again.
            </Text>
            <Table verticalSpacing={4} aria-label="Decisions">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={110}>Kind</Table.Th>
                  <Table.Th>What</Table.Th>
                  <Table.Th>Reason</Table.Th>
                  <Table.Th>Rule</Table.Th>
                  <Table.Th w={160}>When</Table.Th>
                  <Table.Th w={110} />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((decision) => (
                  <DecisionRow key={decision.id} decision={decision} />
                ))}
              </Table.Tbody>
            </Table>
            {total > PAGE && <Pagination size="xs" total={Math.ceil(total / PAGE)} value={page} onChange={setPage} getItemProps={(item) => ({ 'aria-label': `Page ${item}` })} getControlProps={(control) => ({ 'aria-label': `${control} page` })} />}
          </Stack>
        )
      }
    </Answer>
  );
}

function DecisionRow({ decision: { id, kind, title, reason, rule, madeAt, undoneAt } }: { readonly decision: Decision }) {
  const [busy, setBusy] = useState(false);
  const [tone, word] = kinds[kind];
  const undone = undoneAt !== null;
  return (
    <Table.Tr>
      <Table.Td>
        <Status tone={undone ? 'waiting' : tone}>{word}</Status>
      </Table.Td>
      <Table.Td className={classes['text']} {...(undone ? { c: 'dimmed', td: 'line-through' } : {})}>
        {title}
      </Table.Td>
      <Table.Td className={classes['text']}>{reason ?? ''}</Table.Td>
      <Table.Td className={classes['mono']}>{rule ?? ''}</Table.Td>
      <Table.Td>{formatDateTime(madeAt)}</Table.Td>
      <Table.Td>
        {undone ? (
          <Text size="xs" c="dimmed" title={formatDateTime(undoneAt)}>
            Undone
          </Text>
        ) : (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconArrowBackUp size={14} aria-hidden />}
            aria-label={`Undo: ${title}`}
            loading={busy}
            onClick={() => {
              setBusy(true);
              void undoDecision(id, title).finally(() => setBusy(false));
            }}
          >
            Undo
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
