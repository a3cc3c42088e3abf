import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { accelerator, type MenuActions, menuTemplate } from '../../electron/main/menu-template.ts';
import { commands } from '../../shared/domain/commands.ts';

const recent = [{ id: '1', name: 'Mine', openedAt: '2026-01-01T00:00:00Z', sample: false, current: true, exists: true }];

function items(platform: NodeJS.Platform, packaged = true, actions: Partial<MenuActions> = {}): MenuItemConstructorOptions[] {
  const all = { command: () => undefined, openFolder: () => undefined, openRecent: () => undefined, ...actions };
  const flatten = (list: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] => list.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);
  return flatten(menuTemplate({ platform, packaged, recent }, all));
}

test.each(['darwin', 'win32', 'linux'] as const)('every command of the page is in the menu on %s, once and with its keys; undo and redo are the system’s own', (platform) => {
  for (const { id, title, keys } of commands.filter(({ menu }) => menu !== 'Edit')) {
    const found = items(platform).filter((item) => item.id === id);
    expect(found).toMatchObject([{ label: title, ...(keys === undefined ? {} : { accelerator: accelerator(keys) }) }]);
  }
});

test('no two items answer to the same keys', () => {
  const keys = items('linux').flatMap(({ accelerator: key }) => (key === undefined ? [] : [key]));
  expect(new Set(keys).size).toBe(keys.length);
});

test('keys are written in Electron’s form', () => {
  expect(['mod+shift+N', 'mod+Enter', 'mod+,', 'mod+1', 'mod+.'].map(accelerator)).toEqual(['CommandOrControl+Shift+N', 'CommandOrControl+Enter', 'CommandOrControl+,', 'CommandOrControl+1', 'CommandOrControl+.']);
});

test('a click passes the command on, or opens the workspace', () => {
  const asked: unknown[] = [];
  const all = items('linux', true, { command: (id) => asked.push(id), openRecent: (id) => asked.push(id) });
  for (const id of ['pipeline.run', 'recent.1']) (all.find((item) => item.id === id) as { click: () => void }).click();
  expect(asked).toEqual(['pipeline.run', '1']);
});

test('developer tools are for development', () => {
  expect(items('linux', true).some(({ role }) => role === 'toggleDevTools')).toBe(false);
  expect(items('linux', false).some(({ role }) => role === 'toggleDevTools')).toBe(true);
});
