import type { Dag } from '../../../shared/domain/dag.ts';
import { Parameters } from '../../../shared/domain/parameters.ts';
import { Graph } from '../pipeline/graph.ts';
import { stages } from '../stages.ts';
import { readsWith } from '../workspace/stage.ts';

/** The stages and which reads the tables of which, from their declarations alone, with the parameters as they are unless told; needs no workspace. */
export function pipelineDag(): Dag {
  const parameters = Parameters.parse({});
  return {
    nodes: stages.map((stage) => ({ id: stage.name, title: stage.title, reads: readsWith(stage, parameters), writes: stage.writes, critical: stage.critical ?? true })),
    edges: new Graph(stages).edgesWith(parameters),
  };
}
