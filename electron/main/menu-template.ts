import type { MenuItemConstructorOptions } from 'electron';
import type { WorkspaceEntry } from '../../shared/contract/index.ts';
import { type CommandId, commands } from '../../shared/domain/commands.ts';

export interface MenuActions {
  /** Passes a command on to the page. */
  command(id: CommandId): void;
  openFolder(): void;
  openRecent(id: string): void;
}

export interface MenuState {
  readonly platform: NodeJS.Platform;
  readonly packaged: boolean;
  readonly recent: readonly WorkspaceEntry[];
}

/** The native menu: the commands of the page, and what only a desktop has. */
export function menuTemplate({ platform, packaged, recent }: MenuState, actions: MenuActions): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const of = (menu: string): MenuItemConstructorOptions[] =>
    commands.filter((command) => command.menu === menu).map(({ id, title, keys }) => ({
      id,
      label: title,
      ...(keys === undefined ? {} : { accelerator: accelerator(keys) }),
      click: () => actions.command(id),
    }));
  const file: MenuItemConstructorOptions[] = [
    ...of('File'),
    { type: 'separator' },
    { id: 'workspace.openFolder', label: 'Open a workspace’s folder…', accelerator: 'CommandOrControl+Shift+O', click: () => actions.openFolder() },
    {
      id: 'workspace.recent',
      label: 'Recent workspaces',
      enabled: recent.length > 0,
      submenu: recent.map(({ id, name }) => ({ id: `recent.${id}`, label: name, click: () => actions.openRecent(id) })),
    },
    { type: 'separator' },
    { role: mac ? 'close' : 'quit' },
  ];
  const view: MenuItemConstructorOptions[] = [
    ...of('View'),
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(packaged ? [] : [{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }] satisfies MenuItemConstructorOptions[]),
  ];
  return [
    ...(mac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    { label: 'File', submenu: file },
    { role: 'editMenu' },
    { label: 'View', submenu: view },
    { label: 'Go', submenu: of('Go') },
    { role: 'windowMenu' },
    { role: 'help', label: 'Help', submenu: of('Help') },
  ];
}

/** `mod+shift+N`, as the page writes keys, in Electron's form. */
export function accelerator(keys: string): string {
  const names: Readonly<Record<string, string>> = { mod: 'CommandOrControl', shift: 'Shift', alt: 'Alt', enter: 'Enter' };
  return keys.split('+').map((key) => names[key.toLowerCase()] ?? key.toUpperCase()).join('+');
}
