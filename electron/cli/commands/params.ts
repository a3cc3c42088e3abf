import type { Command } from 'commander';
import type { Cell, ParameterInfo } from '../../../shared/contract/index.ts';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { withBench } from '../bench.ts';
import { command, type CommonOptions } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';

interface ParamsOptions extends CommonOptions {
  readonly show: boolean;
  readonly diff?: string;
}

/** `params`: what is in force and where it comes from, and how that differs from what a run had. */
export function addParameterCommands(program: Command, terminal: Terminal): void {
  command(program, 'params', 'the parameters in force')
    .option('--show', 'lists them with value, default, unit and where the value comes from; the same as without options', false)
    .option('--diff <run>', 'only those that differ from the parameters that a run had')
    .action(async (options: ParamsOptions) => {
      if (options.show && options.diff !== undefined) throw new ReelbenchError('invalid-arguments', 'Give --show or --diff RUN, one of the two.');
      const { diff } = options;
      if (diff === undefined) {
        const params = await withBench(options, terminal, (bench) => bench.call('params.list', {}));
        terminal.result({ params }, () => listed(params));
        return;
      }
      const { params, answer } = await withBench(options, terminal, async (bench) => ({ answer: await bench.call('params.diff', { run: diff }), params: await bench.call('params.list', {}) }));
      terminal.result({ params, ...answer }, () =>
        answer.differences.length === 0
          ? `Run ${answer.run} had the parameters that are in force.`
          : table(['parameter', `in run ${answer.run}`, 'in force'], answer.differences.map(({ path, a, b }) => [path, words(a), words(b)])));
    });
}

function listed(params: readonly ParameterInfo[]): string[] {
  const changed = params.filter(({ source }) => source !== 'default').length;
  return [
    table(['parameter', 'value', 'default', 'unit', 'from'], params.map((parameter) => [parameter.path, words(parameter.value), words(parameter.default), parameter.unit ?? '', origin(parameter)])),
    `${params.length} parameters, ${changed} of them from the file or --set.`,
  ];
}

function origin({ source, line }: ParameterInfo): string {
  return source === 'override' ? '--set' : source === 'file' ? `file${line === undefined ? '' : `, line ${line}`}` : 'default';
}

/** A value as a person would write it; a long list is cut. */
function words(value: Cell): string {
  if (value === null) return '–';
  const text = Array.isArray(value) ? value.map(String).join(', ') : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
