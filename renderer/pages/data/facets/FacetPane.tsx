import { ActionIcon, Group, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Filter, TableInfo } from '../../../../shared/contract/common.ts';
import type { FacetSpec } from '../grid/layout.ts';
import classes from './Facets.module.css';
import { HistogramFacet } from './HistogramFacet.tsx';
import { ValueFacet } from './ValueFacet.tsx';

export interface FacetPaneProps {
  readonly table: TableInfo;
  readonly facets: readonly FacetSpec[];
  readonly filters: readonly Filter[];
  readonly onFilters: (filters: Filter[]) => void;
  readonly onClose: (facet: FacetSpec) => void;
}

/** The facets that are open: each counts under the filters of all others, and its choice is a filter like any other. */
export function FacetPane({ table, facets, filters, onFilters, onClose }: FacetPaneProps) {
  return (
    <aside className={classes['pane']} aria-label={`Facets of ${table.name}`}>
      {facets.map((facet) => {
        const column = table.columns.find(({ name }) => name === facet.column);
        if (column === undefined) return null;
        const common = { table, column, filters, onFilters };
        const title = facet.kind === 'histogram' ? `Histogram of ${column.name}` : `Facet of ${column.name}`;
        return (
          <section key={`${facet.kind} ${facet.column}`} className={classes['facet']} aria-label={title}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" fw={600} truncate title={column.name} component="h2">
                {column.name}
              </Text>
              <ActionIcon size="sm" aria-label={`Close: ${title}`} onClick={() => onClose(facet)}>
                <IconX size={14} />
              </ActionIcon>
            </Group>
            {facet.kind === 'histogram' ? <HistogramFacet {...common} /> : <ValueFacet {...common} />}
          </section>
        );
      })}
    </aside>
  );
}
