/** A stage of the pipeline, as its declaration says. */
export interface DagNode {
  readonly id: string;
  readonly title: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Whether its failure ends a run. */
  readonly critical: boolean;
}
/** `to` reads these tables, which `from` writes. */
export interface DagEdge {
  readonly from: string;
  readonly to: string;
  readonly tables: readonly string[];
}
export interface Dag {
  readonly nodes: readonly DagNode[];
  readonly edges: readonly DagEdge[];
}

/** The edges worth drawing: those that no longer way says already. */
export function shortestEdges({ edges }: Pick<Dag, 'edges'>): readonly DagEdge[] {
  const leads = (from: string, to: string): boolean => edges.some((edge) => edge.from === from && (edge.to === to || leads(edge.to, to)));
  return edges.filter(({ from, to }) => !edges.some((edge) => edge.from === from && edge.to !== to && leads(edge.to, to)));
}

/** The graph as a Mermaid flowchart. */
export function mermaid(dag: Dag): string {
  const id = (name: string) => name.replaceAll('-', '_');
  const box = ({ id: name, title, critical }: DagNode) => {
    const label = `"${name}<br/><small>${title.replaceAll('"', '&quot;')}</small>"`;
    return critical ? `  ${id(name)}[${label}]` : `  ${id(name)}(${label})`;
  };
  return ['flowchart LR', ...dag.nodes.map(box), ...shortestEdges(dag).map(({ from, to }) => `  ${id(from)} --> ${id(to)}`)].join('\n');
}

/** The graph in the language of Graphviz; edges are labelled with the tables read. */
export function dot(dag: Dag): string {
  const text = (value: string) => JSON.stringify(value);
  return [
    'digraph pipeline {', '  rankdir=LR;', '  node [shape=box];',
    ...dag.nodes.map(({ id, title, critical }) => `  ${text(id)} [label=${text(`${id}\n${title}`)}${critical ? '' : ', style=rounded'}];`),
    ...shortestEdges(dag).map(({ from, to, tables }) => `  ${text(from)} -> ${text(to)} [tooltip=${text(tables.join(', '))}];`),
    '}',
  ].join('\n');
}
