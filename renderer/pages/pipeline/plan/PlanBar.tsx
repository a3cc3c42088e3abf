import { Checkbox, Group, MultiSelect, Select, Text, VisuallyHidden } from '@mantine/core';
import type { PipelineStatus, Plan, StageName } from '../../../../shared/contract/pipeline.ts';
import { type Asked, everything, type Scope, sumOf, sumText } from './plan.ts';

const scopes: readonly { readonly value: Scope; readonly label: string }[] = [
  { value: 'all', label: 'All stages' },
  { value: 'from', label: 'From a stage on' },
  { value: 'downstream', label: 'A stage and what needs it' },
  { value: 'only', label: 'Only one stage' },
  { value: 'stages', label: 'Chosen, and what they need' },
];

interface PlanBarProps {
  readonly status: PipelineStatus;
  readonly asked: Asked;
  readonly onAsk: (asked: Asked) => void;
  readonly plan: Plan | undefined;
}

/** What a run is asked for, and what that comes to in one line. */
export function PlanBar({ status, asked, onAsk, plan }: PlanBarProps) {
  const names = status.stages.map(({ name }) => name);
  const isName = (text: string | null): text is StageName => names.some((name) => name === text);
  const first = asked.stage ?? names[0] ?? null;
  return (
    <Group gap="sm" component="section" aria-label="What to run" wrap="wrap">
      <Select
        aria-label="Which stages"
        data={[...scopes]}
        value={asked.scope}
        w={200}
        onChange={(value) => {
          const scope = scopes.find((each) => each.value === value)?.value;
          if (scope !== undefined) onAsk(scope === 'all' ? { ...everything, force: asked.force } : { ...asked, scope, stage: first });
        }}
      />
      {(asked.scope === 'from' || asked.scope === 'downstream' || asked.scope === 'only') && (
        <Select aria-label="The stage" data={names} value={first} w={160} onChange={(name) => isName(name) && onAsk({ ...asked, stage: name })} />
      )}
      {asked.scope === 'stages' && (
        <MultiSelect aria-label="Chosen stages" data={names} value={[...asked.stages]} miw={220} maw={420} placeholder={asked.stages.length === 0 ? 'All' : ''} clearable onChange={(chosen) => onAsk({ ...asked, stages: chosen.filter(isName) })} />
      )}
      <Checkbox label="Also what did not change" checked={asked.force} onChange={(event) => onAsk({ ...asked, force: event.currentTarget.checked })} />
      <Text size="sm" ml="auto" component="output" aria-live="polite">
        <VisuallyHidden>The plan: </VisuallyHidden>
        {plan === undefined ? '\u00a0' : sumText(sumOf(plan))}
      </Text>
    </Group>
  );
}
