import { Button, Stack, Tabs } from '@mantine/core';
import { IconPlus, IconRoute } from '@tabler/icons-react';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { JobLine } from '../../components/JobLine.tsx';
import { CancelJob } from '../../components/JobPanel.tsx';
import { Page } from '../../components/Page.tsx';
import { useEngine } from '../../host/engine.ts';
import { useLatestJob } from '../../host/jobs.ts';
import { navigate } from '../../stores/route.ts';
import { tabs, tabTitles, usePlace } from './address.ts';
import { CurvesTab } from './curves/CurvesTab.tsx';
import { EvaluationList } from './EvaluationList.tsx';
import { EvaluationView } from './one/EvaluationView.tsx';
import { PublishedTab } from './presets/PublishedTab.tsx';
import { SearchTab } from './search/SearchTab.tsx';
import { NewEvaluation } from './setup/NewEvaluation.tsx';
import { Unfinished } from './Unfinished.tsx';

/** How good the models are, and how sure that is: evaluations, published tables made again, training curves and searches. */
export default function EvaluatePage() {
  const summary = useEngine('workspace.summary', {});
  return (
    <Answer of={summary}>
      {(workspace) =>
        workspace === null || !workspace.built ? (
          <Page title="Evaluate">
            <Empty
              icon={<IconRoute size={28} />}
              title="No ratings to evaluate on yet"
              actions={<Button onClick={() => navigate(workspace === null || workspace.files.length === 0 ? 'import' : 'pipeline')}>{workspace === null || workspace.files.length === 0 ? 'Import files' : 'Go to the pipeline'}</Button>}
            >
              An evaluation hides a part of the ratings, trains models on the rest, and counts how well each finds what was hidden. It needs ratings and films that a run of the pipeline has cleaned.
            </Empty>
          </Page>
        ) : (
          <Contents workspace={workspace.id} />
        )
      }
    </Answer>
  );
}

function Contents({ workspace }: { readonly workspace: string }) {
  const { tab, id } = usePlace();
  const job = useLatestJob('evaluate', 'tune');
  const running = job?.status === 'running';
  return (
    <Page
      title="Evaluate"
      about={running ? <JobLine job={job} /> : 'Every figure with its definition, its interval and what it was measured on; films are never sampled unless a published table did'}
      actions={
        running ? (
          <CancelJob job={job} />
        ) : (
          tab !== 'new' && (
            <Button leftSection={<IconPlus size={14} aria-hidden />} variant={tab === 'evaluations' ? 'filled' : 'default'} onClick={() => navigate('evaluate', ['new'])}>
              New evaluation
            </Button>
          )
        )
      }
    >
      <Stack gap="md">
        <Tabs value={tab} onChange={(name) => navigate('evaluate', name === null || name === 'evaluations' ? [] : [name])} keepMounted={false}>
          <Tabs.List mb="md">
            {tabs.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {tabTitles[name]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="evaluations">
            {id === null ? (
              <Stack gap="xl">
                <Unfinished />
                <EvaluationList />
              </Stack>
            ) : (
              <EvaluationView key={id} id={id} />
            )}
          </Tabs.Panel>
          <Tabs.Panel value="new">
            <NewEvaluation workspace={workspace} />
          </Tabs.Panel>
          <Tabs.Panel value="published">
            <PublishedTab />
          </Tabs.Panel>
          <Tabs.Panel value="curves">
            <CurvesTab />
          </Tabs.Panel>
          <Tabs.Panel value="search">
            <SearchTab id={id} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Page>
  );
}
