import { Alert, Anchor, Button, List, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import type { Lineage } from '../../../shared/contract/lineage.ts';
import { formatCount, formatDateTime, formatNumber, formatSeconds } from '../../components/format.ts';
import { Loading } from '../../components/Loading.tsx';
import { Section } from '../../components/Page.tsx';
import { hashOf, replaceRoute, useRoute } from '../../stores/route.ts';
import { FollowRow } from './FollowRow.tsx';
import classes from './lineage.module.css';
import { Decisions, Files, Made, Parameters, Rules, RunLink, Sources } from './Origins.tsx';
import { ThingList } from './ThingList.tsx';
import { kindWord, ThingState } from './things.tsx';

const LineageGraph = lazy(() => import('./LineageGraph.tsx'));

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="sm" component="div" className={classes['long'] ?? ''}>
        {children}
      </Text>
    </div>
  );
}

/** Where a thing's own page is, if it has one. */
function ownPage({ thing }: Lineage): { readonly word: string; readonly href: string } | undefined {
  switch (thing.kind) {
    case 'table': return thing.state === 'missing' ? undefined : { word: 'Look at its rows', href: hashOf('data', thing.name.startsWith('raw.') ? ['raw', thing.name.slice(4)] : ['main', thing.name]) };
    case 'model': return { word: 'Ask it for a list', href: hashOf('recommend') };
    case 'rule': return { word: 'Open in Quality', href: hashOf('quality', ['rules', thing.name]) };
    case 'parameter': return { word: 'Open in Settings', href: hashOf('settings') };
    case 'run': return { word: 'Open in Pipeline', href: hashOf('pipeline', ['runs', thing.name]) };
    case 'file': return { word: 'Open in Import', href: hashOf('import') };
    default: return undefined;
  }
}

/** Everything that is known of where one thing comes from. */
export function ThingView({ lineage }: { readonly lineage: Lineage }) {
  const { thing, build, graph, mark, reasons, current } = lineage;
  const { params } = useRoute();
  const asList = params.get('as') === 'list';
  const own = ownPage(lineage);
  const files = lineage.made.filter(({ kind }) => kind === 'output');
  return (
    <Stack gap={0}>
      <Section
        title={asList ? 'Where it comes from and where it goes' : 'Graph'}
        about={lineage.about}
        actions={
          <>
            {own !== undefined && (
              <Button variant="default" component="a" href={own.href}>
                {own.word}
              </Button>
            )}
            <SegmentedControl size="xs" aria-label="Show as" data={['Graph', 'List']} value={asList ? 'List' : 'Graph'} onChange={(as) => replaceRoute('lineage', [thing.kind, thing.name], as === 'List' ? { as: 'list' } : {})} />
          </>
        }
      >
        {asList ? (
          <Paper p="md">
            <ThingList nodes={graph.nodes} edges={graph.edges} focus={thing} />
          </Paper>
        ) : (
          <Suspense fallback={<Loading lines={6} />}>
            <LineageGraph nodes={graph.nodes} edges={graph.edges} focus={thing.id} />
          </Suspense>
        )}
      </Section>
      {mark !== null && (
        <Alert color="yellow" mb="lg" title="Older than it should be" styles={{ title: { color: 'var(--rb-warn)' } }}>
          The stage failed in run {mark.run}, and the run went on without it: {mark.message}
        </Alert>
      )}
      <Paper p="md" mb="lg" component="section" aria-label="How it was made">
        <div className={classes['facts']}>
          <Fact name="Is">{kindWord(thing.kind)}</Fact>
          {lineage.value !== null && <Fact name="Value">{formatNumber(lineage.value)}</Fact>}
          {thing.rows !== null && <Fact name="Rows">{formatCount(thing.rows)}</Fact>}
          {thing.kind !== 'run' && <Fact name="State">{<ThingState state={thing.state === 'given' ? 'given' : thing.state === 'missing' ? 'missing' : current ? 'current' : 'changed'} />}</Fact>}
          {build !== null && (
            <>
              <Fact name="Stage">
                {build.stage}
              </Fact>
              <Fact name="Built by run">
                <RunLink id={build.run} />
              </Fact>
              <Fact name="On">{formatDateTime(build.at)}</Fact>
              <Fact name="Took">{formatSeconds(build.seconds)}</Fact>
              <Fact name="Rows in and out">
                {formatCount(build.rowsIn)} → {formatCount(build.rowsOut)}
              </Fact>
              {build.keptBy !== null && (
                <Fact name="Kept or brought back by run">
                  <RunLink id={build.keptBy} />
                </Fact>
              )}
            </>
          )}
          {lineage.fingerprint !== null && (
            <Fact name="Fingerprint of its content">
              <span className="rb-mono">{lineage.fingerprint}</span>
            </Fact>
          )}
          {files.length > 0 && (
            <Fact name="Saved as">
              <span className="rb-mono">{files.map(({ name }) => name).join(', ')}</span>
            </Fact>
          )}
        </div>
      </Paper>
      {reasons.length > 0 && (
        <Alert color="yellow" mb="lg" title="A run would make it anew, or what it is made from" styles={{ title: { color: 'var(--rb-warn)' } }}>
          <List size="sm" spacing={2}>
            {reasons.map(({ stage, what, change, from, to }) => (
              <List.Item key={`${stage} ${what}`}>
                {stage}: {what} {from === undefined || to === undefined ? `is ${change}` : `${from} → ${to}`}
              </List.Item>
            ))}
          </List>
          <Anchor href={hashOf('pipeline')} size="sm">
            See the plan
          </Anchor>
        </Alert>
      )}
      {thing.kind === 'table' && thing.state !== 'missing' && <FollowRow key={thing.id} table={thing.name} />}
      {thing.kind === 'run' && <Made made={lineage.made} run={thing.name} />}
      <Sources tables={lineage.tables} />
      <Files files={lineage.files} />
      <Parameters parameters={lineage.parameters} stage={thing.kind === 'parameter' ? null : (build?.stage ?? null)} />
      <Rules rules={lineage.rules} />
      <Decisions decisions={lineage.decisions} />
    </Stack>
  );
}
