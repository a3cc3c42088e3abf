import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'];

/** A Chromium for the end-to-end tests: `$CHROMIUM`, the system's, or the one that Playwright installed. */
export async function findChromium(): Promise<string | undefined> {
  const stated = process.env['CHROMIUM'];
  if (stated) return stated;
  const installed = PLACES.find((place) => existsSync(place));
  if (installed !== undefined) return installed;
  const { chromium } = await import('@playwright/test');
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
}

/** Finds Chromium, or installs Debian's where that is possible; else says what to do. */
export async function requireChromium(): Promise<string> {
  const found = await findChromium();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('Installing Chromium from Debian…');
    spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2] });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    const now = await findChromium();
    if (now !== undefined) return now;
  }
  throw new Error('The end-to-end tests need Chromium. Install it (Debian: apt-get install chromium; elsewhere: npx playwright install chromium), or name one: CHROMIUM=/path/to/chromium npm test');
}

/** Switches that keep it quiet and let it run as root, where it has no sandbox of its own. */
export const chromiumSwitches: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--disable-default-apps',
  '--no-first-run',
  '--no-default-browser-check',
];
