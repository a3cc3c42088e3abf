import { Parameters } from '../../../shared/domain/parameters.ts';

export type { Parameters as ParameterValues } from '../../../shared/domain/parameters.ts';

/** The parameters in force: defaults, then the workspace's YAML file, then `--set` and the page's changes. */
export interface ParameterStore {
  readonly values: Parameters;
}

export const defaultParameters: Parameters = Parameters.parse({});
