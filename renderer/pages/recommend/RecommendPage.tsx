import { Button, Tabs } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { ModelInfo } from '../../../shared/contract/recommend.ts';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Page } from '../../components/Page.tsx';
import { useEngine } from '../../host/engine.ts';
import { navigate, replaceRoute, useRoute } from '../../stores/route.ts';
import { benchFor, chooseUser, useBench } from './bench.ts';
import { CompareModels } from './CompareModels.tsx';
import { GroupTab } from './group/GroupTab.tsx';
import { OneUser } from './OneUser.tsx';

const tabs = { one: 'One user', compare: 'Compare models', group: 'Group' } as const;
type Tab = keyof typeof tabs;
const isTab = (name: string | undefined): name is Tab => name !== undefined && name in tabs;

/** The bench: whom to recommend to, what the models answer, why, and what if the history were another. */
export default function RecommendPage() {
  const summary = useEngine('workspace.summary', {});
  const models = useEngine('models.list', {}, { enabled: summary.data != null });
  const ready = summary.data?.built === true;
  return (
    <Answer of={summary}>
      {(workspace) =>
        workspace === null || !ready ? (
          <Page title="Recommend">
            <Empty icon={<IconRoute size={28} />} title="No films to recommend yet" actions={<Button onClick={() => navigate(workspace === null || workspace.files.length === 0 ? 'import' : 'pipeline')}>{workspace === null || workspace.files.length === 0 ? 'Import files' : 'Go to the pipeline'}</Button>}>
              Import ratings and films and run the pipeline. Then pick a user, see what each model recommends and why, and change ratings to see the lists change.
            </Empty>
          </Page>
        ) : (
          <Page title="Recommend" about="Pick a user or invent one, and change ratings to see the lists follow">
            <Answer of={models}>{(list) => <OwnBench workspace={workspace.id} models={list} />}</Answer>
          </Page>
        )
      }
    </Answer>
  );
}

/** The bench of this workspace: what was set up for another one is cleared first. */
function OwnBench({ workspace, models }: { readonly workspace: string; readonly models: readonly ModelInfo[] }) {
  const owner = useBench((bench) => bench.workspace);
  useEffect(() => benchFor(workspace), [workspace]);
  return owner === workspace ? <Bench models={models} /> : null;
}

/** `#/recommend/12` is user 12, `#/recommend/compare/12` the same in another tab, `#/recommend/group/1,2,3` a group. */
function Bench({ models }: { readonly models: readonly ModelInfo[] }) {
  const { rest } = useRoute();
  const tab = isTab(rest[0]) ? rest[0] : 'one';
  const asked = isTab(rest[0]) ? rest[1] : rest[0];
  useEffect(() => {
    if (asked === undefined || asked === '') return;
    const ids = asked.split(',').map(Number).filter(Number.isInteger);
    if (tab === 'group') useBench.setState({ members: [...new Set(ids)] });
    else if (ids[0] !== undefined) chooseUser(ids[0]);
  }, [tab, asked]);
  return (
    <Tabs value={tab} onChange={(name) => replaceRoute('recommend', name === null || name === 'one' ? [] : [name])} keepMounted={false}>
      <Tabs.List mb="md">
        {Object.entries(tabs).map(([name, label]) => (
          <Tabs.Tab key={name} value={name}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="one">
        <OneUser models={models} />
      </Tabs.Panel>
      <Tabs.Panel value="compare">
        <CompareModels models={models} />
      </Tabs.Panel>
      <Tabs.Panel value="group">
        <GroupTab models={models} />
      </Tabs.Panel>
    </Tabs>
  );
}
