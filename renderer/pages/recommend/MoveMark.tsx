import { Text, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus } from '@tabler/icons-react';
import { type Move, moveWords } from './changes.ts';
import classes from './recommend.module.css';

/** How a film moved: an arrow with the places, or a plus for a new one. */
export function MoveMark({ move }: { readonly move: Move | undefined }) {
  if (move === undefined || move.kind === 'same') return null;
  const color = move.kind === 'new' ? 'var(--mantine-color-anchor)' : move.places > 0 ? 'var(--rb-good)' : 'var(--rb-warn)';
  return (
    <Text span size="xs" className={classes['move'] ?? ''} style={{ color }}>
      {move.kind === 'new' ? <IconPlus size={12} aria-hidden /> : move.places > 0 ? <IconArrowUp size={12} aria-hidden /> : <IconArrowDown size={12} aria-hidden />}
      <span aria-hidden>{move.kind === 'new' ? 'new' : Math.abs(move.places)}</span>
      <VisuallyHidden>{moveWords(move)}</VisuallyHidden>
    </Text>
  );
}
