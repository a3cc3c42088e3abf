/** A histogram small enough for a table row; the figures stand beside it, so it is for the eye only. */
export function MiniHistogram({ counts, width = 84, height = 22 }: { readonly counts: readonly number[]; readonly width?: number; readonly height?: number }) {
  const most = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  return (
    <svg width={width} height={height} aria-hidden style={{ display: 'block', flex: 'none' }}>
      {counts.map((count, index) => {
        const bar = count === 0 ? 0 : Math.max(1, (count / most) * height);
        return <rect key={index} x={index * step} y={height - bar} width={Math.max(1, step - 1)} height={bar} fill="var(--rb-series-1)" />;
      })}
    </svg>
  );
}
