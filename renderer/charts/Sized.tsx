import { useElementSize } from '@mantine/hooks';
import type { ReactNode } from 'react';

/** Draws its content as wide as there is room; nothing before the room is known. */
export function Sized({ children }: { readonly children: (width: number) => ReactNode }) {
  const { ref, width } = useElementSize();
  return <div ref={ref}>{width > 0 && children(width)}</div>;
}
