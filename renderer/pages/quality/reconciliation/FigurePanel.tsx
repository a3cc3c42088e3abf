import { Button, CloseButton, Group, Text, Title } from '@mantine/core';
import type { Reconciliation } from '../../../../shared/contract/quality-history.ts';
import { formatCount, formatShare } from '../../../components/format.ts';
import { navigate } from '../../../stores/route.ts';
import { columnWords, figureOf, type FigurePlace, placeOf, sumWords } from './figures.ts';

/** A figure in words, its part in the sum, and the way to the rows. */
export function FigurePanel({ reconciliation: { rows, outcomes }, place, onClose }: { readonly reconciliation: Reconciliation; readonly place: FigurePlace; readonly onClose: () => void }) {
  const row = rows.find(({ table }) => table === place.table);
  if (row === undefined) return null;
  const figure = figureOf(row, place.column);
  const { title, words } = columnWords(place.column);
  const target = placeOf(place);
  return (
    <>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2}>
          {title}: {formatCount(figure)} of {formatCount(row.imported)} lines of {place.table}
          {place.column !== 'imported' && place.column !== 'difference' && ` (${formatShare(figure, row.imported)})`}
        </Title>
        <CloseButton aria-label="Close the figure" onClick={onClose} />
      </Group>
      <Text size="sm" mt={4}>
        {words}
      </Text>
      <Text size="sm" c="dimmed" mt={4}>
        {sumWords(row, outcomes, formatCount)}
      </Text>
      {target !== undefined && figure > 0 && (
        <Button
          mt="sm"
          size="compact-sm"
          variant="default"
          onClick={() => {
            const [page, ...rest] = target.to;
            navigate(page, rest);
          }}
        >
          {target.title}
        </Button>
      )}
    </>
  );
}
