/** `npm start`: the app on its built-in sample, in Electron where it can run, else in a browser on this machine. */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { build, root } from './building.ts';
import { buildKernels } from './kernels.ts';
import { findElectron } from './electron-binary.ts';

const { values: options } = parseArgs({
  options: {
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    open: { type: 'boolean', default: true },
    sample: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

await buildKernels();
const electron = options.serve ? { reason: undefined } : findElectron();
if ('executable' in electron) await startDesktop(electron.executable);
else {
  if (electron.reason !== undefined) console.log(`Electron cannot run here: ${electron.reason}. Serving the same app to a browser instead.`);
  await startServing();
}

async function startDesktop(executable: string): Promise<void> {
  await build(['client', 'main', 'preload']);
  const child = spawn(executable, [root, ...(options.sample ? ['--sample'] : [])], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

async function startServing(): Promise<void> {
  await build(['client']);
  const { serve } = await import('../electron/serve/index.ts');
  const { openInBrowser } = await import('../electron/serve/browser.ts');
  const host = await serve({ port: Number(options.port) });
  if (options.sample) await host.engine.call('workspaces.openSample', {}).catch((error: Error) => console.error(`The built-in sample could not be opened: ${error.message}`));
  console.log(`Ready: ${host.url}`);
  console.log('The address holds the key to this session. Press Ctrl+C to stop.');
  if (options.open && process.stdout.isTTY) openInBrowser(host.url);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void host.close().then(() => process.exit(0)));
}
