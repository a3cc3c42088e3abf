import { app, BrowserWindow, dialog, screen } from 'electron';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job } from '../../shared/contract/index.ts';
import { pageAddress } from './address.ts';
import { readWindowState, saveWindowState } from './window-state.ts';

/** Opens the app's window where it was last, and brings it back when its page crashes: the engine goes on meanwhile. */
export function openWindow(home: string): BrowserWindow {
  const stateFile = path.join(home, 'window.json');
  const state = readWindowState(stateFile, screen.getAllDisplays().map(({ workArea }) => workArea));
  const window = new BrowserWindow({
    title: 'Reelbench',
    width: 1280,
    height: 840,
    ...(state ? { x: state.x, y: state.y, width: state.width, height: state.height } : {}),
    minWidth: 800,
    minHeight: 560,
    show: false,
    webPreferences: {
      preload: fileURLToPath(new URL('../preload/preload.cjs', import.meta.url)),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (state?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => saveWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }));
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') void recover(window, reason);
  });
  void window.loadURL(pageAddress);
  return window;
}

async function recover(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: 'This window stopped working.',
    detail: `Your workspace is safe, and what was running goes on. (${reason})`,
    buttons: ['Open it again', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 1) app.quit();
  else if (!window.isDestroyed()) window.webContents.reload();
}

/** The running job's phase on the taskbar or dock icon; a phase without a known end pulses. */
export function showProgress(window: BrowserWindow, job: Job): void {
  const phase = job.phases.at(-1);
  if (job.status !== 'running') window.setProgressBar(-1);
  else window.setProgressBar(phase?.total ? Math.min(1, phase.done / phase.total) : 2);
}
