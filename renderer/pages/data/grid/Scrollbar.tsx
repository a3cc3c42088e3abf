import { type PointerEvent, useRef, useState } from 'react';
import classes from './Grid.module.css';
import { clampTop, heightOf, ROW_HEIGHT, thumbOf, topOfThumb } from './scroll.ts';

export interface ScrollbarProps {
  readonly top: number;
  readonly rows: number;
  /** Height of the rows in view. */
  readonly height: number;
  /** Height of the bar itself. */
  readonly track: number;
  readonly controls: string;
  readonly onScroll: (top: number) => void;
}

/** The grid's own vertical scrollbar: a browser's would end at some million pixels. The keyboard scrolls in the grid itself. */
export function Scrollbar({ top, rows, height, track, controls, onScroll }: ScrollbarProps) {
  const held = useRef<number>(null);
  const [dragging, setDragging] = useState(false);
  const { length, offset } = thumbOf(top, rows, height, track);
  if (heightOf(rows) <= height) return <div className={classes['scrollbar']} />;
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const y = event.clientY - event.currentTarget.getBoundingClientRect().top;
    if (y < offset || y > offset + length) {
      // A press beside the thumb takes it there, as far as it takes to a place in 32 million rows.
      onScroll(topOfThumb(y - length / 2, rows, height, track));
      held.current = length / 2;
    } else held.current = y - offset;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDragging(true);
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (held.current === null) return;
    onScroll(topOfThumb(event.clientY - event.currentTarget.getBoundingClientRect().top - held.current, rows, height, track));
  };
  const up = () => {
    held.current = null;
    setDragging(false);
  };
  return (
    <div
      role="scrollbar"
      aria-controls={controls}
      aria-orientation="vertical"
      aria-label="Rows"
      aria-valuemin={1}
      aria-valuemax={rows}
      aria-valuenow={Math.min(rows, Math.floor(clampTop(top, rows, height) / ROW_HEIGHT) + 1)}
      tabIndex={-1}
      className={classes['scrollbar']}
      data-dragging={dragging || undefined}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onLostPointerCapture={up}
    >
      <div className={classes['thumb']} style={{ height: length, transform: `translateY(${offset}px)` }} />
    </div>
  );
}
