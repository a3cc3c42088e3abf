import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWindowState, saveWindowState } from '../../electron/main/window-state.ts';

let folder: string;
let file: string;
const display = { x: 0, y: 0, width: 1920, height: 1080 };
const state = { x: 100, y: 50, width: 1280, height: 800, maximized: false };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reelbench-window-'));
  file = path.join(folder, 'window.json');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a window comes back where it was', () => {
  saveWindowState(file, state);
  expect(readWindowState(file, [display])).toEqual(state);
  expect(readWindowState(file, [{ x: -1920, y: 0, width: 1920, height: 1080 }, display])).toEqual(state);
});

test.each([
  ['on a display that is gone', { x: 3000 }],
  ['above the display', { y: -100 }],
  ['below the display', { y: 1060 }],
  ['with only its edge on the display', { x: -1250 }],
])('but not %s', (_where, change) => {
  saveWindowState(file, { ...state, ...change });
  expect(readWindowState(file, [display])).toBeUndefined();
});

test.each(['', '{', '{}', '{"x":1,"y":1,"width":10,"height":10,"maximized":false}'])('a file that says %j is passed over', async (text) => {
  await writeFile(file, text);
  expect(readWindowState(file, [display])).toBeUndefined();
});

test('a folder that cannot be written to is no error', () => {
  expect(() => saveWindowState(path.join(folder, 'missing', 'window.json'), state)).not.toThrow();
});
