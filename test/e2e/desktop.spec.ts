import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { AnyEvent, FileRef } from '../../shared/contract/index.ts';
import { callEngine, expect, test } from './fixtures.ts';

test.use({ workspace: 'none' });

/** Keeps what the bridge tells the page, for `told`. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const told: AnyEvent[] = [];
    Object.assign(window, { told });
    window.reelbench?.on((event) => told.push(event));
  });
}

function told(page: Page): Promise<AnyEvent[]> {
  return page.evaluate(() => (window as unknown as { told: AnyEvent[] }).told);
}

test('the window shows the app’s own scheme, sandboxed, and knows its menu', async ({ page, desktop }) => {
  expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())).toMatch(/^app:\/\/reelbench\/index\.html/);
  await listen(page);
  await desktop.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('go.settings')?.click());
  await expect.poll(() => told(page)).toContainEqual({ name: 'command', data: { id: 'go.settings' } });
});

test('a page cannot leave, open windows, or get permissions', async ({ page, desktop, complaints }) => {
  const before = page.url();
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'https://example.com/somewhere';
    document.body.append(link);
    link.click();
  });
  await page.waitForTimeout(300);
  expect(page.url()).toBe(before);

  await desktop.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = (address) => Promise.resolve(void opened.push(address));
  });
  await page.evaluate(() => {
    for (const address of ['https://example.com/film', 'http://example.com/', 'file:///etc/passwd', 'javascript:alert(1)']) window.open(address);
  });
  await page.waitForTimeout(500);
  expect(await desktop.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual(['https://example.com/film']);
  expect(desktop.windows()).toHaveLength(1);
  expect(page.url()).toBe(before);

  const states = await page.evaluate(() => Promise.all((['geolocation', 'notifications', 'camera'] as PermissionName[]).map(async (name) => (await navigator.permissions.query({ name })).state)));
  expect(states).toEqual(['denied', 'denied', 'denied']);
  complaints.length = 0; // Chromium reports what it was kept from
});

test('messages of the wrong shape are refused with a code', async ({ page }) => {
  const codes = await page.evaluate(async () => {
    const bridge = window.reelbench;
    if (!bridge) throw new Error('There is no bridge.');
    const answers = [await bridge.call(1, 'no.such.method', {}), await bridge.call(-1, 'workspaces.list', {}), await bridge.call(2, 'workspaces.create', { name: 3 }), await bridge.save({ id: '../../etc/passwd', name: 'x', size: 1, directory: false }, 'x')];
    return answers.map((answer) => (answer.ok ? 'answered' : answer.error.code));
  });
  expect(codes).toEqual(['invalid-arguments', 'invalid-arguments', 'invalid-arguments', 'forbidden']);
});

test('files come through the dialog as references, and go out through it, without a path', async ({ page, desktop }, info) => {
  const chosen = info.outputPath("it's ü.csv");
  const saved = info.outputPath('saved.csv');
  await writeFile(chosen, 'userId,movieId,rating,timestamp\n1,2,3.5,964982703\n');
  await desktop.evaluate(({ dialog }, [open, save]) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [open ?? ''] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: save ?? '' });
  }, [chosen, saved]);

  const picked = await page.evaluate(() => window.reelbench?.pick({}));
  expect(picked).toMatchObject({ ok: true, value: [{ name: "it's ü.csv", directory: false }] });
  expect(JSON.stringify(picked)).not.toContain(path.dirname(chosen));

  const [reference] = picked?.ok ? picked.value : [];
  expect(await page.evaluate((file) => window.reelbench?.save(file as FileRef, 'x.csv'), reference)).toEqual({ ok: true, value: true });
  expect(await readFile(saved, 'utf8')).toBe(await readFile(chosen, 'utf8'));

  // A file that the page made itself has no path, so there is nothing to grant.
  expect(await page.evaluate(() => window.reelbench?.grant([new File(['x'], '/etc/passwd')]))).toEqual({ ok: true, value: [] });
});

test('the engine comes back after its process ends, and the page is told', async ({ page, desktop }) => {
  expect(await page.evaluate(() => window.reelbench?.call(1, 'workspaces.create', { name: 'Mine' }))).toMatchObject({ ok: true });
  await listen(page);
  const pid = await desktop.evaluate(({ app }) => app.getAppMetrics().find(({ type, name }) => type === 'Utility' && name === 'Reelbench engine')?.pid);
  process.kill(pid ?? 0, 'SIGKILL');
  await expect.poll(async () => (await told(page)).map(({ name }) => name), { timeout: 30_000 }).toContain('engine.restarted');
  expect(await page.evaluate(() => window.reelbench?.call(2, 'workspaces.list', {}))).toMatchObject({ ok: true, value: [{ name: 'Mine', current: true }] });
});

test('the window is remembered', async ({ page, desktop, home }) => {
  await page.waitForLoadState();
  await desktop.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.setBounds({ x: 120, y: 80, width: 1000, height: 700 });
    window?.close();
  });
  await expect.poll(() => readFile(path.join(home, 'window.json'), 'utf8').catch(() => '')).toContain('"width":1000');
});

test('workspaces that were opened are in the menu, and any folder can be opened from it', async ({ page, desktop }, info) => {
  const recent = () => desktop.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('workspace.recent')?.submenu?.items.map(({ label }) => label) ?? []);
  await callEngine(page, 'workspaces.create', { name: 'Mine' });
  await expect.poll(recent).toEqual(['Mine']);

  const folder = info.outputPath('elsewhere');
  await mkdir(folder);
  await desktop.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, folder);
  await desktop.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('workspace.openFolder')?.click());
  await expect.poll(recent).toEqual(['elsewhere', 'Mine']);
});

test('a page that crashes is offered again', async ({ page, desktop, complaints }) => {
  await desktop.evaluate(({ BrowserWindow, dialog }) => {
    const seen = { asked: '', loaded: 0 };
    Object.assign(globalThis, { seen });
    dialog.showMessageBox = (options: { message?: string } | object) => {
      seen.asked = 'message' in options ? (options.message ?? '') : '';
      return Promise.resolve({ response: 0, checkboxChecked: false });
    };
    BrowserWindow.getAllWindows()[0]?.webContents.on('did-finish-load', () => void seen.loaded++);
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Page.crash').catch(() => undefined);
  await expect.poll(() => desktop.evaluate(() => (globalThis as unknown as { seen: object }).seen)).toEqual({ asked: 'This window stopped working.', loaded: 1 });
  complaints.length = 0;
});

test.describe('with the sample', () => {
  test.use({ workspace: 'sample' });

  test('a running job shows on the taskbar until it ends', async ({ page, desktop }) => {
    await desktop.evaluate(({ BrowserWindow }) => {
      const shown: number[] = [];
      Object.assign(globalThis, { shown });
      const [window] = BrowserWindow.getAllWindows();
      if (window) window.setProgressBar = (progress) => void shown.push(progress);
    });
    const { jobId } = await callEngine(page, 'quality.run', {});
    await expect.poll(async () => (await callEngine(page, 'jobs.get', { id: jobId })).status, { timeout: 30_000 }).toBe('succeeded');
    const shown = await desktop.evaluate(() => (globalThis as unknown as { shown: number[] }).shown);
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.slice(0, -1).every((progress) => progress >= 0)).toBe(true);
    expect(shown.at(-1)).toBe(-1);
  });
});
