import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { _electron, test as base, type ConsoleMessage, type ElectronApplication, expect, type Locator, type Page } from '@playwright/test';
import { root } from '../../scripts/building.ts';
import type { Input, Method, Output, PreloadBridge } from '../../shared/contract/index.ts';
import { makeHome, type Workspace } from './homes.ts';

declare global {
  interface Window {
    readonly reelbench?: PreloadBridge;
  }
}

export interface HostOptions {
  /** Which host carries the page; set by the project. */
  hostKind: 'browser' | 'desktop';
  /** What is open when the test begins: `test.use({ workspace: 'none' })`. */
  workspace: Workspace;
}

interface Fixtures {
  /** The product's home folder of this test alone. */
  home: string;
  /** What the page complained of so far; a test that provokes complaints empties it. */
  complaints: string[];
  app: { page: Page; desktop?: ElectronApplication };
  /** The desktop's main process, for specs of the desktop alone. */
  desktop: ElectronApplication;
}

/**
 * Specs written with this `test` run on every host. `page` is the app, loaded; at the end the test fails when the page
 * logged an error or ran against its content security policy. Files named desktop*.spec.ts and browser*.spec.ts run on
 * that host alone.
 */
export const test = base.extend<HostOptions & Fixtures>({
  hostKind: ['browser', { option: true }],
  workspace: ['sample', { option: true }],

  home: async ({ workspace }, use, info) => {
    await use(await makeHome(info.outputPath('home'), workspace));
  },

  complaints: async ({}, use) => {
    await use([]);
  },

  app: async ({ hostKind, home, workspace, browser, contextOptions, viewport, complaints }, use) => {
    if (hostKind === 'desktop') {
      const desktop = await launchDesktop(home, workspace === 'none' ? [] : ['--sample']);
      const page = await desktop.firstWindow();
      listenForComplaints(page, complaints);
      await use({ page, desktop });
      await desktop.close();
    } else {
      const server = await startServer(home, workspace !== 'none');
      const context = await browser.newContext({ ...contextOptions, viewport, acceptDownloads: true });
      const page = await context.newPage();
      listenForComplaints(page, complaints);
      await page.goto(server.url);
      await use({ page });
      await context.close();
      await server.close();
    }
  },

  desktop: async ({ app: { desktop } }, use) => {
    if (!desktop) throw new Error('This test is for the desktop alone: name its file desktop*.spec.ts.');
    await use(desktop);
  },

  page: async ({ app: { page }, workspace, complaints }, use) => {
    await page.waitForFunction(() => document.querySelector('#root')?.hasChildNodes());
    if (workspace !== 'none') await expect.poll(async () => (await callEngine(page, 'workspaces.list', {})).some(({ current }) => current), { timeout: 30_000 }).toBe(true);
    await use(page);
    expect(complaints, 'what the page complained of').toEqual([]);
  },
});
export { expect };

const standIn = path.join(root, 'test/support/electron-stand-in/electron');

/** Real Electron when its program is there, else what stands in for it. */
export function electronExecutable(): { executablePath?: string } {
  return existsSync(path.join(root, 'node_modules/electron/dist/version')) ? {} : { executablePath: standIn };
}

async function launchDesktop(home: string, switches: readonly string[]): Promise<ElectronApplication> {
  return _electron.launch({ ...electronExecutable(), args: [root, ...switches], cwd: root, env: desktopEnvironment(home) });
}

export function desktopEnvironment(home: string): Record<string, string> {
  return { ...(process.env as Record<string, string>), REELBENCH_HOME: home, STAND_IN_NODE: process.execPath };
}

/** `npm start` without Electron, as a process of its own. */
async function startServer(home: string, sample: boolean): Promise<{ url: string; close(): Promise<void> }> {
  const child = spawn(process.execPath, ['scripts/start.ts', '--serve', '--no-open', sample ? '--sample' : '--no-sample'], {
    cwd: root,
    env: { ...process.env, REELBENCH_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await firstMatch(child, /Ready: (\S+)/);
  return {
    url,
    close: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function firstMatch(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with status ${code}: ${text}`)));
  });
}

/** Collects console errors, uncaught errors and policy violations. */
function listenForComplaints(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isAnsweredError(message)) complaints.push(`${message.text()} (${message.location().url})`);
  });
}

/** An error that the engine answered is the page's to show; Chromium logs its status all the same. */
function isAnsweredError(message: ConsoleMessage): boolean {
  return message.text().startsWith('Failed to load resource') && URL.parse(message.location().url)?.pathname.startsWith('/api/') === true;
}

/** Asks the engine as the page would, over whichever host carries it. */
export async function callEngine<M extends Method>(page: Page, method: M, input: Input<M>): Promise<Output<M>> {
  const answer = await page.evaluate(async ([name, value]) => {
    if (window.reelbench) return window.reelbench.call(1_000_000, name, value);
    const response = await fetch(`/api/${name}`, { method: 'POST', headers: { 'x-reelbench': '1', 'content-type': 'application/json' }, body: JSON.stringify(value) });
    const body: unknown = await response.json();
    return response.ok ? { ok: true, value: body } : { ok: false, error: body };
  }, [method, input] as const);
  if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  return answer.value as Output<M>;
}

/** Drops files or folders of this machine on an element, with their real paths, as a person would. */
export async function dropFiles(target: Locator, files: readonly string[]): Promise<void> {
  const page = target.page();
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error('The place to drop on is not visible.');
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: files.map((file) => path.resolve(file)), dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: box.x + box.width / 2, y: box.y + box.height / 2, data });
  }
  await session.detach();
}

/** Fails when axe finds anything serious on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html, target }) => ({ target, html: html.slice(0, 200) })) }))).toEqual([]);
}

/** Follows a link inside the app, for instance `#/settings`. On the desktop any other way of leaving the page is refused. */
export const visit = (page: Page, hash: string): Promise<void> => page.evaluate((to) => void (window.location.hash = to), hash);
