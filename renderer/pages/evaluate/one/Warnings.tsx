import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { EvaluatedModel, EvaluationWarning } from '../../../../shared/contract/evaluation.ts';
import { formatCount } from '../../../components/format.ts';
import classes from '../evaluate.module.css';
import { useModels } from '../useModels.ts';
import { labelTitle } from '../words.ts';

const names: Readonly<Record<EvaluationWarning['kind'], string>> = {
  'future-in-training': 'Training knows the future', 'test-in-history': 'Test ratings are in the training part', 'unknown-users': 'Users without training ratings', 'unknown-films': 'Films without training ratings',
  'few-users': 'Few users', sampled: 'Sampled films', other: 'Mind',
};

function Notice({ title, bad = false, lines }: { readonly title: string; readonly bad?: boolean; readonly lines: readonly { readonly head: string; readonly text: string }[] }) {
  const color = bad ? 'var(--rb-bad)' : 'var(--rb-warn)';
  return (
    <Alert variant="default" py={8} px="sm" classNames={{ root: classes['notice'] ?? '' }} data-bad={bad || undefined} icon={<IconAlertTriangle size={18} aria-hidden />} title={title} styles={{ title: { color }, icon: { color }, body: { gap: 2 } }} role="note">
      {lines.map(({ head, text }) => (
        <Text key={`${head} ${text}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
          <Text span inherit fw={600}>
            {head}:
          </Text>{' '}
          {text}
        </Text>
      ))}
    </Alert>
  );
}

/** What may flatter or spoil the figures, and models that have none: above all figures, where nobody can miss it. */
export function Warnings({ warnings, models }: { readonly warnings: readonly EvaluationWarning[]; readonly models: readonly EvaluatedModel[] }) {
  const infos = useModels();
  const failed = models.flatMap(({ label, error }) => (error === null ? [] : [{ head: labelTitle(label, infos), text: error }]));
  return (
    <Stack gap="xs">
      {warnings.length > 0 && <Notice title="Read the figures with this in mind" lines={warnings.map(({ kind, message, count }) => ({ head: count === null ? names[kind] : `${names[kind]} (${formatCount(count)})`, text: message }))} />}
      {failed.length > 0 && <Notice bad title={failed.length === 1 ? 'One model has no figures' : `${failed.length} models have no figures`} lines={failed} />}
    </Stack>
  );
}
