import path from 'node:path';
import { type Cell, type ParameterChange, type ParameterHistory, type ParameterInfo, ReelbenchError } from '../../../shared/contract/index.ts';
import { Parameters } from '../../../shared/domain/parameters.ts';
import { Secrets } from './environment-text.ts';
import { ParameterFile, withValue } from './parameter-file.ts';
import { type ParameterProblem, problemsError } from './parameter-problems.ts';
import { checkRule, parameterList, parameterName, parameterPath, type ParameterPath, parameterTitle, toCell, valueAt, valueFromText } from './parameter-schema.ts';
import { type ResolvedParameters, resolveParameters } from './parameter-values.ts';
import { RuleFile, RULES_FILE } from './rule-file.ts';

export type { Parameters as ParameterValues } from '../../../shared/domain/parameters.ts';

/** The parameters in force: defaults, then the YAML file, then `--set` overrides; changes are saved in the file. */
export interface ParameterStore {
  /** For use: every `${NAME}` filled in. Never write these anywhere; see `shown` and `keyed`. */
  readonly values: Parameters;
  /** For people, records and logs: every `${NAME}` as it was written. */
  readonly shown: Parameters;
  /** For the keys of stages: like `shown`, with a mark behind each `${NAME}` that changes with the variable's value. */
  readonly keyed: Parameters;
  /** A text in which no environment variable's value that a parameter was filled in with is left: it is `${NAME}` again. */
  redact(text: string): string;
  list(): ParameterInfo[];
  /** Takes over what was changed in the file by hand; answers whether anything was. Fails when the file is wrong, and then changes nothing. */
  refresh(): Promise<boolean>;
  /** Changes one parameter and saves it; it then counts over an override of the same one. */
  set(name: string, value: Cell): Promise<void>;
  /** Takes one parameter back to its default. */
  reset(name: string): Promise<void>;
  /** Changes several, null taking one back to its default: the file is written once, with all of them, or not at all. `dry` only fails where that would. */
  setAll(edits: readonly ParameterEdit[], options?: { readonly dry?: boolean }): Promise<void>;
  /** What `undo` and `redo` would do next. */
  history(): ParameterHistory;
  /** Takes the last change back; fails with `not-ready` where there is none, or where the file was changed by hand since: that stays as it is. */
  undo(): Promise<ParameterChange>;
  redo(): Promise<ParameterChange>;
}

export interface ParameterEdit {
  readonly path: string;
  readonly value: Cell;
}

export interface ParameterOptions {
  /** File to read and save instead of the workspace's `reelbench.yaml`. */
  readonly configFile?: string;
  /** `path=value`, each over the file's value; not saved. */
  readonly overrides?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

export const defaultParameters: Parameters = Parameters.parse({});

/** Parameters with no file behind them, where no workspace is open: changes have no place to go and are refused. */
export function unsavedParameters(values: Parameters = defaultParameters): ParameterStore {
  const refuse = (): Promise<never> =>
    Promise.reject(new ReelbenchError('not-ready', 'No workspace is open, so there is no place to save a parameter.', { hint: 'Open a workspace first.' }));
  return {
    values, shown: values, keyed: values, redact: (text) => text, list: () => parameterList(values), refresh: () => Promise.resolve(false),
    set: refuse, reset: refuse, setAll: refuse, history: () => ({ undo: null, redo: null }), undo: refuse, redo: refuse,
  };
}

/** Opens the parameters of the workspace in a folder; fails with `invalid-arguments` when the file or an override is wrong, naming all that is. */
export async function openParameters(workspaceDirectory: string, { configFile, overrides = [], environment = process.env }: ParameterOptions = {}): Promise<ParameterStore> {
  const place: Place = { file: configFile ?? path.join(workspaceDirectory, 'reelbench.yaml'), mustExist: configFile !== undefined, rules: path.join(workspaceDirectory, RULES_FILE), environment };
  const file = await ParameterFile.read(place.file, place);
  const { set, problems } = parseOverrides(overrides);
  const secrets = new Secrets();
  const own = (await RuleFile.read(place.rules)).ids();
  return new OpenParameters(place, secrets, { file, overrides: set, resolved: resolve(place, secrets, file, set, own, problems) });
}

interface Place {
  readonly file: string;
  readonly mustExist: boolean;
  readonly rules: string;
  readonly environment: NodeJS.ProcessEnv;
}

interface Override {
  readonly path: ParameterPath;
  readonly text: string;
  readonly value: unknown;
}

interface State {
  readonly file: ParameterFile;
  readonly overrides: readonly Override[];
  readonly resolved: ResolvedParameters;
}

/** A change that was saved: what the file said at `path` before and after, undefined for nothing, and the override that it did away with. */
interface Step {
  readonly path: ParameterPath;
  readonly before: unknown;
  readonly after: unknown;
  readonly override: Override | undefined;
}

const MOST_STEPS = 500;

class OpenParameters implements ParameterStore {
  readonly #place: Place;
  readonly #secrets: Secrets;
  #state: State;
  #past: readonly Step[] = [];
  #future: readonly Step[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(place: Place, secrets: Secrets, state: State) {
    this.#place = place;
    this.#secrets = secrets;
    this.#state = state;
  }

