/** `node scripts/icon.ts`: the installers' icon, drawn from the page's own. */
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { chromiumSwitches, requireChromium } from './chromium.ts';

const SIZE = 1024;

const browser = await chromium.launch({ executablePath: await requireChromium(), args: [...chromiumSwitches] });
const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
const svg = await readFile(new URL('../renderer/public/icon.svg', import.meta.url), 'utf8');
await page.setContent(`<style>html, body { margin: 0 } svg { display: block; width: ${SIZE}px; height: ${SIZE}px }</style>${svg}`);
await writeFile(new URL('../resources/icons/icon.png', import.meta.url), await page.screenshot({ omitBackground: true }));
await browser.close();
