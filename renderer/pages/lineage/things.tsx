import { IconBulb, IconFile, IconFileExport, IconGauge, IconListCheck, IconPlayerPlay, IconSparkles, IconTable, type TablerIcon } from '@tabler/icons-react';
import type { LineageNode, ThingKind } from '../../../shared/contract/lineage.ts';
import { formatUnits } from '../../components/format.ts';
import { Status } from '../../components/Status.tsx';
import { hashOf } from '../../stores/route.ts';

const kinds: Record<ThingKind, { readonly icon: TablerIcon; readonly word: string }> = {
  table: { icon: IconTable, word: 'Table' },
  model: { icon: IconSparkles, word: 'Model' },
  metric: { icon: IconGauge, word: 'Metric' },
  rule: { icon: IconListCheck, word: 'Rule' },
  parameter: { icon: IconBulb, word: 'Parameter' },
  file: { icon: IconFile, word: 'File' },
  run: { icon: IconPlayerPlay, word: 'Run' },
  output: { icon: IconFileExport, word: 'Written file' },
};

export const kindWord = (kind: ThingKind): string => kinds[kind].word;
export const isThingKind = (text: string | undefined): text is ThingKind => text !== undefined && Object.hasOwn(kinds, text);

export function KindIcon({ kind }: { readonly kind: ThingKind }) {
  const { icon: Icon } = kinds[kind];
  return <Icon size={15} stroke={1.7} aria-hidden style={{ flex: 'none' }} />;
}

export const hrefOf = ({ kind, name }: Pick<LineageNode, 'kind' | 'name'>): string => hashOf('lineage', [kind, name]);

/** A file by its own name, without its folder. */
export const shortName = ({ kind, name }: Pick<LineageNode, 'kind' | 'name'>): string => (kind === 'file' || kind === 'output' ? (name.split('/').at(-1) ?? name) : name);

/** What there is to say of a thing in two words. */
export function sizeOf({ kind, rows }: LineageNode): string {
  return rows === null ? kindWord(kind) : formatUnits(rows, 'row');
}

const states = { changed: ['warn', 'Out of date'], missing: ['waiting', 'Not made yet'], current: ['good', 'Current'], given: ['info', 'Given'] } as const;

/** Whether a thing is what a run would make now. */
export function ThingState({ state }: Pick<LineageNode, 'state'>) {
  const [tone, word] = states[state];
  return <Status tone={tone}>{word}</Status>;
}
