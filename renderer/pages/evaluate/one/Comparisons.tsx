import { Group, Select, Stack, Table, Text } from '@mantine/core';
import type { Evaluation } from '../../../../shared/contract/evaluation.ts';
import { lowerIsBetter } from '../../../../shared/domain/metric-words.ts';
import { Intervals } from '../../../charts/intervals/Intervals.tsx';
import { tickDigits } from '../../../charts/scale.ts';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { formatCount, formatDecimal } from '../../../components/format.ts';
import { Loading } from '../../../components/Loading.tsx';
import { Section } from '../../../components/Page.tsx';
import { Status } from '../../../components/Status.tsx';
import { useLook } from '../address.ts';
import classes from '../evaluate.module.css';
import { against, bestOf } from '../marks.ts';
import { digitsFor, effectWords, formatP, metricTitle, signed } from '../metrics.ts';
import { useComparisons } from '../useComparisons.ts';
import { useModels } from '../useModels.ts';
import { labelTitle } from '../words.ts';

/** Which differences can be told from chance: against one model as sentences and as a picture, and every pair as a table. */
export function Comparisons({ evaluation, metric }: { readonly evaluation: Evaluation; readonly metric: string }) {
  const look = useLook();
  const infos = useModels();
  const { list, possible, pending, error } = useComparisons(evaluation, metric);
  const labels = [...new Set(list.flatMap(({ a, b }) => [a, b]))];
  const best = bestOf(evaluation.models.filter(({ label }) => labels.includes(label)), metric)?.label;
  const reference = labels.find((label) => label === look.get('against')) ?? best;
  if (error !== null) return <ErrorPanel error={error.toData()} />;
  if (pending) return <Loading label="Comparing" />;
  if (!possible || reference === undefined)
    return (
      <Text size="sm" c="dimmed" py="lg" maw={640}>
        {evaluation.models.length < 2 ? 'There is only one model: evaluate two or more to compare them.' : `${metricTitle(metric)} is no mean over users, so models cannot be compared user by user. Choose NDCG, recall or another metric of lists.`}
      </Text>
    );
  const title = (label: string) => labelTitle(label, infos);
  const seen = against(list, reference).sort((a, b) => (lowerIsBetter(metric) ? 1 : -1) * (a.difference - b.difference));
  const digits = digitsFor(list.map(({ difference }) => difference));
  return (
    <Stack gap="lg">
      <Group gap="sm">
        <Text size="sm">Against</Text>
        <Select aria-label="Reference" w={240} data={labels.map((label) => ({ value: label, label: title(label) }))} value={reference} onChange={(label) => look.set({ against: label })} />
      </Group>
      <div className={classes['wide-halves']}>
      <ul className={classes['sentences']} aria-label={`Comparisons with ${title(reference)}`}>
        {seen.map(({ label, distinct, sentence }) => (
          <li key={label}>
            <Status tone={distinct ? 'good' : 'info'} />
            <Sentence text={sentence} />
          </li>
        ))}
      </ul>
      <Intervals
        title={`Difference from ${title(reference)} in ${metricTitle(metric)}`}
        summary={`Positive: more than ${title(reference)}, which ${lowerIsBetter(metric) ? 'is worse' : 'is better'}. An interval that does not touch the dashed line tells a difference before the correction.`}
        reference={0}
        rows={seen.map(({ label, difference, low, high, adjustedP, distinct }) => ({ name: title(label), note: distinct ? `p ${formatP(adjustedP)}, told apart` : `p ${formatP(adjustedP)}, may be chance`, items: [{ label: title(label), series: distinct ? 0 : 1, value: difference, low, high }] }))}
        axis={`Difference in ${metricTitle(metric)}`}
        format={(value) => signed(value, digits)}
        formatTick={(value, ticks) => (value === 0 ? '0' : signed(value, tickDigits(ticks)))}
        columns={['Model', 'Difference', '95 % interval', 'p', 'Corrected p']}
        table={seen.map(({ label, difference, low, high, p, adjustedP }) => [title(label), signed(difference, digits), `${signed(low, digits)} – ${signed(high, digits)}`, formatP(p), formatP(adjustedP)])}
      />
      </div>
      <Section title="Every pair" about={pairsAbout(list)}>
        <Table.ScrollContainer minWidth={0} scrollAreaProps={{ type: 'auto', viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'Every pair' } }}>
          <Table aria-label="Every pair" verticalSpacing={4} horizontalSpacing={8}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>A</Table.Th>
                <Table.Th>B</Table.Th>
                <Table.Th ta="right" className="rb-number">A − B</Table.Th>
                <Table.Th ta="right" className="rb-number">95 % interval</Table.Th>
                <Table.Th ta="right" className="rb-number">p</Table.Th>
                <Table.Th ta="right" className="rb-number">p, Holm</Table.Th>
                <Table.Th ta="right" className="rb-number">Effect (d)</Table.Th>
                <Table.Th ta="right" className="rb-number">Shows</Table.Th>
                <Table.Th>Verdict</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {list.map(({ a, b, difference, low, high, p, adjustedP, effect, distinct, detectable }) => (
                <Table.Tr key={`${a} ${b}`}>
                  <Table.Td>{title(a)}</Table.Td>
                  <Table.Td>{title(b)}</Table.Td>
                  <Table.Td className="rb-number">{signed(difference, digits)}</Table.Td>
                  <Table.Td className="rb-number">
                    {signed(low, digits)} – {signed(high, digits)}
                  </Table.Td>
                  <Table.Td className="rb-number">{formatP(p)}</Table.Td>
                  <Table.Td className="rb-number" fw={distinct ? 600 : 400}>
                    {formatP(adjustedP)}
                  </Table.Td>
                  <Table.Td className="rb-number">{effect === null ? '–' : `${signed(effect, 2)}, ${effectWords(effect)}`}</Table.Td>
                  <Table.Td className="rb-number" c="dimmed">
                    {detectable === null ? '–' : formatDecimal(detectable, digits)}
                  </Table.Td>
                  <Table.Td>
                    <Status tone={distinct ? 'good' : 'info'}>{distinct ? 'told apart' : 'may be chance'}</Status>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Section>
    </Stack>
  );
}

/** The verdict of a comparison, and quieter how much as many users can show. */
function Sentence({ text }: { readonly text: string }) {
  const end = text.indexOf('). ');
  return (
    <Text className={classes['sentence'] ?? ''}>
      {text.slice(0, end < 0 ? undefined : end + 2)}
      {end >= 0 && (
        <Text span size="sm" c="dimmed">
          {text.slice(end + 2)}
        </Text>
      )}
    </Text>
  );
}

function pairsAbout([first]: ReturnType<typeof useComparisons>['list']): string {
  if (first === undefined) return '';
  return `p of a paired permutation test over ${formatCount(first.users)} ${first.pairs}, corrected by Holm for ${formatCount(first.family)} ${first.family === 1 ? 'comparison' : 'comparisons'}; d is the mean difference ÷ its standard deviation; “shows” is the smallest difference that as many ${first.pairs} tell four times out of five`;
}
