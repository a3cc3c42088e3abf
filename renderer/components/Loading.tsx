import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';

/** Grey lines in the place of what is on its way; shown after a moment only, so that quick answers do not flicker. */
export function Loading({ lines = 6, height = 14, label = 'Loading' }: { readonly lines?: number; readonly height?: number; readonly label?: string }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Stack gap="sm" aria-busy style={{ visibility: shown ? 'visible' : 'hidden' }}>
      <VisuallyHidden component="output">{shown ? label : ''}</VisuallyHidden>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={height} width={`${100 - ((line * 37) % 45)}%`} />
      ))}
    </Stack>
  );
}
