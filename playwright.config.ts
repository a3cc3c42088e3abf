import { existsSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { chromiumSwitches, findChromium } from './scripts/chromium.ts';
import type { HostOptions } from './test/e2e/fixtures.ts';

const executablePath = await findChromium();
const report = process.env['REELBENCH_E2E_REPORT'];
// Each test starts a host and an engine from source: what Node compiled once, it need not compile again.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, '.cache', 'node');

// The page is the same on both hosts. What stands in for Electron shows that on the main job and on all that touches the
// host; Electron itself runs every spec.
const everySpec = existsSync(path.join(import.meta.dirname, 'node_modules/electron/dist/version')) || process.env['REELBENCH_E2E'] === 'all';
const pageSpecs = ['data', 'quality', 'quality-*', 'decisions', 'duplicates', 'evaluate', 'profiles', 'import-films', 'log', 'pipeline', 'recommend', 'recommend-*', 'search', 'settings'].map((name) => `**/${name}.spec.ts`);

/** The same specs on two hosts: the loopback host in a browser, and the desktop app. */
export default defineConfig<HostOptions>({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  globalSetup: './test/e2e/setup.ts',
  workers: 2,
  fullyParallel: true,
  // Generous, because a busy machine is no defect; a test that passes at its second try is named as flaky.
  timeout: 240_000,
  expect: { timeout: 15_000 },
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  reporter: report === undefined ? 'list' : [['list'], ['json', { outputFile: report }]],
  use: {
    trace: 'retain-on-failure',
    viewport: { width: 1280, height: 800 },
    launchOptions: { args: [...chromiumSwitches], ...(executablePath === undefined ? {} : { executablePath }) },
  },
  projects: [
    { name: 'browser', use: { hostKind: 'browser' }, testIgnore: '**/desktop*.spec.ts' },
    { name: 'desktop', use: { hostKind: 'desktop' }, testIgnore: ['**/browser*.spec.ts', ...(everySpec ? [] : pageSpecs)] },
  ],
});
