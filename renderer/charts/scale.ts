/** Round values over a span of several orders of magnitude: 1, 10, 100, or 1, 2, 5, 10 where there are few. */
export function logTicks(low: number, high: number): number[] {
  if (!(low > 0) || !(high >= low)) return [];
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Math.max(1, last - first);
  const steps = decades <= 2 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / 6));
  const ticks: number[] = [];
  for (let power = first; power <= last; power += every) for (const step of steps) ticks.push(Number((step * 10 ** power).toPrecision(1)));
  const below = ticks.findLast((tick) => tick <= low) ?? low;
  const above = ticks.find((tick) => tick >= high) ?? high;
  return ticks.filter((tick) => tick >= below && tick <= above);
}

/** Round values that enclose a span: about `count` of them, 1, 2 or 5 times a power of ten apart. */
export function roundTicks(low: number, high: number, count = 5): number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const span = high - low || Math.abs(high) || 1;
  const rough = span / Math.max(1, count - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Decimals that tell neighbouring ticks apart. */
export function tickDigits(ticks: readonly number[]): number {
  const step = Math.min(...ticks.slice(1).map((tick, index) => Math.abs(tick - (ticks[index] ?? 0))).filter((gap) => gap > 0));
  return Number.isFinite(step) ? Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9))) : 2;
}

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/**
 * Where labels stand beside their points (all in pixels) so that none covers another: to the right of the point, else to
 * its left, above or below it; where no place is free, to the right all the same, or to the left at the edge.
 */
export function placeLabels(points: readonly Placed[], right: number, height = 14): { readonly dx: number; readonly dy: number; readonly anchor: 'start' | 'middle' | 'end' }[] {
  const taken: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }[] = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  return points.map(({ x, y, width }, own) => {
    const choices = [
      { dx: 9, dy: 0, anchor: 'start' as const, left: x + 8 },
      { dx: -9, dy: 0, anchor: 'end' as const, left: x - 8 - width },
      { dx: 0, dy: -14, anchor: 'middle' as const, left: x - width / 2 },
      { dx: 0, dy: 14, anchor: 'middle' as const, left: x - width / 2 },
      { dx: 9, dy: -12, anchor: 'start' as const, left: x + 8 },
      { dx: 9, dy: 12, anchor: 'start' as const, left: x + 8 },
      { dx: -9, dy: -14, anchor: 'end' as const, left: x - 8 - width },
      { dx: -9, dy: 14, anchor: 'end' as const, left: x - 8 - width },
    ];
    const boxOf = (choice: (typeof choices)[number]) => ({ left: choice.left, right: choice.left + width, top: y + choice.dy - height / 2, bottom: y + choice.dy + height / 2 });
    const free = choices.find((choice) => {
      const box = boxOf(choice);
      return box.left >= 0 && box.right <= right && !taken.some((other, index) => index !== own && box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
    });
    const chosen = free ?? (x + 8 + width <= right ? choices[0] : choices[1]) ?? { dx: 9, dy: 0, anchor: 'start' as const, left: x + 8 };
    taken.push(boxOf(chosen));
    return { dx: chosen.dx, dy: chosen.dy, anchor: chosen.anchor };
  });
}
