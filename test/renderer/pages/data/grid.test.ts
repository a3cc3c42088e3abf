import { array, assert, constantFrom, double, integer, property, tuple } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Filter } from '../../../../shared/contract/index.ts';
import { choiceIn, edgesIn, edgesOf, withChoice, withoutChoice, withRange } from '../../../../renderer/pages/data/facets/facets.ts';
import { BLOCK, type Page, RowBlocks } from '../../../../renderer/pages/data/grid/blocks.ts';
import { arranged, type Layout, moved, noLayout, nudged, parseLayout, placed } from '../../../../renderer/pages/data/grid/layout.ts';
import { clampTop, ROW_HEIGHT, rowsInView, thumbOf, topOfThumb, topShowing } from '../../../../renderer/pages/data/grid/scroll.ts';
import { at, moved as movedBy, rangeOf, type Selection } from '../../../../renderer/pages/data/grid/selection.ts';
import { filtersOf, filterText, sortOf, viewParams } from '../../../../renderer/pages/data/view.ts';

describe('scrolling', () => {
  const sizes = tuple(integer({ min: 1, max: 2_000_000_000 }), integer({ min: 60, max: 2000 }));

  test('every row can be brought into view, whole and exactly', () => {
    assert(property(sizes, double({ min: 0, max: 1, noNaN: true }), double({ min: 0, max: 1, noNaN: true }), ([rows, height], share, from) => {
      const row = Math.min(rows - 1, Math.floor(share * rows));
      const top = clampTop(topShowing(row, clampTop(from * rows * ROW_HEIGHT, rows, height), height), rows, height);
      expect(row * ROW_HEIGHT).toBeGreaterThanOrEqual(top);
      expect((row + 1) * ROW_HEIGHT).toBeLessThanOrEqual(top + height);
      const { first, end } = rowsInView(top, rows, height);
      expect(first <= row && row < end).toBe(true);
    }));
  });

  test('the thumb reaches from the first row to the last, and shows where the grid stands', () => {
    assert(property(sizes, double({ min: 0, max: 1, noNaN: true }), ([rows, height], share) => {
      const { length } = thumbOf(0, rows, height, height);
      expect(topOfThumb(0, rows, height, height)).toBe(0);
      expect(topOfThumb(height - length, rows, height, height)).toBeCloseTo(clampTop(Infinity, rows, height), 3);
      const top = clampTop(share * rows * ROW_HEIGHT, rows, height);
      const back = topOfThumb(thumbOf(top, rows, height, height).offset, rows, height, height);
      expect(Math.abs(back - top)).toBeLessThanOrEqual(1e-6 * rows * ROW_HEIGHT + 1e-6);
    }));
  });
});

