import { readFileSync, writeFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import { z } from 'zod';

const WindowState = z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int().min(640), height: z.number().int().min(480), maximized: z.boolean() });
export type WindowState = z.infer<typeof WindowState>;

/** The state that was saved, when it can be read and enough of its title bar lies on a display to be grasped. */
export function readWindowState(file: string, displays: readonly Rectangle[]): WindowState | undefined {
  try {
    const state = WindowState.parse(JSON.parse(readFileSync(file, 'utf8')));
    return displays.some((display) => graspable(state, display)) ? state : undefined;
  } catch {
    return undefined;
  }
}

export function saveWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    // A window that opens in the middle next time is no reason to complain on the way out.
  }
}

function graspable(window: Rectangle, display: Rectangle): boolean {
  const width = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x);
  return width >= 100 && window.y >= display.y && window.y <= display.y + display.height - 50;
}
