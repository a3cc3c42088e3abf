/** Colours of series, told apart by every kind of colour vision (Okabe and Ito); each goes with a shape of its own. */
export const seriesColors = ['var(--rb-series-1)', 'var(--rb-series-2)', 'var(--rb-series-3)', 'var(--rb-series-4)', 'var(--rb-series-5)', 'var(--rb-series-6)'] as const;
export const seriesShapes = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star'] as const;

export const seriesColor = (index: number): string => seriesColors[index % seriesColors.length] ?? seriesColors[0];
export const seriesShape = (index: number) => seriesShapes[index % seriesShapes.length] ?? seriesShapes[0];

/** What every axis and grid line looks like. */
export const axisStyle = { fontSize: 11, fill: 'var(--mantine-color-dimmed)' } as const;
export const axisLine = { stroke: 'var(--mantine-color-default-border)' } as const;
export const gridLine = 'var(--rb-border)';
