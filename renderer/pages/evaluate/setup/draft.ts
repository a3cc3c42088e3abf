import { create } from 'zustand';
import type { Entrant, Evaluation, Protocol, ProtocolName } from '../../../../shared/contract/evaluation.ts';
import type { ModelInfo, ModelName } from '../../../../shared/contract/recommend.ts';

export interface EntrantDraft {
  /** Tells rows apart: the same model may compete more than once. */
  readonly key: number;
  readonly model: ModelName;
  readonly params: Readonly<Record<string, unknown>>;
}

interface Setup {
  /** The workspace that it belongs to: another one begins anew. */
  readonly workspace: string | null;
  readonly title: string;
  readonly entrants: readonly EntrantDraft[];
  readonly protocol: Protocol;
  /** The evaluation that was started from it. */
  readonly jobId: string | null;
}

/** What is right for most: nothing left out, nothing sampled, every rating a positive. */
export const usualProtocol: Protocol = {
  name: 'leave-last-out', share: 0.2, given: 0.8, heldOut: 0, setAside: 0, folds: 5, foldsBy: 'shuffle', threshold: null, thresholdTraining: false, minUser: 1, minItem: 1, cutoffs: [10, 20], maxUsers: 0, seed: 42,
  ndcgIdeal: 'truncated', recallOf: 'relevant', unknownFilms: 'misses', measures: ['ranking', 'rating'], negatives: null, train: null, test: null,
};

const fresh: Omit<Setup, 'workspace'> = { title: '', entrants: [], protocol: usualProtocol, jobId: null };

/** The evaluation that is being set up. It stays when another page is opened. */
export const useSetup = create<Setup>()(() => ({ workspace: null, ...fresh }));

/** Quick to train, and far enough apart to tell something. */
const usualModels: readonly ModelName[] = ['popularity', 'item-knn', 'als', 'ease'];

let keys = 0;
export const entrantOf = (model: ModelName, params: Readonly<Record<string, unknown>> = {}): EntrantDraft => ({ key: ++keys, model, params });

/** Begins a set-up for this workspace unless there is one; `chosen` are models that the address asks for; a single one is given the usual ones to be held against. */
export function setupFor(workspace: string, models: readonly ModelInfo[], chosen: readonly string[]): void {
  const state = useSetup.getState();
  const known = (names: readonly string[]) => models.filter(({ model }) => names.includes(model)).map(({ model }) => model);
  const own = state.workspace === workspace && state.entrants.length > 0;
  if (chosen.length > 0) {
    const kept = own ? state.entrants : [];
    const missing = known([...chosen, ...(own || chosen.length > 1 ? [] : usualModels)]).filter((model) => !kept.some((entrant) => entrant.model === model));
    useSetup.setState({ ...(own ? {} : { ...fresh, workspace }), entrants: [...kept, ...missing.map((model) => entrantOf(model))] });
  } else if (!own) {
    useSetup.setState({ ...fresh, workspace, entrants: known(usualModels).map((model) => entrantOf(model)) });
  }
}

/** The set-up of an evaluation that was made, to be changed and run again. Files must be chosen anew: they were granted once. */
export function setupLike(workspace: string, { models, protocol }: Pick<Evaluation, 'models' | 'protocol'>, known: readonly ModelInfo[]): void {
  const entrants = models.flatMap(({ model, params }) => {
    const name = known.find((info) => info.model === model)?.model;
    return name === undefined ? [] : [entrantOf(name, params)];
  });
  useSetup.setState({ ...fresh, workspace, entrants, protocol: { ...protocol, negatives: null, train: null, test: null } });
}

export const setProtocol = (change: Partial<Protocol>): void => useSetup.setState(({ protocol }) => ({ protocol: { ...protocol, ...change } }));

export const setEntrant = (key: number, params: Readonly<Record<string, unknown>>): void =>
  useSetup.setState(({ entrants }) => ({ entrants: entrants.map((entrant) => (entrant.key === key ? { ...entrant, params } : entrant)) }));
export const removeEntrant = (key: number): void => useSetup.setState(({ entrants }) => ({ entrants: entrants.filter((entrant) => entrant.key !== key) }));
export const addEntrant = (model: ModelName): void => useSetup.setState(({ entrants }) => ({ entrants: [...entrants, entrantOf(model)] }));
/** Puts a copy right beneath, to be given other parameters. */
export const repeatEntrant = (key: number): void =>
  useSetup.setState(({ entrants }) => ({ entrants: entrants.flatMap((entrant) => (entrant.key === key ? [entrant, entrantOf(entrant.model, entrant.params)] : [entrant])) }));

const signature = ({ model, params }: Entrant | EntrantDraft): string => JSON.stringify([model, Object.entries(params ?? {}).sort(([a], [b]) => a.localeCompare(b))]);

/** Why it cannot be run as it stands, in words; nothing when it can. */
export function troubleOf({ entrants, protocol }: Pick<Setup, 'entrants' | 'protocol'>): string | null {
  if (entrants.length === 0) return 'Choose at least one model.';
  const seen = new Set<string>();
  for (const entrant of entrants) {
    if (seen.has(signature(entrant))) return `${entrant.model} stands there twice with the same parameters: change one of them or remove it.`;
    seen.add(signature(entrant));
  }
  if (protocol.cutoffs.length === 0) return 'Give at least one cutoff.';
  if (protocol.name === 'files' && (protocol.train === null || protocol.test === null)) return 'Choose the training file and the test file.';
  return null;
}

/** Which options a protocol has. */
export const optionsOf = (name: ProtocolName): { readonly share: boolean; readonly given: boolean; readonly folds: boolean; readonly files: boolean } => ({
  share: name === 'random' || name === 'time' || name === 'strong', given: name === 'strong', folds: name === 'kfold', files: name === 'files',
});
