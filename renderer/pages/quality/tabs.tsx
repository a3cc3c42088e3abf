import { Badge } from '@mantine/core';
import type { ComponentType } from 'react';
import { formatCompact } from '../../components/format.ts';
import { useEngine } from '../../host/engine.ts';
import { ColumnsTab } from './columns/ColumnsTab.tsx';
import { DuplicateFilms } from './duplicates/DuplicateFilms.tsx';
import { HistoryTab } from './history/HistoryTab.tsx';
import { ReconciliationTab } from './reconciliation/ReconciliationTab.tsx';
import { OwnRulesTab } from './ownrules/OwnRulesTab.tsx';
import { RejectedLines } from './RejectedLines.tsx';
import { DecisionCount, Decisions } from './quarantine/Decisions.tsx';
import { SetAside } from './quarantine/SetAside.tsx';
import { RulesTab } from './RulesTab.tsx';

interface QualityTab {
  /** Part of the page's address. */
  readonly name: string;
  readonly label: string;
  readonly Panel: ComponentType;
  /** How many things wait there, beside the label. */
  readonly Count?: ComponentType;
}

export const tabs: readonly QualityTab[] = [
  { name: 'rules', label: 'Rules', Panel: RulesTab },
  { name: 'own', label: 'Own rules', Panel: OwnRulesTab },
  { name: 'columns', label: 'Columns', Panel: ColumnsTab },
  { name: 'duplicates', label: 'Duplicates', Panel: DuplicateFilms, Count: DuplicateCount },
  { name: 'aside', label: 'Set aside', Panel: SetAside },
  { name: 'decisions', label: 'Decisions', Panel: Decisions, Count: DecisionCount },
  { name: 'history', label: 'History', Panel: HistoryTab },
  { name: 'reconciliation', label: 'Reconciliation', Panel: ReconciliationTab },
  { name: 'rejects', label: 'Rejected lines', Panel: RejectedLines, Count: RejectCount },
];

function RejectCount() {
  const rejects = useEngine('import.rejects', { limit: 1, offset: 0 });
  return <CountBadge count={rejects.data?.total ?? 0} />;
}

function DuplicateCount() {
  const duplicates = useEngine('duplicates.list', { limit: 1 });
  return <CountBadge count={duplicates.data?.counts.open ?? 0} />;
}

function CountBadge({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <Badge size="xs" color="yellow" c="var(--rb-warn)">
      {formatCompact(count)}
    </Badge>
  );
}
