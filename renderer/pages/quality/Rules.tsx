import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { QualityReport } from '../../../shared/contract/quality.ts';
import { engineKey, queryClient } from '../../host/engine.ts';
import { host } from '../../host/host.ts';
import { replaceRoute } from '../../stores/route.ts';
import { useDecide } from './decide.tsx';
import classes from './quality.module.css';
import { RuleFilters } from './RuleFilters.tsx';
import { RulePanel } from './RulePanel.tsx';
import { arrangeRules, everyRule, type RuleFilter, type RuleOrder } from './rules.ts';
import { RulesTable } from './RulesTable.tsx';

const key = engineKey('quality.report', {});
const open = (id: string | null) => replaceRoute('quality', id === null ? [] : ['rules', id]);

/** The table of rules, and beside it the rule that is open. */
export function Rules({ report, opened }: { readonly report: QualityReport; readonly opened: string | null }) {
  const [filter, setFilter] = useState<RuleFilter>(everyRule);
  const [order, setOrder] = useState<RuleOrder>({ column: 'status', descending: false });
  const { decide } = useDecide();
  const rules = arrangeRules(report.rules, filter, order);
  const rule = report.rules.find(({ id }) => id === opened);

  /** Shows the switch as set at once; the engine's own answer follows. */
  const setFix = (id: string, on: boolean) => {
    queryClient.setQueryData<QualityReport | null>(key, (known) => (known == null ? known : { ...known, rules: known.rules.map((each) => (each.id === id ? { ...each, fixEnabled: on } : each)) }));
    void decide(() => `Fix of ${id} is ${on ? 'on' : 'off'}`, () => host.call('quality.fix.apply', { rule: id, enabled: on })).finally(() => void queryClient.invalidateQueries({ queryKey: key }));
  };
  return (
    <Stack gap="sm">
      <RuleFilters report={report} filter={filter} onFilter={setFilter} shown={rules.length} />
      <div className={classes['split']} data-open={rule === undefined ? undefined : true}>
        <div className={classes['main']}>
          <RulesTable rules={rules} selected={opened} onSelect={open} order={order} onOrder={setOrder} onFix={setFix} />
          {rules.length === 0 && (
            <Text size="sm" c="dimmed" ta="center" py="xl">
              No rule matches this filter.
            </Text>
          )}
        </div>
        {rule !== undefined && (
          <div className={classes['panel']}>
            <RulePanel rule={rule} onClose={() => open(null)} />
          </div>
        )}
      </div>
    </Stack>
  );
}
