import { MultiSelect, NumberInput, Select, Slider, Stack, Text } from '@mantine/core';
import type { ModelInfo, ModelName } from '../../../shared/contract/recommend.ts';
import { useEngine } from '../../host/engine.ts';
import { useBench } from './bench.ts';
import { modelState } from './models.ts';
import classes from './recommend.module.css';

const nameOf = (models: readonly ModelInfo[]) => (value: string | null): ModelName | null => models.find(({ model }) => model === value)?.model ?? null;
const numberOrNull = (value: number | string): number | null => (typeof value === 'number' ? value : null);

/** The models to ask and what their lists may hold. */
export function Toolbar({ models, model, against }: { readonly models: readonly ModelInfo[]; readonly model: ModelName; readonly against: ModelName | null }) {
  const { top, genres, yearFrom, yearTo, diversity } = useBench();
  const facets = useEngine('movies.facets', {}).data;
  const choice = classes['choice'] ?? '';
  const named = nameOf(models);
  const options = models.map(({ model, title }) => ({ value: model, label: title }));
  const option = ({ option }: { option: { value: string; label: string } }) => {
    const info = models.find((each) => each.model === option.value);
    return (
      <div>
        <Text size="sm" fw={500}>
          {option.label}{' '}
          <Text span inherit fw={400} c="dimmed">
            {info === undefined ? '' : modelState(info)}
          </Text>
        </Text>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {info?.about}
        </Text>
      </div>
    );
  };
  const years = { min: facets?.yearFrom ?? 1874, max: facets?.yearTo ?? 2100, allowDecimal: false, clampBehavior: 'blur' as const, thousandSeparator: '' };
  return (
    <search className={classes['toolbar']} aria-label="Models and filters">
      <Select className={choice} label="Model" value={model} data={options} renderOption={option} comboboxProps={{ width: 340, position: 'bottom-start' }} onChange={(value) => useBench.setState({ model: named(value) })} />
      <Select
        className={choice}
        label="Compare with"
        placeholder="Nothing"
       
        clearable
        value={against}
        data={options.filter(({ value }) => value !== model)}
        renderOption={option}
        comboboxProps={{ width: 340, position: 'bottom-start' }}
        onChange={(value) => useBench.setState({ against: named(value) })}
      />
      <MultiSelect className={choice} label="Genres" placeholder={genres.length === 0 ? 'All' : ''} clearable searchable value={[...genres]} data={facets?.genres ?? []} onChange={(genres) => useBench.setState({ genres })} />
              <NumberInput label="From" aria-label="Year from" hideControls placeholder={String(facets?.yearFrom ?? '')} value={yearFrom ?? ''} {...years} onChange={(value) => useBench.setState({ yearFrom: numberOrNull(value) })} />
        <NumberInput label="To" aria-label="Year to" hideControls placeholder={String(facets?.yearTo ?? '')} value={yearTo ?? ''} {...years} onChange={(value) => useBench.setState({ yearTo: numberOrNull(value) })} />
      <NumberInput label="Films" hideControls min={1} max={100} allowDecimal={false} value={top} onChange={(value) => typeof value === 'number' && useBench.setState({ top: value })} />
      <Stack gap={6} pb={9}>
        <Text size="sm" fw={500} style={{ whiteSpace: 'nowrap' }}>
          Diversity{' '}
          <Text span inherit c="dimmed" fw={400}>
            {Math.round(diversity * 100)} %
          </Text>
        </Text>
        <Slider size={3} thumbSize={12} label={null} thumbLabel="Diversity" min={0} max={1} step={0.05} value={diversity} onChange={(diversity) => useBench.setState({ diversity })} />
      </Stack>
    </search>
  );
}
