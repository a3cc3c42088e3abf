import { Command, CommanderError } from 'commander';
import { type ErrorCode, ReelbenchError } from '../../shared/contract/index.ts';
import { version } from '../engine/installation.ts';
import { addDataCommands } from './commands/data.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addLineageCommands } from './commands/lineage.ts';
import { addJobCommands } from './commands/jobs.ts';
import { addParameterCommands } from './commands/params.ts';
import { addPipelineCommands } from './commands/pipeline.ts';
import { addRunCommands } from './commands/runs.ts';
import { addQualityCommands } from './commands/quality.ts';
import { addRecommenderCommands } from './commands/recommenders.ts';
import { addHostCommands } from './commands/hosts.ts';
import { addLogCommands } from './commands/log.ts';
import { addTuneCommands } from './commands/tune.ts';
import { Terminal } from './terminal.ts';

/** Exit statuses are a public interface; every other code is 1, "the work failed". */
const exitStatus: Partial<Record<ErrorCode, number>> = { 'invalid-arguments': 2, blocked: 3, 'workspace-in-use': 4, cancelled: 130 };

/** Runs one command line and answers its exit status; errors are printed, never thrown. */
export async function main(argv: readonly string[], out: NodeJS.WriteStream, err: NodeJS.WriteStream): Promise<number> {
  const terminal = new Terminal(out, err, argv);
  const program = new Command('reelbench')
    .description('The recommender analyst’s bench at a terminal: import, check, clean, train, recommend.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => out.write(text), writeErr: () => undefined })
    .showHelpAfterError(false);
  addDataCommands(program, terminal);
  addPipelineCommands(program, terminal);
  addParameterCommands(program, terminal);
  addLineageCommands(program, terminal);
  addJobCommands(program, terminal);
  addRunCommands(program, terminal);
  addQualityCommands(program, terminal);
  addRecommenderCommands(program, terminal);
  addTuneCommands(program, terminal);
  addEvaluateCommand(program, terminal);
  addLogCommands(program, terminal);
  addHostCommands(program, terminal);

  try {
    if (argv.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return terminal.status;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const error =
      thrown instanceof CommanderError
        ? new ReelbenchError('invalid-arguments', thrown.message.replace(/^error: /, ''), { hint: 'reelbench --help lists the commands, reelbench COMMAND --help their options.' })
        : thrown instanceof ReelbenchError
          ? thrown
          : new ReelbenchError('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
    terminal.fail(error);
    return exitStatus[error.code] ?? 1;
  }
}
