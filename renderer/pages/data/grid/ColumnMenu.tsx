import { Menu } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconArrowsSort, IconChartHistogram, IconCopy, IconEyeOff, IconFilter, IconListCheck, IconPin, IconPinnedOff, IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Sort } from '../../../../shared/contract/common.ts';
import { hasHistogram } from '../facets/facets.ts';
import type { FacetSpec, Placed } from './layout.ts';

export interface ColumnMenuProps {
  readonly column: Placed;
  readonly opened: boolean;
  readonly onOpened: (opened: boolean) => void;
  readonly sort: readonly Sort[];
  readonly onSort: (sort: Sort[]) => void;
  readonly onFacet: (facet: FacetSpec) => void;
  readonly onFilter: (column: string) => void;
  readonly onPin: (column: string, pinned: boolean) => void;
  readonly onHide: (column: string) => void;
  readonly onNudge: (column: string, by: -1 | 1) => void;
  readonly onCopyName: (column: string) => void;
}

/** Not a key: the one that opens the menu is still on its way to the document. */
const outside = ['mousedown', 'touchstart'];

/** What can be done with a column. */
export function ColumnMenu({ column: { name, type, pinned }, opened, onOpened, sort, onSort, onFacet, onFilter, onPin, onHide, onNudge, onCopyName, children }: ColumnMenuProps & { readonly children: ReactNode }) {
  const sorted = sort.some((key) => key.column === name);
  return (
    <Menu opened={opened} onChange={onOpened} position="bottom-end" width={210} withinPortal returnFocus={false} clickOutsideEvents={outside}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown data-own>
        <Menu.Item leftSection={<IconSortAscending size={15} />} onClick={() => onSort([{ column: name, descending: false }])}>Sort ascending</Menu.Item>
        <Menu.Item leftSection={<IconSortDescending size={15} />} onClick={() => onSort([{ column: name, descending: true }])}>Sort descending</Menu.Item>
        {sorted && <Menu.Item leftSection={<IconArrowsSort size={15} />} onClick={() => onSort(sort.filter((key) => key.column !== name))}>Do not sort by it</Menu.Item>}
        <Menu.Divider />
        <Menu.Item leftSection={<IconFilter size={15} />} onClick={() => onFilter(name)}>Filter…</Menu.Item>
        <Menu.Item leftSection={<IconListCheck size={15} />} onClick={() => onFacet({ column: name, kind: 'values' })}>Facet of values</Menu.Item>
        {hasHistogram(type) && <Menu.Item leftSection={<IconChartHistogram size={15} />} onClick={() => onFacet({ column: name, kind: 'histogram' })}>Histogram</Menu.Item>}
        <Menu.Divider />
        <Menu.Item leftSection={pinned ? <IconPinnedOff size={15} /> : <IconPin size={15} />} onClick={() => onPin(name, !pinned)}>{pinned ? 'Unpin' : 'Pin to the left'}</Menu.Item>
        <Menu.Item leftSection={<IconArrowLeft size={15} />} onClick={() => onNudge(name, -1)}>Move left</Menu.Item>
        <Menu.Item leftSection={<IconArrowRight size={15} />} onClick={() => onNudge(name, 1)}>Move right</Menu.Item>
        <Menu.Item leftSection={<IconEyeOff size={15} />} onClick={() => onHide(name)}>Hide</Menu.Item>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => onCopyName(name)}>Copy its name</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
