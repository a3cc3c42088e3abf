import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { app, BrowserWindow, dialog, Menu } from 'electron';
import { type AnyEvent, ReelbenchError, type WorkspaceEntry } from '../../shared/contract/index.ts';
import { homeDirectory, resourcesDirectory, version } from '../engine/installation.ts';
import { RemoteEngine } from '../engine/remote.ts';
import { launchEngine } from './engine.ts';
import { guardEveryPage } from './guards.ts';
import { answerPages, tellPages } from './ipc.ts';
import { menuTemplate } from './menu-template.ts';
import { notify } from './notify.ts';
import { registerScheme, servePage } from './protocol.ts';
import { openWindow, showProgress } from './window.ts';

const home = homeDirectory();
mkdirSync(home, { recursive: true });
app.setPath('userData', path.join(home, 'electron'));
app.enableSandbox();
registerScheme();

if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();

function start(): void {
  guardEveryPage();
  servePage();
  const engine = new RemoteEngine({ launch: launchEngine, start: { resources: resourcesDirectory(), home, version, host: { name: 'the app', pid: process.pid } }, onEvent: (event) => tell(engine, event) });
  answerPages(engine);
  applyMenu(engine, []);
  void showMenu(engine);
  openWindow(home);
  void open(engine, process.argv);

  app.on('second-instance', (_event, argv) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
    void open(engine, argv);
  });
  app.on('open-file', (event, file) => {
    event.preventDefault();
    void openFolder(engine, file);
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(home);
  });
  let closing = false;
  app.on('will-quit', (event) => {
    if (closing) return;
    closing = true;
    event.preventDefault();
    void engine.close().finally(() => app.exit());
  });
}

app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});

function tell(engine: RemoteEngine, event: AnyEvent): void {
  tellPages(event.name === 'alert.raised' ? { ...event, data: { ...event.data, shown: notify(event.data) } } : event);
  if (event.name === 'job.changed') for (const window of BrowserWindow.getAllWindows()) showProgress(window, event.data);
  if (event.name === 'workspace.changed' && event.data.what === 'workspace') {
    if (engine.directory !== undefined) app.addRecentDocument(engine.directory);
    void showMenu(engine);
  }
}

/** Opens what the command line names: `--sample`, or a workspace's folder. */
async function open(engine: RemoteEngine, argv: readonly string[]): Promise<void> {
  const folder = argv.slice(1).find((argument) => !argument.startsWith('-') && isFolder(argument) && path.resolve(argument) !== app.getAppPath());
  if (folder !== undefined) await openFolder(engine, folder);
  else if (argv.includes('--sample')) await engine.call('workspaces.openSample', {}).catch(showError);
}

async function openFolder(engine: RemoteEngine, directory: string): Promise<void> {
  await engine.request('openFolder', { directory }).catch(showError);
}

async function chooseFolder(engine: RemoteEngine): Promise<void> {
  const { canceled, filePaths: [directory] } = await dialog.showOpenDialog({ title: 'Open a workspace', properties: ['openDirectory', 'createDirectory'] });
  if (!canceled && directory !== undefined) await openFolder(engine, directory);
}

async function showMenu(engine: RemoteEngine): Promise<void> {
  const recent = await engine.call('workspaces.list', {}).catch(() => []);
  applyMenu(engine, recent.filter(({ exists }) => exists));
}

function applyMenu(engine: RemoteEngine, recent: readonly WorkspaceEntry[]): void {
  const template = menuTemplate({ platform: process.platform, packaged: app.isPackaged, recent }, {
    command: (id) => tellPages({ name: 'command', data: { id } }),
    openFolder: () => void chooseFolder(engine),
    openRecent: (id) => void engine.call('workspaces.open', { id }).catch(showError),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function showError(error: unknown): void {
  const hint = error instanceof ReelbenchError ? error.hint : undefined;
  void dialog.showMessageBox({ type: 'error', message: error instanceof Error ? error.message : String(error), ...(hint === undefined ? {} : { detail: hint }) });
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
