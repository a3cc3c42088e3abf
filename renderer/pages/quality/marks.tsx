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
