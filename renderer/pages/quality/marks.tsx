import { Text } from '@mantine/core';
import type { RowState } from '../../../shared/contract/decisions.ts';
import type { RuleResult, Severity } from '../../../shared/contract/quality.ts';
import { Status, type Tone } from '../../components/Status.tsx';

const statuses: Record<RuleResult['status'], [Tone, string]> = { pass: ['good', 'Pass'], warn: ['warn', 'Warn'], fail: ['bad', 'Fail'], info: ['info', 'Info'] };
const severities: Record<Severity, Tone> = { error: 'bad', warning: 'warn', info: 'info' };

/** How a rule came out. */
export function StatusMark({ status }: { readonly status: RuleResult['status'] }) {
  const [tone, word] = statuses[status];
  return <Status tone={tone}>{word}</Status>;
}

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return <Status tone={severities[severity]}>{severity}</Status>;
}

const states: Record<RowState, [Tone, string]> = { stays: ['waiting', 'Stays'], fixed: ['good', 'Fixed'], 'set aside': ['skipped', 'Set aside'], 'set aside by hand': ['skipped', 'By hand'], 'put back': ['info', 'Put back'] };

/** What becomes of a failing row in the next run. */
export function StateMark({ state }: { readonly state: RowState }) {
  const [tone, word] = states[state];
  return (
    <Status tone={tone} size="xs">
      {word}
    </Status>
  );
}

/** Stands where there is no value. */
export function None() {
  return (
    <Text span size="xs" c="dimmed" fs="italic">
      none
    </Text>
  );
}
