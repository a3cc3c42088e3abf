import { Anchor, Button, Group, Select, Stack } from '@mantine/core';
import { IconBinaryTree2 } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import type { LineageGraph as Graph, LineageNode, ThingKind } from '../../../shared/contract/lineage.ts';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { formatUnits } from '../../components/format.ts';
import { Loading } from '../../components/Loading.tsx';
import { Page, Section } from '../../components/Page.tsx';
import { useEngine } from '../../host/engine.ts';
import { useOpenWorkspace } from '../../host/workspace.ts';
import { runCommand } from '../../stores/commands.ts';
import { hashOf, navigate, useRoute } from '../../stores/route.ts';
import { rowRequest } from '../../components/rows.ts';
import { RowView } from './RowView.tsx';
import { Things } from './ThingList.tsx';
import { isThingKind, kindWord } from './things.tsx';
import { ThingView } from './ThingView.tsx';

const LineageGraph = lazy(() => import('./LineageGraph.tsx'));

/** Where tables, models, figures and rows come from, and what depends on them. */
export default function LineagePage() {
  const { rest, params } = useRoute();
  const [kind, name] = rest;
  const workspace = useOpenWorkspace();
  const all = useEngine('lineage.all', {}, { enabled: workspace === 'open' });
  if (workspace === 'none' || all.data?.nodes.length === 0)
    return (
      <Page title="Lineage">
        <Empty
          icon={<IconBinaryTree2 size={32} stroke={1.4} />}
          title="Nothing to follow yet"
          actions={
            <Group gap="xs">
              <Button onClick={() => navigate('import')}>Import files</Button>
              <Button variant="default" onClick={() => runCommand('workspace.openSample')}>
                Open the built-in sample
              </Button>
            </Group>
          }
        >
          Every table, model and figure is followed back to the run, the parameters, the rules and the lines that made it, and on to what depends on it.
        </Empty>
      </Page>
    );
  const title = kind === 'row' && name !== undefined ? `A row of ${name}` : isThingKind(kind) && name !== undefined ? `${kindWord(kind)} ${name}` : 'Lineage';
  return (
    <Page
      title={title}
      about={title === 'Lineage' ? (all.data === undefined ? '\u00a0' : aboutAll(all.data)) : <Anchor href={hashOf('lineage')} size="sm">Everything</Anchor>}
      actions={<Find nodes={all.data?.nodes ?? []} />}
    >
      {kind === 'row' && name !== undefined ? <Row table={name} params={params} /> : isThingKind(kind) && name !== undefined ? <Thing kind={kind} name={name} run={params.get('run')} /> : <Answer of={all}>{(graph) => <Everything graph={graph} />}</Answer>}
    </Page>
  );
}

const aboutAll = ({ nodes }: Graph): string => {
  const count = (kind: ThingKind) => nodes.filter((node) => node.kind === kind).length;
  return `${formatUnits(count('file'), 'file')}, ${formatUnits(count('table'), 'table')}, ${formatUnits(count('model'), 'model')}`;
};

function Thing({ kind, name, run }: { readonly kind: ThingKind; readonly name: string; readonly run: string | null }) {
  const lineage = useEngine('lineage.of', { kind, name, ...(run === null ? {} : { run }) });
  return <Answer of={lineage}>{(found) => <ThingView key={found.thing.id} lineage={found} />}</Answer>;
}

function Row({ table, params }: { readonly table: string; readonly params: URLSearchParams }) {
  const lineage = useEngine('lineage.row', rowRequest(table, params));
  return <Answer of={lineage}>{(found) => <RowView lineage={found} />}</Answer>;
}

/** Goes to a thing by its name. */
function Find({ nodes }: { readonly nodes: readonly LineageNode[] }) {
  const data = [...Map.groupBy(nodes, ({ kind }) => kind)].map(([kind, things]) => ({ group: `${kindWord(kind)}s`, items: things.map(({ id, name }) => ({ value: id, label: name })) }));
  return (
    <Select
      w={240}
      searchable
      aria-label="Follow another thing"
      placeholder="Follow another thing"
      nothingFoundMessage="There is nothing of this name"
      maxDropdownHeight={420}
      data={data}
      value={null}
      onChange={(id) => {
        const found = nodes.find((node) => node.id === id);
        if (found) navigate('lineage', [found.kind, found.name]);
      }}
    />
  );
}

const order: readonly ThingKind[] = ['file', 'table', 'model', 'output'];

/** The whole way from the files to the models; tables of checks are left out, as everything is checked. */
function Everything({ graph }: { readonly graph: Graph }) {
  return (
    <Stack gap={0}>
      <Section title="Graph" about="From files on the left to what rests on them. Choose a thing to see how it was made.">
        <Suspense fallback={<Loading lines={8} />}>
          <LineageGraph nodes={graph.nodes} edges={graph.edges} focus={null} />
        </Suspense>
      </Section>
      {order.map((kind) => {
        const things = graph.nodes.filter((node) => node.kind === kind);
        return things.length === 0 ? null : (
          <Section key={kind} title={`${kindWord(kind)}s`}>
            <Things things={things} />
          </Section>
        );
      })}
    </Stack>
  );
}
