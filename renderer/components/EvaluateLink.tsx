import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChartDots } from '@tabler/icons-react';
import { hashOf } from '../stores/route.ts';

/** Leads to an evaluation that is set up with this model among others. */
export function EvaluateLink({ model, title }: { readonly model: string; readonly title: string }) {
  const label = `Evaluate ${title}`;
  return (
    <Tooltip label={label}>
      <ActionIcon component="a" href={hashOf('evaluate', ['new'], { models: model })} variant="subtle" color="gray" size={22} aria-label={label}>
        <IconChartDots size={15} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
