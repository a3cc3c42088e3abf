/** Colours of series, told apart by every kind of colour vision (Okabe and Ito). */
export const seriesColors = ['var(--rb-series-1)', 'var(--rb-series-2)', 'var(--rb-series-3)', 'var(--rb-series-4)', 'var(--rb-series-5)', 'var(--rb-series-6)'] as const;

/** What every axis and grid line looks like. */
export const axisStyle = { fontSize: 11, fill: 'var(--mantine-color-dimmed)' } as const;
export const axisLine = { stroke: 'var(--mantine-color-default-border)' } as const;
export const gridLine = 'var(--rb-border)';
