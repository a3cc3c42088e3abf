import { seriesColors } from './palette.ts';

/** Outlines of a mark about its centre, as wide as a circle of radius 4.5. */
const outlines = ['M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0', 'M-4,-4h8v8h-8z', 'M0,-5.2L5,3.8H-5z', 'M0,-5.6L5.6,0L0,5.6L-5.6,0z', 'M0,5.2L5,-3.8H-5z', 'M-1.8,-5h3.6v3.2h3.2v3.6h-3.2v3.2h-3.6v-3.2h-3.2v-3.6h3.2z'] as const;

export const seriesColor = (series: number): string => seriesColors[series % seriesColors.length] ?? seriesColors[0];

/** The mark of a series: with six colours and six shapes, moved on by one each time round, no two of thirty-six are alike. */
export function PointMark({ x, y, series, size = 1 }: { readonly x: number; readonly y: number; readonly series: number; readonly size?: number }) {
  return <path d={outlines[(series + Math.floor(series / outlines.length)) % outlines.length]} transform={`translate(${x},${y}) scale(${size})`} fill={seriesColor(series)} stroke="var(--mantine-color-body)" strokeWidth={1} />;
}
