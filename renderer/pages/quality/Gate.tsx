import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import type { RuleResult } from '../../../shared/contract/quality.ts';
import { formatUnits } from '../../components/format.ts';
import { useCall } from '../../host/engine.ts';
import { host } from '../../host/host.ts';
import { useDecide } from './decide.tsx';
import { ReasonButton } from './evidence/ReasonButton.tsx';
import { blocks, openUnits, unitWord } from './rules.ts';

/** Said of a rule that would stop a run, with the ways out. */
export function Gate({ rule }: { readonly rule: RuleResult }) {
  const { busy, decide } = useDecide();
  const setParameter = useCall('params.set');
  if (!blocks(rule)) return null;
  const open = openUnits(rule);
  const aside = (reason: string) =>
    void decide(({ rows }) => `${formatUnits(rows, 'row')} of ${rule.id} set aside`, () => host.call('quality.quarantine', { rule: rule.id, reason }));
  return (
    <Alert variant="default" icon={<IconHandStop size={18} />} title="A run stops here">
      <Stack gap="xs">
        <Text size="sm">
          {open === 0 ? 'This error rule could not run, so it guards nothing.' : rule.unit === 'table' ? 'The table as a whole fails this error rule.' : `${formatUnits(open, unitWord(rule.unit, 1))} ${open === 1 ? 'fails' : 'fail'} this error rule, and nobody has decided about ${open === 1 ? 'it' : 'them'}.`} Ways out:
        </Text>
        <Group gap={6}>
          {rule.fix !== undefined && (
            <Button size="compact-xs" loading={busy} onClick={() => void decide(() => `Fix of ${rule.id} is on`, () => host.call('quality.fix.apply', { rule: rule.id, enabled: true }))}>
              Apply the fix
            </Button>
          )}
          {rule.unit === 'row' && open > 0 && <ReasonButton label={`Set all ${formatUnits(open, 'row')} aside…`} about="Leaves every row that fails this rule out of the tables from the next run on." disabled={busy} onReason={aside} />}
          {open > 0 && rule.unit !== 'table' && (
            <Button size="compact-xs" variant="default" loading={setParameter.isPending} onClick={() => setParameter.mutate({ path: `quality.${rule.id}.threshold`, value: open })}>
              Allow {formatUnits(open, unitWord(rule.unit, 1))}
            </Button>
          )}
          <Button size="compact-xs" variant="default" loading={setParameter.isPending} onClick={() => setParameter.mutate({ path: `quality.${rule.id}.severity`, value: 'warning' })}>
            Make it a warning
          </Button>
        </Group>
        <Text size="xs" c="dimmed">
          {open === 0 ? 'Or correct the rule.' : 'Or correct the files and import them again.'}{setParameter.error === null ? '' : ` ${setParameter.error.message}`}
        </Text>
      </Stack>
    </Alert>
  );
}
