import path from 'node:path';
import { type Cell, type ParameterInfo, ReelbenchError } from '../../../shared/contract/index.ts';
import { Parameters } from '../../../shared/domain/parameters.ts';
import { ParameterFile, problemsOf } from './parameter-file.ts';
import { checkRule, isRecord, parameterList, parameterPath, type ParameterPath, valueFromText } from './parameter-schema.ts';
import { RuleFile, RULES_FILE } from './rule-file.ts';

export type { Parameters as ParameterValues } from '../../../shared/domain/parameters.ts';

/** The parameters in force: defaults, then the YAML file, then `--set` overrides; changes are saved in the file. */
export interface ParameterStore {
  readonly values: Parameters;
  list(): ParameterInfo[];
  /** Changes one parameter and saves it; it then counts over an override of the same one. */
  set(name: string, value: Cell): Promise<void>;
  /** Takes one parameter back to its default. */
  reset(name: string): Promise<void>;
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
  return { values, list: () => parameterList(values), set: refuse, reset: refuse };
}

/** Opens the parameters of the workspace in a folder; fails with `invalid-arguments` when the file or an override is wrong. */
export async function openParameters(workspaceDirectory: string, { configFile, overrides = [], environment = process.env }: ParameterOptions = {}): Promise<ParameterStore> {
  const name = configFile ?? path.join(workspaceDirectory, 'reelbench.yaml');
  const ownRules = async () => (await RuleFile.read(path.join(workspaceDirectory, RULES_FILE))).ids();
  const read = () => ParameterFile.read(name, environment, { mustExist: configFile !== undefined });
  let set = parseOverrides(overrides);
  const first = await read();
  let values = inForce(first, set);
  const own = await ownRules();
  for (const { path: at } of set) checkRule(at, own);
  for (const id of Object.keys(first.values().quality.rules)) checkRule(['quality', 'rules', id], own, { file: name, line: first.lineOf(['quality', 'rules', id]) });
  let turn: Promise<unknown> = Promise.resolve();

  const change = (parameter: string, value: Cell | undefined): Promise<void> => {
    const work = async () => {
      const at = parameterPath(parameter);
      if (value !== undefined) checkRule(at, await ownRules());
      const changed = (await read()).with(at, value ?? undefined);
      const remaining = set.filter(({ path: other }) => other.join('\0') !== at.join('\0'));
      const next = inForce(changed, remaining);
      await changed.save();
      set = remaining;
      values = next;
    };
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  return {
    get values() {
      return values;
    },
    list: () => parameterList(values),
    set: (parameter, value) => change(parameter, value),
    reset: (parameter) => change(parameter, undefined),
  };
}

interface Override {
  readonly path: ParameterPath;
  readonly text: string;
  readonly value: unknown;
}

function parseOverrides(overrides: readonly string[]): Override[] {
  return overrides.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new ReelbenchError('invalid-arguments', `--set ${text}: it must be path=value, for instance transform.min_ratings_per_user=5.`);
    const parameter = parameterPath(text.slice(0, at).trim());
    return { path: parameter, text, value: valueFromText(parameter, text.slice(at + 1)) };
  });
}

function inForce(file: ParameterFile, overrides: readonly Override[]): Parameters {
  let values = file.values();
  let data: Record<string, unknown> = file.plain();
  for (const { path: at, text, value } of overrides) {
    data = withValue(data, at, value);
    const parsed = Parameters.safeParse(data);
    if (!parsed.success) throw new ReelbenchError('invalid-arguments', `--set ${text}: ${problemsOf(parsed.error, data).map(({ message }) => message).join(' ')}`);
    values = parsed.data;
  }
  return values;
}

function withValue(data: Record<string, unknown>, [key, ...below]: ParameterPath, value: unknown): Record<string, unknown> {
  if (key === undefined) return data;
  const inner = data[key];
  return { ...data, [key]: below.length === 0 ? value : withValue(isRecord(inner) ? inner : {}, below, value) };
}
