import type { Command } from 'commander';
import { ReelbenchError } from '../../shared/contract/index.ts';

/** Options that every command takes. */
export interface CommonOptions {
  readonly workspace: string;
  readonly config?: string;
  readonly set: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

export const repeat = (value: string, before: readonly string[]): string[] => [...before, value];

/** A new command with the common options. */
export function command(program: Command, usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .option('-w, --workspace <dir>', 'folder of the workspace', process.env['REELBENCH_WORKSPACE'] ?? 'workspace')
    .option('--config <file>', 'parameters (YAML) instead of the workspace’s reelbench.yaml')
    .option('--set <path=value>', 'overrides one parameter; may be repeated', repeat, [])
    .option('--json', 'prints one JSON document on standard output and nothing else there', false)
    .option('--quiet', 'no progress and no log', false)
    .option('--log-level <level>', 'debug, info, warn or error', 'warn');
}

/** The value of an option that counts something. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new ReelbenchError('invalid-arguments', `${option} ${text}: expected a whole number from 1.`);
  return value;
}
