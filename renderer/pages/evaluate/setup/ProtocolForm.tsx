import { Checkbox, Group, NumberInput, Paper, Radio, Select, Stack, Switch, TagsInput, Text } from '@mantine/core';
import type { Protocol, ProtocolName } from '../../../../shared/contract/evaluation.ts';
import { Section } from '../../../components/Page.tsx';
import classes from '../evaluate.module.css';
import { protocolAbout, protocolTitles } from '../words.ts';
import { optionsOf, setProtocol, useSetup } from './draft.ts';
import { FileField } from './FileField.tsx';

const order: readonly ProtocolName[] = ['leave-last-out', 'random', 'kfold', 'time', 'strong', 'files'];

/** How ratings are hidden, and how it is counted what the models find of them. */
export function ProtocolForm() {
  const protocol = useSetup((setup) => setup.protocol);
  return (
    <>
      <Section title="Protocol" about="Which ratings are hidden from training and asked for">
        <Radio.Group aria-label="Protocol" value={protocol.name} onChange={(value) => { const name = order.find((each) => each === value); if (name !== undefined) setProtocol({ name }); }}>
          <div className={classes['protocols']}>
            {order.map((name) => (
              <Radio.Card key={name} value={name} p="sm" radius="md" className={classes['protocol'] ?? ''} aria-label={protocolTitles[name]} aria-describedby={`about-${name}`}>
                <Group wrap="nowrap" align="flex-start" gap="sm">
                  <Radio.Indicator size="xs" mt={2} />
                  <div>
                    <Text size="sm" fw={500}>
                      {protocolTitles[name]}
                    </Text>
                    <Text size="sm" c="dimmed" id={`about-${name}`}>
                      {protocolAbout[name]}
                    </Text>
                  </div>
                </Group>
              </Radio.Card>
            ))}
          </div>
        </Radio.Group>
      </Section>
      <Section title="Options">
        <Paper p="md">
          <Options protocol={protocol} />
        </Paper>
      </Section>
      <Section title="What is counted" about="Most disagreement between published figures is about these definitions; each figure is shown with its own">
        <Paper p="md">
          <Definitions protocol={protocol} />
        </Paper>
      </Section>
    </>
  );
}

const numberIn = (value: number | string, set: (value: number) => void): void => {
  if (typeof value === 'number' && Number.isFinite(value)) set(value);
};

function Options({ protocol }: { readonly protocol: Protocol }) {
  const has = optionsOf(protocol.name);
  return (
    <Stack gap="md">
      {has.files && (
        <div className={classes['fields']}>
          <FileField label="Training file" about="Ratings to learn from: user, film, rating and, if there is one, time" value={protocol.train} onChange={(train) => setProtocol({ train })} />
          <FileField label="Test file" about="Ratings to find, in the same columns" value={protocol.test} onChange={(test) => setProtocol({ test })} />
        </div>
      )}
      <div className={classes['fields']}>
        {has.share && (
          <NumberInput label={protocol.name === 'strong' ? 'Users held out' : 'Ratings held out'} description="Share of all" suffix=" %" min={1} max={90} value={Number((protocol.share * 100).toPrecision(6))} onChange={(value) => numberIn(value, (share) => share > 0 && share < 100 && setProtocol({ share: share / 100 }))} />
        )}
        {has.given && <NumberInput label="Shown of their ratings" description="The rest is asked for" suffix=" %" min={1} max={99} value={Number((protocol.given * 100).toPrecision(6))} onChange={(value) => numberIn(value, (given) => given > 0 && given < 100 && setProtocol({ given: given / 100 }))} />}
        {has.folds && (
          <>
            <NumberInput label="Folds" description="2 to 20" min={2} max={20} allowDecimal={false} value={protocol.folds} onChange={(value) => numberIn(value, (folds) => setProtocol({ folds }))} />
            <Select
              label="Ratings fall into folds"
              description="By number: fold = line mod folds"
              data={[{ value: 'shuffle', label: 'shuffled by the seed' }, { value: 'row', label: 'by their number in the file' }]}
              value={protocol.foldsBy}
              onChange={(value) => setProtocol({ foldsBy: value === 'row' ? 'row' : 'shuffle' })}
            />
          </>
        )}
        <NumberInput label="Relevant from a rating of" description="Empty: every rating is relevant" placeholder="every rating" value={protocol.threshold ?? ''} onChange={(value) => setProtocol({ threshold: typeof value === 'number' ? value : null })} />
        <NumberInput label="Users with at least" description="Others are left out before the split" suffix={protocol.minUser === 1 ? ' rating' : ' ratings'} min={1} allowDecimal={false} value={protocol.minUser} onChange={(value) => numberIn(value, (minUser) => setProtocol({ minUser }))} />
        <NumberInput label="Films with at least" description="Both again and again until all have" suffix={protocol.minItem === 1 ? ' rating' : ' ratings'} min={1} allowDecimal={false} value={protocol.minItem} onChange={(value) => numberIn(value, (minItem) => setProtocol({ minItem }))} />
        <NumberInput label="Users measured at most" description="Drawn by the seed; 0: all" min={0} step={1000} allowDecimal={false} thousandSeparator value={protocol.maxUsers} onChange={(value) => numberIn(value, (maxUsers) => setProtocol({ maxUsers }))} />
        <NumberInput label="Seed" description="The same seed, the same split" allowDecimal={false} value={protocol.seed} onChange={(value) => numberIn(value, (seed) => setProtocol({ seed }))} />
      </div>
      {protocol.threshold !== null && <Switch label="Leave ratings below it out of training too" checked={protocol.thresholdTraining} onChange={(event) => setProtocol({ thresholdTraining: event.currentTarget.checked })} />}
    </Stack>
  );
}

