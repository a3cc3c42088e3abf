import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { complain } from '../../app/complain.ts';
import { forgetAnswer, refreshEvaluations, useCall } from '../../host/engine.ts';
import classes from './evaluate.module.css';
import { RemoveButton } from './RemoveButton.tsx';

interface KeptTableProps {
  readonly label: string;
  /** Their headings; one without a width takes what is left, a hidden one is read out only. */
  readonly columns: readonly { readonly title: string; readonly width?: number; readonly figures?: boolean; readonly hidden?: boolean }[];
  readonly children: ReactNode;
}

/** What is kept, a row each, the last cell to remove it. */
export function KeptTable({ label, columns, children }: KeptTableProps) {
  return (
    <Table aria-label={label} verticalSpacing={4} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ title, width, figures = false, hidden = false }) => (
            <Table.Th key={title} {...(width === undefined ? {} : { w: width })} ta={figures ? 'right' : 'left'}>
              {hidden ? <VisuallyHidden>{title}</VisuallyHidden> : title}
            </Table.Th>
          ))}
          <Table.Th w={40}>
            <VisuallyHidden>Remove</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  );
}

interface KeptRowProps {
  readonly id: string;
  readonly kind: 'evaluation' | 'search';
  readonly name: string;
  readonly onOpen: () => void;
  readonly children: ReactNode;
}

/** One of what is kept. */
export function KeptRow({ id, kind, name, onOpen, children }: KeptRowProps) {
  const removeEvaluation = useCall('evaluation.remove');
  const removeSearch = useCall('tune.remove');
  const [remove, answer] = kind === 'evaluation' ? ([removeEvaluation, 'evaluation.get'] as const) : ([removeSearch, 'tune.get'] as const);
  const gone = () => {
    forgetAnswer(answer, { id });
    refreshEvaluations();
  };
  return (
    <Table.Tr className={classes['row']} onClick={onOpen}>
      {children}
      <Table.Td onClick={(event) => event.stopPropagation()}>
        <RemoveButton what={kind} name={name} busy={remove.isPending} onRemove={() => remove.mutate({ id }, { onSuccess: gone, onError: complain })} />
      </Table.Td>
    </Table.Tr>
  );
}
