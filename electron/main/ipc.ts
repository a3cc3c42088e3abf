import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { BrowserWindow, dialog, ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import type { AnyEvent, IpcChannel } from '../../shared/contract/index.ts';
import type { RemoteEngine } from '../engine/remote.ts';
import { answer, isTrusted, type Message, type messages, parse } from './gate.ts';

const tableFiles = [
  { name: 'Tables and archives', extensions: ['csv', 'tsv', 'dat', 'parquet', 'ndjson', 'jsonl', 'json', 'txt', 'zip', 'gz'] },
  { name: 'All files', extensions: ['*'] },
];

/** Answers the page: calls go to the engine, dialogs are shown over the window that asks. */
export function answerPages(engine: RemoteEngine): void {
  const calls = new Map<string, AbortController>();
  const key = (contents: WebContents, id: number) => `${contents.id}:${id}`;

  handle('call', async ([id, method, input], contents) => {
    const abort = new AbortController();
    calls.set(key(contents, id), abort);
    try {
      return await engine.call(method, input as never, abort.signal);
    } finally {
      calls.delete(key(contents, id));
    }
  });
  ipcMain.on('cancel' satisfies IpcChannel, (event, ...values: unknown[]) => {
    if (isTrusted(event)) calls.get(key(event.sender, parse('cancel', values)[0]))?.abort();
  });
  handle('grant', ([paths]) => engine.request('grant', { paths: paths.filter((file) => path.isAbsolute(file)) }));
  handle('pick', async ([{ directories }], contents) => {
    const window = BrowserWindow.fromWebContents(contents);
    if (!window) return [];
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: directories ? 'Import a folder' : 'Import files',
      properties: [directories ? 'openDirectory' : 'openFile', 'multiSelections'],
      ...(directories ? {} : { filters: tableFiles }),
    });
    return canceled ? [] : engine.request('grant', { paths: filePaths });
  });
  handle('save', async ([{ id }, suggestedName], contents) => {
    const window = BrowserWindow.fromWebContents(contents);
    if (!window) return false;
    const source = await engine.request('pathOf', { id });
    const { canceled, filePath } = await dialog.showSaveDialog(window, { title: 'Save', defaultPath: path.basename(suggestedName) });
    if (canceled || filePath === '') return false;
    await copyFile(source, filePath);
    return true;
  });
}

function handle<C extends Exclude<keyof typeof messages, 'cancel'>>(channel: C, work: (message: Message<C>, contents: WebContents) => Promise<unknown>): void {
  ipcMain.handle(channel, (event: IpcMainInvokeEvent, ...values: unknown[]) => answer(channel, event, values, (message) => work(message, event.sender)));
}

/** Tells every page. */
export function tellPages(event: AnyEvent): void {
  for (const window of BrowserWindow.getAllWindows()) {
    if (!window.webContents.isDestroyed()) window.webContents.send('event' satisfies IpcChannel, event);
  }
}
