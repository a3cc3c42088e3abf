import { Button } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { Answer } from '../../../components/Answer.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { useEngine } from '../../../host/engine.ts';
import { navigate } from '../../../stores/route.ts';
import { ReconciliationTable } from './ReconciliationTable.tsx';

/** Where every imported row went in the last good run. */
export function ReconciliationTab() {
  const reconciliation = useEngine('quality.reconciliation', {});
  return (
    <Answer of={reconciliation}>
      {(made) =>
        made === null ? (
          <Empty icon={<IconScale size={28} />} title="No run has finished yet" actions={<Button onClick={() => navigate('pipeline')}>Go to the pipeline</Button>}>
            A run says of every imported row where it went: loaded, set aside, dropped as a copy, or rejected. The figures must add up, or the run fails.
          </Empty>
        ) : (
          <ReconciliationTable reconciliation={made} />
        )
      }
    </Answer>
  );
}
