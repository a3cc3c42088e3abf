import { callEngine, expect, test } from './fixtures.ts';

test.use({ workspace: 'none' });

test('the page sees the bridge and nothing of Node or Electron', async ({ page, hostKind }) => {
  const seen = await page.evaluate(() => ({
    names: ['require', 'process', 'module', 'ipcRenderer', 'electron', 'Buffer'].filter((name) => name in globalThis),
    bridge: 'reelbench' in window ? Object.keys(window.reelbench as object).sort() : null,
    secure: isSecureContext,
  }));
  expect(seen).toEqual({ names: [], bridge: hostKind === 'desktop' ? ['call', 'cancel', 'grant', 'info', 'on', 'pick', 'save'] : null, secure: true });
});

test('scripts, connections and frames of others are refused', async ({ page, complaints }) => {
  const outcome = await page.evaluate(async () => {
    const violated: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violated.push(effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'document.title = "run by an inline script"';
    document.head.append(script);
    const fetched = await fetch('https://example.com/').then(() => 'reached', () => 'refused');
    for (const [tag, attribute, value] of [['script', 'src', 'https://example.com/x.js'], ['iframe', 'src', 'https://example.com/'], ['img', 'src', 'https://example.com/x.png'], ['base', 'href', 'https://example.com/']] as const) {
      const element = document.createElement(tag);
      element.setAttribute(attribute, value);
      document.head.append(element);
      element.remove();
    }
    const style = document.createElement('style');
    style.textContent = 'body { outline: 3px solid red }';
    document.head.append(style);
    const inlined = getComputedStyle(document.body).outlineStyle;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { title: document.title, fetched, inlined, violated };
  });
  expect(outcome).toMatchObject({ fetched: 'refused', inlined: 'none' });
  expect(outcome.title).not.toContain('inline script');
  expect(outcome.violated).toEqual(expect.arrayContaining(['connect-src', 'script-src-elem', 'style-src-elem', 'frame-src', 'img-src', 'base-uri']));
  complaints.length = 0;
});

test.describe('with the sample', () => {
  test.use({ workspace: 'sample' });

  test('what the page is told names no folder of this machine', async ({ page, home }) => {
    await expect.poll(() => callEngine(page, 'workspace.summary', {}), { timeout: 30_000 }).not.toBeNull();
    const told = JSON.stringify([
      await callEngine(page, 'workspaces.list', {}),
      await callEngine(page, 'workspace.summary', {}),
      await callEngine(page, 'jobs.list', {}),
      await callEngine(page, 'tables.list', {}),
      await callEngine(page, 'params.list', {}),
      await callEngine(page, 'import.rejects', {}),
    ]);
    expect(told).toContain('ratings');
    expect(told).not.toContain(home);
    expect(told).not.toMatch(/"(\/[\w.-]+){2,}|[A-Z]:\\\\/);
  });
});
