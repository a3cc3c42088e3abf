import { type AlsOrder, layAls, runAls } from './als.ts';
import type { Shape } from './csr.ts';
import { type EaseOptions, layEase, runEase } from './ease.ts';
import type { Lead } from './lead.ts';
import { layLists, type ListOptions, runLists } from './lists.ts';
import { layNeighbours, type NeighbourOptions, runNeighbours } from './neighbours.ts';
import type { Plan } from './plan.ts';
import { laySolve, runSolve, type SolveOptions } from './solve.ts';
import { laySvd, runSvd, type SvdOptions } from './svd.ts';
import { layDecompose, runDecompose, type DecomposeOptions } from './decompose.ts';

/** A heavy call as data: what crosses to the thread that leads it. */
export type TaskOrder =
  | { readonly kernel: 'als'; readonly options: AlsOrder }
  | { readonly kernel: 'ease'; readonly options: EaseOptions }
  | { readonly kernel: 'itemNeighbours'; readonly options: NeighbourOptions }
  | { readonly kernel: 'solve'; readonly options: SolveOptions }
  | { readonly kernel: 'lists'; readonly options: ListOptions }
  | { readonly kernel: 'svd'; readonly options: SvdOptions }
  | { readonly kernel: 'decompose'; readonly options: DecomposeOptions };

/** The memory that a task would take, known before anything starts. */
export function planTask(order: TaskOrder, shape: Shape, threads: number): { plan: Plan; what: string; advice: string } {
  const fewer = `Raise the least number of ratings of a film or of a user, so that fewer remain`;
  const size = `${shape.rows} users, ${shape.columns} films, ${shape.nonzeros} ratings`;
  if (order.kernel === 'als') return { plan: layAls(shape, order.options, threads).plan, what: `ALS with ${order.options.factors} factors for ${size}`, advice: `${fewer}, or take fewer factors.` };
  if (order.kernel === 'solve') return { plan: laySolve(shape, order.options, threads).plan, what: `Vectors of ${order.options.factors} factors for ${size}`, advice: `${fewer}, or take fewer factors.` };
  if (order.kernel === 'lists') return { plan: layLists(shape, order.options, threads).plan, what: `Lists of ${order.options.count} for ${size}`, advice: 'Make shorter lists, or for fewer users at a time.' };
  if (order.kernel === 'svd') return { plan: laySvd(shape, order.options, threads).plan, what: `${order.options.implicit ? 'SVD++' : 'SVD'} with ${order.options.factors} factors for ${size}`, advice: `${fewer}, or take fewer factors.` };
  if (order.kernel === 'ease') return { plan: layEase(shape, order.options, threads).plan, what: `EASE for ${size}`, advice: `EASE keeps a number for each pair of films, 4 × films² bytes: limit the films. ${fewer}.` };
  if (order.kernel === 'decompose') return { plan: layDecompose(shape, order.options, threads).plan, what: `${order.options.dimensions} dimensions for ${shape.rows} films and ${shape.columns} terms`, advice: 'Take fewer dimensions.' };
  return { plan: layNeighbours(shape, order.options, threads).plan, what: `Item neighbours for ${size}`, advice: `${fewer}, or keep fewer neighbours.` };
}

/** The memory of a task and of what it hands over, in bytes. */
export function taskMemory(order: TaskOrder, shape: Shape, threads: number): number {
  return planTask(order, shape, threads).plan.size + 4 * handedOver(order, shape);
}

function handedOver(order: TaskOrder, { rows, columns }: Shape): number {
  if (order.kernel === 'als') return (rows + columns) * order.options.factors;
  if (order.kernel === 'solve') return rows * order.options.factors;
  if (order.kernel === 'lists') return 2 * rows * order.options.count;
  if (order.kernel === 'svd') {
    const learnt = (rows + (order.options.implicit ? 2 : 1) * columns) * (order.options.factors + 1);
    return (order.options.patience > 0 ? 2 : 1) * learnt + (order.options.implicit ? rows * order.options.factors : 0);
  }
  if (order.kernel === 'decompose') return (rows + columns) * order.options.dimensions;
  return columns * (order.kernel === 'ease' ? columns : 2 * order.options.neighbours);
}

export function runTask(order: TaskOrder, lead: Lead): Promise<{ result: unknown; transfer: ArrayBuffer[] }> {
  const { shape, threads } = lead;
  if (order.kernel === 'als') return runAls(lead, order.options, layAls(shape, order.options, threads));
  if (order.kernel === 'solve') return runSolve(lead, order.options, laySolve(shape, order.options, threads));
  if (order.kernel === 'lists') return runLists(lead, order.options, layLists(shape, order.options, threads));
  if (order.kernel === 'svd') return runSvd(lead, order.options, laySvd(shape, order.options, threads));
  if (order.kernel === 'ease') return runEase(lead, order.options, layEase(shape, order.options, threads));
  if (order.kernel === 'decompose') return runDecompose(lead, order.options, layDecompose(shape, order.options, threads));
  return runNeighbours(lead, order.options, layNeighbours(shape, order.options, threads));
}
