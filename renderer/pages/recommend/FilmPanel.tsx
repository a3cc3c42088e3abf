import { Button, CloseButton, Group, Progress, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ModelInfo, Recommendation } from '../../../shared/contract/recommend.ts';
import { Contributions } from '../../charts/contributions/Contributions.tsx';
import { contributionGroups } from '../../charts/contributions/data.ts';
import { Answer } from '../../components/Answer.tsx';
import { formatScore } from '../../components/format.ts';
import { useEngine } from '../../host/engine.ts';
import { WhyNotHere } from './WhyNotHere.tsx';

type Film = Pick<Recommendation, 'movieId' | 'title' | 'year' | 'genres'>;

interface FilmPanelProps {
  readonly movieId: number;
  readonly title: string;
  /** The film as it stands on the list it was opened from. */
  readonly item: Recommendation | undefined;
  readonly info: ModelInfo | undefined;
  readonly onClose: () => void;
  /** Rates a film for a try; null takes its rating away. */
  readonly onRate: (film: Film, rating: number | null) => void;
  /** The best rating on the scale. */
  readonly highest: number | undefined;
}

/** One film: why it is on the list or why not, what its score is made of, and films like it. */
export default function FilmPanel({ movieId, title, item, info, onClose, onRate, highest }: FilmPanelProps) {
  const groups = contributionGroups(item?.reasons ?? []);
  // A sentence that stands over its chart is not said twice.
  const sentences = (item?.reasons ?? []).filter(({ text }) => groups.every((group) => group.title !== text));
  return (
    <Stack gap="md" component="section" aria-label={`Film ${title}`}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2}>
            {title}{' '}
            <Text span c="dimmed" inherit fw={400}>
              {item?.year ?? ''}
            </Text>
          </Title>
          <Text size="sm" c="dimmed">
            {item === undefined ? 'Not on the list' : item.genres.join(', ')}
          </Text>
        </div>
        <CloseButton aria-label="Close the film" onClick={onClose} />
      </Group>
      {item === undefined ? (
        info?.trained === true && <WhyNotHere movieId={movieId} info={info} onRate={onRate} />
      ) : (
        <>
          <Stack gap={4}>
            <Text size="sm">
              {info?.title} scores it{' '}
              <Text span inherit fw={600}>
                {formatScore(item.score)}
              </Text>
              .
            </Text>
            {sentences.map((reason) => (
              <Text size="sm" key={reason.text}>
                {reason.text}
              </Text>
            ))}
          </Stack>
          <div>
            <Button variant="default" disabled={highest === undefined} leftSection={<IconPlus size={14} aria-hidden />} onClick={() => highest !== undefined && onRate(item, highest)}>
              What if it were rated {highest}?
            </Button>
          </div>
          {groups.map((group) => (
            <Contributions key={group.title} {...group} />
          ))}
        </>
      )}
      <Similar movieId={movieId} />
    </Stack>
  );
}

function Similar({ movieId }: { readonly movieId: number }) {
  const [by, setBy] = useState<'ratings' | 'content'>('ratings');
  const similar = useEngine('recommend.similar', { movieId, by, top: 8 });
  const best = Math.max(...(similar.data?.items ?? []).map(({ score }) => score));
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3}>Similar films</Title>
        <SegmentedControl
          size="xs"
          aria-label="Similar by"
          value={by}
          onChange={setBy}
          data={[
            { value: 'ratings', label: 'By ratings' },
            { value: 'content', label: 'By content' },
          ]}
        />
      </Group>
      <div style={{ minHeight: 232 }}>
        <Answer of={similar}>
          {({ items }) =>
            items.length === 0 ? (
              <Text size="sm" c="dimmed">
                Too little is known of this film.
              </Text>
            ) : (
              <Table verticalSpacing={3} aria-label="Similar films">
                <Table.Tbody>
                  {items.map((film) => (
                    <Table.Tr key={film.movieId}>
                      <Table.Td maw={0} w="100%">
                        <Text size="sm" truncate title={film.title}>
                          {film.title}
                        </Text>
                      </Table.Td>
                      <Table.Td w={60}>
                        <Progress size={4} w={52} value={best > 0 ? (film.score / best) * 100 : 0} color="var(--rb-series-3)" aria-hidden />
                      </Table.Td>
                      <Table.Td className="rb-number">{formatScore(film.score)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )
          }
        </Answer>
      </div>
    </Stack>
  );
}