describe('columns', () => {
  const columns = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, type: name === 'a' ? 'BIGINT' : 'VARCHAR' }));
  const names = (layout: Layout) => placed(columns, layout).map(({ name }) => name).join('');

  test('are moved, pinned and hidden; pinned ones come first', () => {
    expect(names(moved(columns, noLayout, 'd', 'b'))).toBe('adbce');
    expect(names(moved(columns, noLayout, 'a', undefined))).toBe('bcdea');
    const pinned = { ...noLayout, pinned: ['c'] };
    expect(names(pinned)).toBe('cabde');
    expect(moved(columns, pinned, 'e', 'c').pinned).toEqual(['c', 'e']);
    expect(moved(columns, pinned, 'c', 'd').pinned).toEqual([]);
    expect(names(nudged(columns, { ...noLayout, hidden: ['b'] }, 'a', 1))).toBe('cade');
    expect(names(nudged(columns, pinned, 'a', -1))).toBe('cabde');
  });

  test('whatever is done to them, each is there once, and none overlaps another', () => {
    const step = tuple(constantFrom('move', 'nudge', 'pin', 'hide'), constantFrom('a', 'b', 'c', 'd', 'e'), constantFrom('a', 'b', 'c', 'd', 'e', undefined), constantFrom<-1 | 1>(-1, 1));
    assert(property(array(step, { maxLength: 12 }), (steps) => {
      let layout = noLayout;
      for (const [what, name, before, by] of steps) {
        if (what === 'move') layout = moved(columns, layout, name, before);
        if (what === 'nudge') layout = nudged(columns, layout, name, by);
        if (what === 'pin') layout = { ...layout, pinned: layout.pinned.includes(name) ? layout.pinned.filter((other) => other !== name) : [...layout.pinned, name] };
        if (what === 'hide') layout = { ...layout, hidden: layout.hidden.includes(name) ? [] : [...layout.hidden, name] };
      }
      expect(arranged(columns, layout).map(({ name }) => name).toSorted().join('')).toBe('abcde');
      const shown = placed(columns, layout);
      expect(shown.map(({ place }) => place)).toEqual(shown.map((_, i) => i));
      for (const part of [shown.filter(({ pinned }) => pinned), shown.filter(({ pinned }) => !pinned)]) part.reduce((left, column) => { expect(column.left).toBe(left); return left + column.width; }, 0);
      expect(parseLayout(JSON.stringify(layout))).toEqual(layout);
    }));
  });

  test('a layout that is none is as nothing', () => {
    for (const text of [null, 'x', '7', '{"order":7,"widths":{"a":1e9},"facets":[{}]}']) expect(parseLayout(text)).toEqual(noLayout);
  });
});

describe('the selection', () => {
  const bounds = { rows: 100, columns: 4, page: 10 };
  const press = (selection: Selection, ...keys: string[]) => keys.reduce((before, key) => movedBy(before, { key: key.replace(/^[cs]-/, ''), ctrl: key.startsWith('c-'), shift: key.startsWith('s-') }, bounds) ?? before, selection);

  test('moves, grows and stays within the table', () => {
    expect(press(at(0, 0), 'ArrowDown', 'ArrowRight', 'PageDown').active).toEqual({ row: 11, column: 1 });
    expect(press(at(0, 0), 'c-End').active).toEqual({ row: 99, column: 3 });
    expect(press(at(99, 3), 'ArrowDown', 'ArrowRight').active).toEqual({ row: 99, column: 3 });
    expect(press(at(0, 2), 'ArrowUp').active).toEqual({ row: -1, column: 2 });
    expect(press(at(-1, 2), 'ArrowDown').active).toEqual({ row: 0, column: 2 });
    expect(rangeOf(press(at(5, 1), 's-ArrowDown', 's-ArrowRight', 's-ArrowUp', 's-ArrowUp'))).toEqual({ top: 4, bottom: 5, left: 1, right: 2 });
    expect(rangeOf(press(at(5, 1), 'c-a'))).toEqual({ top: 0, bottom: 99, left: 0, right: 3 });
    expect(press(at(5, 1), 'c-a').active).toEqual({ row: 5, column: 1 });
    expect(rangeOf(press(at(5, 1), 's- '))).toEqual({ top: 5, bottom: 5, left: 0, right: 3 });
    expect(rangeOf(press(at(5, 1), 'c- '))).toEqual({ top: 0, bottom: 99, left: 1, right: 1 });
    expect(rangeOf(press(at(5, 1), 'c-a', 'Escape'))).toEqual({ top: 5, bottom: 5, left: 1, right: 1 });
  });
});

