import { Drawer, Stack, Text } from '@mantine/core';
import { IconColumns } from '@tabler/icons-react';
import { useRef } from 'react';
import type { ModelInfo, RecommendList } from '../../../shared/contract/recommend.ts';
import { Empty } from '../../components/Empty.tsx';
import { formatUnits } from '../../components/format.ts';
import { useRecommendations } from './asks.ts';
import { useBench } from './bench.ts';
import { placesOf } from './changes.ts';
import { ModelList } from './ModelList.tsx';
import { firstCompared, shortTitle } from './models.ts';
import { OpenFilm } from './OpenFilm.tsx';
import { PlaceLinks } from './PlaceLinks.tsx';
import classes from './recommend.module.css';
import { ModelsChoice, Toolbar } from './Toolbar.tsx';
import { Nobody, OfKnownUser, WhoPanel } from './WhoPanel.tsx';

/** The same user and history through two to four models, with what their lists share. */
export function CompareModels({ models }: { readonly models: readonly ModelInfo[] }) {
  const { who, compared: chosen } = useBench();
  const compared = chosen ?? firstCompared(models);
  const infos = compared.flatMap((name) => models.find(({ model }) => model === name) ?? []);
  return (
    <div className={classes['bench']}>
      <WhoPanel />
      <Stack gap="md" miw={0}>
        <Toolbar>
          <ModelsChoice models={models} compared={compared} />
        </Toolbar>
        {who === null ? (
          <Nobody />
        ) : infos.length === 0 ? (
          <Empty icon={<IconColumns size={28} />} title="No models chosen">
            Choose two to four models to see their lists side by side.
          </Empty>
        ) : (
          // The number of questions is that of the models: another number is another component.
          <OfKnownUser>
            <Lists key={infos.length} infos={infos} models={models} />
          </OfKnownUser>
        )}
      </Stack>
    </div>
  );
}

/** Asks one model after another in the same order at each rendering. */
function Lists({ infos, models }: { readonly infos: readonly ModelInfo[]; readonly models: readonly ModelInfo[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const opened = useBench((bench) => bench.opened);
  const [a, b, c, d] = infos;
  const first = useRecommendations(a?.model ?? 'popularity', a?.trained === true);
  const second = useRecommendations(b?.model ?? 'popularity', b?.trained === true);
  const third = useRecommendations(c?.model ?? 'popularity', c?.trained === true);
  const fourth = useRecommendations(d?.model ?? 'popularity', d?.trained === true);
  const answers = [first, second, third, fourth].slice(0, infos.length);
  const lists = answers.map(({ list }, at) => (infos[at]?.trained === true ? list.data : undefined));
  const places = placesOf(lists.map((list) => list?.items ?? []));
  const close = () => useBench.setState({ opened: null });
  return (
    <>
      <Text size="sm" component="output" mih={17}>
        {sharedWords(lists, places)}
      </Text>
      <div className={classes['lists']} data-many ref={frame}>
        {infos.map((info, at) => {
          const answer = answers[at];
          return answer === undefined ? null : <ModelList key={info.model} info={info} answer={answer} elsewhere={elsewhereOf(infos, places, at)} narrow />;
        })}
        <PlaceLinks frame={frame} lists={lists} />
      </div>
      <Drawer.Root opened={opened !== null} onClose={close} position="right" size={440} lockScroll={false}>
        <Drawer.Overlay backgroundOpacity={0.15} />
        <Drawer.Content aria-label={opened?.title}>
          <Drawer.Body pt="md">
            <OpenFilm models={models} lists={lists.filter((list) => list !== undefined)} model={infos[0]?.model ?? 'popularity'} />
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
    </>
  );
}

/** For each film of a list that is on others, its places there: `EASE 3, Popularity 7`. */
function elsewhereOf(infos: readonly ModelInfo[], places: ReadonlyMap<number, readonly number[]>, own: number): Map<number, string> {
  const words = new Map<number, string>();
  for (const [movieId, ranks] of places) {
    const others = infos.flatMap((info, at) => (at !== own && (ranks[at] ?? 0) > 0 ? [`${shortTitle(info)} ${ranks[at]}`] : []));
    if ((ranks[own] ?? 0) > 0 && others.length > 0) words.set(movieId, others.join(', '));
  }
  return words;
}

function sharedWords(lists: readonly (RecommendList | undefined)[], places: ReadonlyMap<number, readonly number[]>): string {
  const there = lists.filter((list) => list !== undefined);
  if (there.length < 2) return '';
  const all = [...places.values()].filter((ranks) => ranks.filter((rank) => rank > 0).length === there.length).length;
  const some = [...places.values()].filter((ranks) => ranks.filter((rank) => rank > 0).length > 1).length;
  const different = formatUnits(places.size, 'different film');
  return there.length === 2 ? `${different}; ${all} on both lists` : `${different}; ${some} on several lists, ${all} on all ${there.length}`;
}
