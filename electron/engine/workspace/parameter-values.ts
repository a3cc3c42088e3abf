import { Parameters } from '../../../shared/domain/parameters.ts';
import { fillIn, type Secrets, variablesIn } from './environment-text.ts';
import { type ParameterProblem, schemaProblems } from './parameter-problems.ts';
import { isFreeText, isRecord, parameterName, type ParameterPath } from './parameter-schema.ts';

/** One set of parameters in its three forms: `values` for use, `shown` for people and records, `keyed` for the keys of stages. */
export interface ResolvedParameters {
  /** With every `${NAME}` filled in: to be used, never to be written anywhere. */
  readonly values: Parameters;
  /** With every `${NAME}` as it was written: what is listed, recorded, logged. */
  readonly shown: Parameters;
  /** Like `shown`, with a mark behind each `${NAME}` that is another one when the variable's value is. */
  readonly keyed: Parameters;
  /** What is wrong; where there is anything, the values are the defaults. */
  readonly problems: readonly ParameterProblem[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Checks plain data against the schema and fills environment variables in; their values are added to `secrets`. */
export function resolveParameters(data: Record<string, unknown>, environment: NodeJS.ProcessEnv, secrets: Secrets): ResolvedParameters {
  const problems: ParameterProblem[] = [];
  const texts: { path: ParameterPath; text: string }[] = [];
  const fill = (value: unknown, path: ParameterPath): unknown => {
    if (typeof value === 'string') return variablesIn(value).length > 0 && isFreeText(path) ? fillText(value, path) : value;
    if (Array.isArray(value)) return value.map((item, at) => fill(item, [...path, String(at)]));
    return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, [...path, key])])) : value;
  };
  const fillText = (text: string, path: ParameterPath): string => {
    texts.push({ path, text });
    return fillIn(text, (name) => {
      const value = NAME.test(name) ? environment[name] : undefined;
      if (value === undefined) {
        problems.push({ path, message: NAME.test(name)
          ? `${parameterName(path)} names the environment variable ${name}, which is not set. Set it, or write the text itself.`
          : `${parameterName(path)} holds \${${name}}; between the braces stands the name of an environment variable: letters, digits and _, no digit first.` });
      } else secrets.add(name, value);
      return value;
    });
  };
  const filled = fill(data, []);
  const parsed = Parameters.safeParse(filled);
  if (!parsed.success) {
    const told = new Set(problems.map(({ path }) => path.join('\0')));
    problems.push(...schemaProblems(parsed.error.issues, data).filter(({ path }) => !told.has(path.join('\0'))));
  }
  if (!parsed.success || problems.length > 0) {
    const none = Parameters.parse({});
    return { values: none, shown: none, keyed: none, problems };
  }
  const withTexts = (change: (text: string) => string): Parameters => {
    if (texts.length === 0) return parsed.data;
    const copy = structuredClone(parsed.data);
    for (const { path, text } of texts) put(copy, path, change(text));
    return copy;
  };
  const mark = (name: string) => `\${${name}} #${secrets.print(name, environment[name] ?? '')}`;
  return { values: parsed.data, shown: withTexts((text) => text), keyed: withTexts((text) => fillIn(text, mark)), problems };
}

/** Puts a text where a text stands. */
function put(values: unknown, path: ParameterPath, text: string): void {
  const last = path.at(-1);
  const above = path.slice(0, -1).reduce<unknown>((value, key) => (isRecord(value) ? value[key] : Array.isArray(value) ? value[Number(key)] : undefined), values);
  if (last === undefined) return;
  if (Array.isArray(above)) above[Number(last)] = text;
  else if (isRecord(above)) above[last] = text;
}
