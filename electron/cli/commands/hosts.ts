import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { withBench } from '../bench.ts';
import { command, type CommonOptions } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';

/** `doctor`, `serve`. */
export function addHostCommands(program: Command, terminal: Terminal): void {
  command(program, 'doctor', 'checks that everything the product needs is there').action(async (options: CommonOptions) => {
    const report = await withBench(options, terminal, async (bench) => {
      const { ok, items } = await bench.call('doctor.check', {});
      // Who answers through its door says so itself; of one that does not answer this much is known.
      return { ok, items: bench.inUse && !bench.visit ? [...items, { name: 'Workspace', ok: true, detail: bench.inUse.message }] : items };
    }, 'is fine');
    if (!report.ok) terminal.status = 1;
    terminal.result(report, () => table(['', 'what', 'found', 'what to do'], report.items.map((item) => [item.ok ? 'ok' : 'NO', item.name, item.detail, item.ok ? '' : (item.hint ?? '')])));
  });

  command(program, 'serve', 'the app in a browser on this machine')
    .option('--port <port>', 'a free one when left out', '0')
    .option('--open', 'opens the browser', false)
    .action(async (options: CommonOptions & { port: string; open: boolean }) => {
      const port = Number(options.port);
      if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new ReelbenchError('invalid-arguments', `--port ${options.port}: expected a number from 0 to 65535.`);
      const { serve } = await import('../../serve/index.ts');
      const directory = path.resolve(options.workspace);
      const host = await serve({ port, ...(existsSync(path.join(directory, 'workspace.duckdb')) ? { directory } : {}) });
      terminal.result({ url: host.url }, () => [`Ready: ${host.url}`, 'The address holds the key to this session. Press Ctrl+C to stop.']);
      if (options.open) (await import('../../serve/browser.ts')).openInBrowser(host.url);
      await new Promise<void>((stop) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
      });
      await host.close();
    });
}
