import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pipelineDag } from '../../../electron/engine/lineage/dag.ts';
import { dot, mermaid, shortestEdges } from '../../../shared/domain/dag.ts';

test('the graph in the documents is the one that the stages declare', async () => {
  const document = await readFile(path.resolve('docs/lineage.md'), 'utf8');
  expect(document, 'print it anew: reelbench dag --mermaid').toContain(`\`\`\`mermaid\n${mermaid(pipelineDag())}\n\`\`\``);
});

test('drawn edges leave no way out and say none twice', () => {
  const dag = pipelineDag();
  const drawn = shortestEdges(dag);
  const leads = (edges: typeof dag.edges, from: string, to: string): boolean => edges.some((edge) => edge.from === from && (edge.to === to || leads(edges, edge.to, to)));
  for (const { from, to } of dag.edges) expect([from, to, leads(drawn, from, to)]).toEqual([from, to, true]);
  for (const edge of drawn) expect([edge.from, edge.to, leads(drawn.filter((other) => other !== edge), edge.from, edge.to)]).toEqual([edge.from, edge.to, false]);
  for (const { id } of dag.nodes) expect(dot(dag)).toContain(`"${id}" [label=`);
});
