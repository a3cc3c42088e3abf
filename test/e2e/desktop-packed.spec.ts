import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { _electron, expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { root } from '../../scripts/building.ts';
import { desktopEnvironment, electronExecutable } from './fixtures.ts';

test('the packed app holds all it needs: it starts from its own archive and opens the sample', async ({}, info) => {
  test.skip(process.platform !== 'linux', 'Packed on Linux, where the stand-in runs.');
  test.setTimeout(180_000);
  const executable = await pack(info.outputPath('release'));
  const desktop = await _electron.launch({ executablePath: executable, args: ['--sample'], cwd: info.outputDir, env: desktopEnvironment(info.outputPath('home')) });
  try {
    const page = await desktop.firstWindow();
    await page.waitForURL(/index\.html/);
    expect(await desktop.evaluate(({ app }) => app.isPackaged)).toBe(true);
    await expect.poll(async () => JSON.stringify(await page.evaluate(() => window.reelbench?.call(1, 'workspace.summary', {}))), { timeout: 60_000 }).toContain('"sample":true');
    // The kernels are WebAssembly read by path, and run on threads.
    expect(await page.evaluate(() => window.reelbench?.call(2, 'app.info', {}))).toMatchObject({ ok: true, value: { kernels: expect.stringContaining('simd') } });
  } finally {
    await desktop.close();
    await rm(info.outputPath('release'), { recursive: true, force: true });
  }
});

/** Packs as electron-builder.yml says, but around the stand-in where there is no real Electron, which has no fuses to set. */
async function pack(output: string): Promise<string> {
  const { electronFuses, ...config } = parse(await readFile(path.join(root, 'electron-builder.yml'), 'utf8'));
  const { executablePath } = electronExecutable();
  const file = `${output}.json`;
  await writeFile(file, JSON.stringify({
    ...config,
    directories: { ...config.directories, output },
    ...(executablePath === undefined ? { electronFuses: { ...electronFuses, enableNodeCliInspectArguments: true } } : { electronDist: path.dirname(executablePath) }),
  }));
  await promisify(execFile)(process.execPath, [path.join(root, 'node_modules/electron-builder/cli.js'), '--linux', 'dir', '--config', file, '--publish', 'never'], { cwd: root });
  return path.join(output, 'linux-unpacked', 'reelbench');
}
