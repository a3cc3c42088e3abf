import { IconAdjustmentsHorizontal, IconBinaryTree2, IconChartDots, IconFileImport, IconFileText, IconHome, IconRoute, IconShieldCheck, IconSparkles, IconTable, type TablerIcon } from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';
import type { CommandId } from '../../shared/domain/commands.ts';
import type { PageId } from '../stores/route.ts';

interface PageEntry {
  readonly id: PageId;
  readonly title: string;
  readonly icon: TablerIcon;
  readonly command: CommandId;
  readonly Content: ComponentType;
}

/** The pages in the order of the navigation: the way that rows flow. Each is loaded when it is first opened. */
export const pages: readonly PageEntry[] = [
  { id: 'home', title: 'Home', icon: IconHome, command: 'go.home', Content: lazy(() => import('../pages/home/HomePage.tsx')) },
  { id: 'import', title: 'Import', icon: IconFileImport, command: 'go.import', Content: lazy(() => import('../pages/import/ImportPage.tsx')) },
  { id: 'data', title: 'Data', icon: IconTable, command: 'go.data', Content: lazy(() => import('../pages/data/DataPage.tsx')) },
  { id: 'quality', title: 'Quality', icon: IconShieldCheck, command: 'go.quality', Content: lazy(() => import('../pages/quality/QualityPage.tsx')) },
  { id: 'pipeline', title: 'Pipeline', icon: IconRoute, command: 'go.pipeline', Content: lazy(() => import('../pages/pipeline/PipelinePage.tsx')) },
  { id: 'lineage', title: 'Lineage', icon: IconBinaryTree2, command: 'go.lineage', Content: lazy(() => import('../pages/lineage/LineagePage.tsx')) },
  { id: 'log', title: 'Log', icon: IconFileText, command: 'go.log', Content: lazy(() => import('../pages/log/LogPage.tsx')) },
  { id: 'recommend', title: 'Recommend', icon: IconSparkles, command: 'go.recommend', Content: lazy(() => import('../pages/recommend/RecommendPage.tsx')) },
  { id: 'evaluate', title: 'Evaluate', icon: IconChartDots, command: 'go.evaluate', Content: lazy(() => import('../pages/evaluate/EvaluatePage.tsx')) },
  { id: 'settings', title: 'Settings', icon: IconAdjustmentsHorizontal, command: 'go.settings', Content: lazy(() => import('../pages/settings/SettingsPage.tsx')) },
];