function Definitions({ protocol }: { readonly protocol: Protocol }) {
  const measured = (kind: Protocol['measures'][number], on: boolean) => {
    const measures = (['ranking', 'rating'] as const).filter((each) => (each === kind ? on : protocol.measures.includes(each)));
    if (measures.length > 0) setProtocol({ measures });
  };
  return (
    <Stack gap="md">
      <Group gap="lg">
        <Checkbox label="Lists: NDCG, recall, precision, hit rate, coverage and more" checked={protocol.measures.includes('ranking')} onChange={(event) => measured('ranking', event.currentTarget.checked)} />
        <Checkbox label="Predicted ratings: RMSE and MAE, of models that predict them" checked={protocol.measures.includes('rating')} onChange={(event) => measured('rating', event.currentTarget.checked)} />
      </Group>
      <div className={classes['fields']}>
        <TagsInput
          label="Cutoffs"
          description="Lengths of the lists, 1 to 1,000"
          value={protocol.cutoffs.map(String)}
          onChange={(texts) => setProtocol({ cutoffs: [...new Set(texts.map(Number).filter((cutoff) => Number.isInteger(cutoff) && cutoff >= 1 && cutoff <= 1000))].sort((a, b) => a - b) })}
        />
        <Select
          label="Ideal of NDCG"
          description="What the best list is taken to be"
          data={[{ value: 'truncated', label: 'a best list of the cutoff’s length' }, { value: 'full', label: 'a list of all relevant films' }]}
          value={protocol.ndcgIdeal}
          onChange={(value) => setProtocol({ ndcgIdeal: value === 'full' ? 'full' : 'truncated' })}
        />
        <Select
          label="Recall is divided by"
          description="Both are in use"
          data={[{ value: 'relevant', label: 'all relevant films of the user' }, { value: 'reachable', label: 'min(cutoff, relevant films)' }]}
          value={protocol.recallOf}
          onChange={(value) => setProtocol({ recallOf: value === 'reachable' ? 'reachable' : 'relevant' })}
        />
        <Select
          label="Films without a training rating"
          description="No list can hold them"
          data={[{ value: 'misses', label: 'count as misses' }, { value: 'left out', label: 'are left out of the test' }]}
          value={protocol.unknownFilms}
          onChange={(value) => setProtocol({ unknownFilms: value === 'left out' ? 'left out' : 'misses' })}
        />
        <FileField label="Rank only listed films" about="A file with films to rank for each user, as some papers did. Sampled metrics flatter and may turn the order round; they are marked." value={protocol.negatives} clearable onChange={(negatives) => setProtocol({ negatives })} />
      </div>
    </Stack>
  );
}
