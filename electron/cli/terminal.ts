import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import type { Job, LogLine, ReelbenchError } from '../../shared/contract/index.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** What a command prints: one JSON document or words and tables on standard output; progress, logs and errors beside it. */
export class Terminal {
  /** Exit status of a command that printed its result and still did not succeed. */
  status = 0;
  readonly json: boolean;
  /** The command's name: `run`. */
  readonly command: string;
  readonly #quiet: boolean;
  readonly #level: number;
  readonly #out: NodeJS.WriteStream;
  readonly #err: NodeJS.WriteStream;
  #bars: { multi: MultiBar; phases: Map<number, SingleBar> } | undefined;
  #drawn = 0;
  #logged = 0;
  #phases = 0;

  constructor(out: NodeJS.WriteStream, err: NodeJS.WriteStream, argv: readonly string[]) {
    this.#out = out;
    this.#err = err;
    this.json = argv.includes('--json');
    this.command = argv.find((word) => !word.startsWith('-')) ?? '';
    this.#quiet = argv.includes('--quiet');
    const level = argv.find((_, i) => argv[i - 1] === '--log-level') ?? argv.find((word) => word.startsWith('--log-level='))?.slice(12) ?? 'warn';
    this.#level = Math.max(0, levels.findIndex((known) => known === level));
  }

  /** The command's result: `document` with `--json`, else what `words` prints. */
  result(document: unknown, words: () => string | readonly string[]): void {
    if (this.json) this.#out.write(`${JSON.stringify(document)}\n`);
    else this.#out.write(`${[words()].flat().join('\n')}\n`);
  }

  /** Whether what is written can be written over: a person watches. */
  get live(): boolean {
    return !this.json && this.#out.isTTY;
  }

  /** Shows these lines in place of the ones that this showed before, as far as the screen goes. */
  redraw(lines: readonly string[]): void {
    const shown = lines.slice(0, this.#out.rows - 1).map((line) => `${line.slice(0, this.#out.columns - 1)}\u001B[K\n`);
    this.#out.write(`${this.#drawn > 0 ? `\u001B[${this.#drawn}A` : ''}${shown.join('')}\u001B[J`);
    this.#drawn = shown.length;
  }

  fail(error: ReelbenchError): void {
    this.endProgress();
    const data = error.toData();
    if (this.json) this.#out.write(`${JSON.stringify({ error: data })}\n`);
    else {
      const place = [data.file, data.line === undefined ? undefined : `line ${data.line}`, data.column === undefined ? undefined : `column ${data.column}`].filter(Boolean).join(', ');
      this.#err.write(`Error: ${data.message}${place && !data.message.includes(place) ? ` (${place})` : ''}\n${data.hint ? `${data.hint}\n` : ''}`);
    }
    if (this.#level === 0) {
      for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) this.#err.write(`${cause.stack ?? cause.message}\n`);
    }
  }

  note(text: string): void {
    if (!this.#quiet) this.#err.write(`${text}\n`);
  }

  /** Shows how far a job is: bars on a terminal, a line a phase elsewhere. */
  progress(job: Job): void {
    this.#printLog(job.log);
    if (this.#quiet) return;
    if (this.#err.isTTY) this.#drawBars(job);
    else {
      for (const phase of job.phases.slice(this.#phases)) this.#err.write(`${job.title}: ${phase.name}\n`);
      this.#phases = job.phases.length;
    }
  }

  endProgress(): void {
    this.#bars?.multi.stop();
    this.#bars = undefined;
    this.#logged = 0;
    this.#phases = 0;
  }

  #drawBars(job: Job): void {
    this.#bars ??= {
      multi: new MultiBar({ stream: this.#err, hideCursor: true, clearOnComplete: false, format: '{phase} {bar} {done} {unit} {seconds} s', autopadding: true }, Presets.rect),
      phases: new Map(),
    };
    const { multi, phases } = this.#bars;
    job.phases.forEach((phase, i) => {
      const total = phase.total ?? (phase.state === 'running' ? Math.max(1, phase.done * 2) : Math.max(1, phase.done));
      const finished = phase.state !== 'running' && phase.state !== 'waiting';
      const payload = { phase: phase.name.padEnd(24).slice(0, 40), done: phase.done.toLocaleString('en'), unit: phase.unit, seconds: phase.seconds.toFixed(1) };
      const bar = phases.get(i) ?? multi.create(total, 0, payload);
      phases.set(i, bar);
      bar.setTotal(total);
      bar.update(finished ? total : phase.total === undefined ? 0 : phase.done, payload);
    });
    multi.update();
  }

  #printLog(log: readonly LogLine[]): void {
    for (const line of log.slice(this.#logged)) {
      if (levels.indexOf(line.level) >= this.#level && !this.#quiet) this.#err.write(`${line.level}: ${line.message}\n`);
    }
    this.#logged = log.length;
  }
}

/** Rows under a head, numbers aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const numeric = head.map((_, i) => rows.length > 0 && rows.every((row) => row[i] === null || typeof row[i] === 'number'));
  const drawn = new Table({
    head: [...head],
    colAligns: numeric.map((right) => (right ? 'right' : 'left')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
  });
  for (const row of rows) drawn.push(row.map((cell) => (cell === null ? '' : typeof cell === 'number' ? cell.toLocaleString('en', { maximumFractionDigits: 4 }) : cell)));
  return drawn.toString();
}