describe('filters', () => {
  test('go into the address and come back', () => {
    const filters: Filter[] = [{ column: 'a', op: 'one of', values: ['x', '', null] }, { column: 'b', op: 'within', values: ['1', '2'] }, { column: 'a', of: 'length', op: '>', value: '3' }];
    const sort = [{ column: 'a', descending: true }];
    const params = viewParams(filters, sort);
    expect([filtersOf(params['filters'] ?? null), sortOf(params['sort'] ?? null)]).toEqual([filters, sort]);
    expect(filtersOf('[{"column":1},{"column":"a","op":"like"},7]')).toEqual([]);
    expect(filters.map(filterText)).toEqual(['a is x or (nothing) or null', 'b from 1 to below 2', 'length of a > 3']);
  });

  test('a facet changes its own filter and no other', () => {
    const other: Filter = { column: 'a', op: 'contains', value: 'x' };
    const chosen = withChoice([other], 'a', 'value', { values: ['1', null], inverted: false });
    expect(choiceIn(chosen, 'a', 'value')).toEqual({ values: ['1', null], inverted: false });
    expect(choiceIn(chosen, 'a', 'length')).toEqual({ values: [], inverted: false });
    expect(choiceIn(withChoice(chosen, 'a', 'value', { values: ['1'], inverted: true }), 'a', 'value').inverted).toBe(true);
    expect(withoutChoice(chosen, 'a', 'value')).toEqual([other]);
  });

  test('any brushed range comes back from its filter', () => {
    assert(property(integer({ min: 1, max: 60 }), integer({ min: 0, max: 60 }), integer({ min: 1, max: 60 }), constantFrom(0.1, 5, 1000), (n, a, wide, step) => {
      const edges = edgesOf(Array.from({ length: n }, (_, i) => ({ low: (i - 7) * step, high: (i - 6) * step, count: 1 })));
      const low = Math.min(a, n - 1);
      const high = Math.min(n, low + wide);
      expect(edgesIn(withRange([], 'a', edges, low, high), 'a', edges)).toEqual({ low, high });
    }));
    const days = ['2001-01-01T00:00:00Z', '2001-02-01T00:00:00Z', '2001-03-01T00:00:00Z'];
    expect(edgesIn(withRange([], 'a', days, 1, 2), 'a', days)).toEqual({ low: 1, high: 2 });
    expect(withRange([], 'a', days, 0, 2)).toEqual([]);
  });
});

describe('blocks of rows', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  interface Asked {
    readonly block: number;
    readonly signal: AbortSignal;
    answer(page?: Partial<Page>): Promise<void>;
  }
  const reader = (rows: number) => {
    const asked: Asked[] = [];
    const blocks = new RowBlocks('', (limit, offset, signal) => new Promise((resolve) => {
      asked.push({ block: offset / BLOCK, signal, answer: async () => { resolve({ rows: Array.from({ length: Math.min(limit, rows - offset) }, (_, i) => [offset + i]), total: rows }); await vi.advanceTimersByTimeAsync(0); } });
    }), (error) => { throw error; });
    return { blocks, asked, want: async (first: number, end: number, direction = 1) => { blocks.want(first, end, direction); await vi.advanceTimersByTimeAsync(100); } };
  };

  test('what is in view is asked for, then what comes next; what has left it is given up', async () => {
    const { blocks, asked, want } = reader(32_000_204);
    await want(0, 30);
    expect(asked.map(({ block }) => block)).toEqual([0, 1]);
    await asked[0]?.answer();
    expect(blocks.row(7)).toEqual([7]);
    expect(blocks.row(BLOCK)).toBeUndefined();
    await want(16_000_000, 16_000_030);
    expect(asked[1]?.signal.aborted).toBe(true);
    expect(asked.slice(2).map(({ block }) => block)).toEqual([53_333, 53_334]);
    await asked[2]?.answer();
    expect(blocks.row(16_000_007)).toEqual([16_000_007]);
    expect(blocks.total).toBe(32_000_204);
    await want(32_000_200, 32_000_204);
    expect(asked.slice(4).map(({ block }) => block)).toEqual([106_667]);
  });

  test('a flight over many rows asks for few of them', async () => {
    const { blocks, asked } = reader(32_000_204);
    for (let row = 0; row < 30_000_000; row += 300_000) {
      blocks.want(row, row + 30, 1);
      await vi.advanceTimersByTimeAsync(4);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(asked.length).toBeLessThan(40);
    expect(asked.filter(({ signal }) => !signal.aborted).map(({ block }) => block)).toEqual([99_000, 99_001]);
  });
});
