import { Button, Table, Text, UnstyledButton } from '@mantine/core';
import { IconChartDots } from '@tabler/icons-react';
import type { EvaluationSummary } from '../../../shared/contract/evaluation.ts';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { formatCount, formatDateTime, formatDecimal, formatSeconds } from '../../components/format.ts';
import { useEngine } from '../../host/engine.ts';
import { navigate } from '../../stores/route.ts';
import { openEvaluation } from './address.ts';
import classes from './evaluate.module.css';
import { KeptRow, KeptTable } from './KeptTable.tsx';
import { metricTitle } from './metrics.ts';
import { labelTitle, listWords, protocolTitles } from './words.ts';
import { useModels } from './useModels.ts';

/** The evaluations that are kept, newest first. */
export function EvaluationList() {
  const list = useEngine('evaluation.list', {});
  return (
    <Answer of={list}>
      {(evaluations) =>
        evaluations.length === 0 ? (
          <Empty icon={<IconChartDots size={28} />} title="Nothing has been evaluated yet" actions={<Button onClick={() => navigate('evaluate', ['new'])}>Set up an evaluation</Button>}>
            Choose models and how to hide a part of the ratings. Each model is trained on the rest and asked for lists; you see how much of what was hidden it finds, with an interval, what that costs, for whom it works, and whether a difference may be chance.
          </Empty>
        ) : (
          <KeptTable
            label="Evaluations"
            columns={[{ title: 'Evaluation' }, { title: 'When', width: 160 }, { title: 'Protocol', width: 140 }, { title: 'Best', width: 220 }, { title: 'Users', width: 84, figures: true }, { title: 'Time', width: 84, figures: true }]}
          >
            {[...evaluations].sort((a, b) => b.createdAt.localeCompare(a.createdAt)).map((evaluation) => (
              <EvaluationRow key={evaluation.id} evaluation={evaluation} />
            ))}
          </KeptTable>
        )
      }
    </Answer>
  );
}

function EvaluationRow({ evaluation: { id, title, createdAt, protocol, preset, models, best, data, seconds } }: { readonly evaluation: EvaluationSummary }) {
  const infos = useModels();
  const open = () => openEvaluation(id);
  return (
    <KeptRow id={id} kind="evaluation" name={title} onOpen={open}>
      <Table.Td>
        <UnstyledButton fz="sm" fw={500} onClick={open} className={classes['wide'] ?? ''}>
          <Text size="sm" fw={500} truncate>
            {title}
          </Text>
        </UnstyledButton>
        <Text size="xs" c="dimmed" truncate title={models.join(', ')}>
          {listWords(models.map((label) => labelTitle(label, infos)))}
        </Text>
      </Table.Td>
      <Table.Td>{formatDateTime(createdAt)}</Table.Td>
      <Table.Td>
        {protocolTitles[protocol]}
        {preset !== null && (
          <Text size="xs" c="dimmed" truncate>
            {preset}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {best === null ? (
          '–'
        ) : (
          <>
            <Text size="sm" truncate>
              {labelTitle(best.label, infos)}
            </Text>
            <Text size="xs" c="dimmed">
              {metricTitle(best.metric)} {formatDecimal(best.value, 4)}
            </Text>
          </>
        )}
      </Table.Td>
      <Table.Td className="rb-number">{formatCount(data.measuredUsers)}</Table.Td>
      <Table.Td className="rb-number">{formatSeconds(seconds)}</Table.Td>
    </KeptRow>
  );
}