  get values(): Parameters {
    return this.#state.resolved.values;
  }

  get shown(): Parameters {
    return this.#state.resolved.shown;
  }

  get keyed(): Parameters {
    return this.#state.resolved.keyed;
  }

  redact(text: string): string {
    return this.#secrets.redact(text);
  }

  list(): ParameterInfo[] {
    const { file, overrides } = this.#state;
    return parameterList(this.shown, (at) =>
      overrides.some((override) => same(override.path, at)) ? { source: 'override' } : file.at(at) === undefined ? { source: 'default' } : { source: 'file', line: file.lineOf(at) });
  }

  refresh(): Promise<boolean> {
    return this.#alone(async () => {
      const file = await this.#read();
      if (file.text === this.#state.file.text) return false;
      await this.#take(file, this.#state.overrides);
      return true;
    });
  }

  set(name: string, value: Cell): Promise<void> {
    return this.setAll([{ path: name, value }]);
  }

  reset(name: string): Promise<void> {
    return this.setAll([{ path: name, value: null }]);
  }

  setAll(edits: readonly ParameterEdit[], { dry = false }: { readonly dry?: boolean } = {}): Promise<void> {
    return this.#alone(() => this.#change(edits.map(({ path: name, value }) => ({ path: parameterPath(name), value: value ?? undefined })), dry));
  }

  history(): ParameterHistory {
    const last = this.#past.at(-1);
    const next = this.#future.at(-1);
    return { undo: last === undefined ? null : changeOf(last.path, last.after, last.before), redo: next === undefined ? null : changeOf(next.path, next.before, next.after) };
  }

  undo(): Promise<ParameterChange> {
    return this.#alone(async () => {
      const step = this.#past.at(-1);
      if (step === undefined) throw new ReelbenchError('not-ready', 'No change of a parameter is left to be undone.');
      this.#past = this.#past.slice(0, -1);
      await this.#put(step.path, step.after, step.before, step.override);
      this.#future = [...this.#future, step];
      return changeOf(step.path, step.after, step.before);
    });
  }

  redo(): Promise<ParameterChange> {
    return this.#alone(async () => {
      const step = this.#future.at(-1);
      if (step === undefined) throw new ReelbenchError('not-ready', 'No change of a parameter is left to be made again.');
      this.#future = this.#future.slice(0, -1);
      await this.#put(step.path, step.before, step.after, undefined);
      this.#past = [...this.#past, step];
      return changeOf(step.path, step.before, step.after);
    });
  }

  async #change(edits: readonly { readonly path: ParameterPath; readonly value: unknown }[], dry: boolean): Promise<void> {
    const own = await this.#ownRules();
    for (const { path: at, value } of edits) if (value !== undefined) checkRule(at, own);
    const file = await this.#read();
    const steps = edits.map(({ path: at, value }): Step => ({ path: at, before: file.at(at), after: value, override: this.#state.overrides.find((other) => same(other.path, at)) }));
    const foreign = steps.find(({ path: at, before, after }) => !alike(before, this.#state.file.at(at)) && !alike(before, after));
    if (foreign) {
      await this.#take(file, this.#state.overrides);
      throw new ReelbenchError('not-ready', `${parameterName(foreign.path)} was changed in ${path.basename(this.#place.file)} meanwhile: it is now ${words(foreign.before)}.`, { hint: 'Nothing was overwritten. Look at the value, and change it again if it should be another one.' });
    }
    const changed = steps.reduce((before, { path: at, after }) => before.with(at, after), file);
    await this.#save(file, changed, this.#state.overrides.filter((other) => !steps.some((step) => same(other.path, step.path))), dry);
    const done = steps.filter(({ before, after, override }) => !alike(before, after) || override !== undefined);
    if (dry || done.length === 0) return;
    this.#past = [...this.#past, ...done].slice(-MOST_STEPS);
    this.#future = [];
  }

  /** Puts `to` where the file still says `from`; a step whose place was changed by hand is given up. */
  async #put(at: ParameterPath, from: unknown, to: unknown, override: Override | undefined): Promise<void> {
    const file = await this.#read();
    const now = file.at(at);
    if (!alike(now, from)) {
      await this.#take(file, this.#state.overrides);
      throw new ReelbenchError('not-ready', `${parameterName(at)} was changed in ${path.basename(this.#place.file)} by hand: it is ${words(now)} there and stays so.`, { hint: 'This step is left out; the one before it comes next.' });
    }
    const others = this.#state.overrides.filter((other) => !same(other.path, at));
    await this.#save(file, file.with(at, to), override === undefined ? others : [...others, override]);
  }

  async #save(file: ParameterFile, changed: ParameterFile, overrides: readonly Override[], dry = false): Promise<void> {
    const resolved = resolve(this.#place, this.#secrets, changed, overrides, await this.#ownRules());
    if (dry) return;
    if (changed.text !== file.text) await changed.save();
    this.#state = { file: changed, overrides, resolved };
  }

  async #take(file: ParameterFile, overrides: readonly Override[]): Promise<void> {
    this.#state = { file, overrides, resolved: resolve(this.#place, this.#secrets, file, overrides, await this.#ownRules()) };
  }

  #read(): Promise<ParameterFile> {
    return ParameterFile.read(this.#place.file, this.#place);
  }

  async #ownRules(): Promise<string[] | undefined> {
    return (await RuleFile.read(this.#place.rules)).ids();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** File and overrides together; fails with all that is wrong. */
function resolve({ file: name, environment }: Place, secrets: Secrets, file: ParameterFile, overrides: readonly Override[], own: readonly string[] | undefined, wrong: readonly ParameterProblem[] = []): ResolvedParameters {
  const data = overrides.reduce((below, { path: at, value }) => withValue(below, at, value), file.data);
  const resolved = resolveParameters(data, environment, secrets);
  const rules = valueAt(data, ['quality', 'rules']);
  const unknown = Object.keys(typeof rules === 'object' && rules !== null ? rules : {}).flatMap((id) => problemOf(() => checkRule(['quality', 'rules', id], own), ['quality', 'rules', id]));
  const placed = [...resolved.problems, ...unknown].map((problem): ParameterProblem => {
    const override = overrides.find((other) => same(other.path, problem.path.slice(0, other.path.length)) || (problem.path[1] === 'rules' && problem.path.length === 3 && same(other.path.slice(0, 3), problem.path) && file.at(problem.path) === undefined));
    return override === undefined ? { ...problem, line: file.lineOf(problem.path) } : { ...problem, override: override.text };
  });
  const problems = [...file.problems, ...placed, ...wrong];
  if (problems.length > 0) throw problemsError(problems, name);
  return resolved;
}

/** An error that `work` throws about a parameter, as a problem. */
function problemOf(work: () => void, at: ParameterPath): ParameterProblem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ReelbenchError) return [{ path: at, message: error.message, hint: error.hint }];
    throw error;
  }
}

function parseOverrides(overrides: readonly string[]): { set: Override[]; problems: ParameterProblem[] } {
  const set: Override[] = [];
  const problems = overrides.flatMap((text) => {
    const at = text.indexOf('=');
    if (at < 1) return [{ path: [], override: text, message: 'it must be path=value, for instance transform.min_ratings_per_user=5.' }];
    return problemOf(() => {
      const parameter = parameterPath(text.slice(0, at).trim());
      set.push({ path: parameter, text, value: valueFromText(parameter, text.slice(at + 1)) });
    }, []).map((problem) => ({ ...problem, override: text }));
  });
  return { set, problems };
}

const changeOf = (at: ParameterPath, from: unknown, to: unknown): ParameterChange => ({ path: parameterName(at), title: parameterTitle(at), from: toCell(from), to: toCell(to) });
const same = (a: ParameterPath, b: ParameterPath): boolean => a.join('\0') === b.join('\0');
const alike = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const words = (value: unknown): string => (value === undefined ? 'left out' : JSON.stringify(value));
