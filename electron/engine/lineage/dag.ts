import type { Dag } from '../../../shared/domain/dag.ts';
import { Graph } from '../pipeline/graph.ts';
import { stages } from '../stages.ts';

/** The stages and which reads the tables of which, from their declarations alone; needs no workspace. */
export function pipelineDag(): Dag {
  const graph = new Graph(stages);
  return {
    nodes: stages.map(({ name, title, reads, writes, critical = true }) => ({ id: name, title, reads, writes, critical })),
    edges: graph.edges,
  };
}
