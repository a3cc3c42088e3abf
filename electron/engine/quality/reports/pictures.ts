import { dimensions } from '../../../../shared/contract/index.ts';
import type { QualityDocument, ReportColumn } from './document.ts';
import { html, type Markup } from './markup.ts';

/** Pictures of the report as SVG that takes its colours from the page's style. The same figures stand beside each in words. */

export function bar(share: number): Markup {
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="6"/><rect class="fill" width="${round(share * 100)}" height="6"/></svg>`;
}

export function sparkline({ histogram }: Pick<ReportColumn, 'histogram'>): Markup {
  const most = Math.max(...histogram.map(({ share }) => share));
  const width = 96 / Math.max(1, histogram.length);
  return html`<svg class="spark" viewBox="0 0 96 20" width="96" height="20" aria-hidden="true">${histogram.map(({ share }, i) => {
    const height = share === 0 ? 0 : Math.max(1, (share / most) * 20);
    return html`<rect class="fill" x="${round(i * width)}" y="${round(20 - height)}" width="${round(Math.max(1, width - 1))}" height="${round(height)}"/>`;
  })}</svg>`;
}

const WIDTH = 720;
const HEIGHT = 180;
const LEFT = 62;
const RIGHT = 110;
const dashes = ['', '6 3', '2 3', '8 3 2 3', '12 4'];

/** The scores of each dimension from check to check. */
export function trend(checks: QualityDocument['history']['checks']): Markup {
  const scores = checks.flatMap((check) => dimensions.map((dimension) => check.scores[dimension])).filter((score) => score !== null);
  const lowest = Math.min(1, ...scores);
  const floor = Math.max(0, lowest - Math.max(0.005, (1 - lowest) * 0.1));
  const x = (i: number) => LEFT + (checks.length < 2 ? 0 : (i / (checks.length - 1)) * (WIDTH - LEFT - RIGHT));
  const y = (score: number) => 10 + ((1 - score) / (1 - floor)) * (HEIGHT - 30);
  const lines = dimensions.map((dimension, k) => {
    const points = checks.flatMap((check, i) => {
      const score = check.scores[dimension];
      return score === null ? [] : [{ x: round(x(i)), y: round(y(score)) }];
    });
    return { dimension, k, points, end: points.at(-1) };
  }).filter(({ end }) => end !== undefined);
  // Names that would lie on one another are moved apart.
  const ends = lines.toSorted((a, b) => (a.end?.y ?? 0) - (b.end?.y ?? 0));
  let free = 0;
  const labels = new Map(ends.map(({ k, end }) => {
    free = Math.max(end?.y ?? 0, free + 13);
    return [k, free];
  }));
  return html`<svg class="trend" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Scores of the last ${checks.length} checks; the table below has the figures.">
    ${[1, (1 + floor) / 2, floor].map((score) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(score))}" y2="${round(y(score))}"/><text class="axis" x="${LEFT - 6}" y="${round(y(score) + 4)}" text-anchor="end">${(score * 100).toFixed(1)} %</text>`)}
    ${lines.map(({ dimension, k, points }) => html`<polyline class="s${k + 1}" points="${points.map((point) => `${point.x},${point.y}`).join(' ')}" stroke-dasharray="${dashes[k] ?? ''}"/>${points.map((point) => html`<circle class="s${k + 1}" cx="${point.x}" cy="${point.y}" r="2.5"/>`)}<circle class="s${k + 1}" cx="${WIDTH - RIGHT + 12}" cy="${round(labels.get(k) ?? 0)}" r="3"/><text class="axis" x="${WIDTH - RIGHT + 20}" y="${round((labels.get(k) ?? 0) + 4)}">${dimension}</text>`)}
  </svg>`;
}

const round = (value: number) => Math.round(value * 100) / 100;
