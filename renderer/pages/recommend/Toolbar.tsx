import { MultiSelect, NumberInput, Select, Slider, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ModelInfo, ModelName } from '../../../shared/contract/recommend.ts';
import { useEngine } from '../../host/engine.ts';
import { useBench } from './bench.ts';
import { modelOptions, modelState } from './models.ts';
import classes from './recommend.module.css';

const MOST = 4;
const numberOrNull = (value: number | string): number | null => (typeof value === 'number' ? value : null);

/** A model in a list to choose from: its state and what it does. */
function optionOf(models: readonly ModelInfo[]) {
  return function ModelOption({ option }: { readonly option: { readonly value: string; readonly label: string } }) {
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
}

/** Chooses one model. */
export function ModelChoice({ models, model }: { readonly models: readonly ModelInfo[]; readonly model: ModelName }) {
  return (
    <Select
      className={classes['choice'] ?? ''}
      label="Model"
      value={model}
      data={modelOptions(models)}
      renderOption={optionOf(models)}
      allowDeselect={false}
      maxDropdownHeight={480}
      comboboxProps={{ width: 340, position: 'bottom-start' }}
      onChange={(value) => useBench.setState({ model: models.find((each) => each.model === value)?.model ?? null })}
    />
  );
}

/** Chooses the models that stand side by side, in the order in which they stand. */
export function ModelsChoice({ models, compared }: { readonly models: readonly ModelInfo[]; readonly compared: readonly ModelName[] }) {
  return (
    <MultiSelect
      className={classes['models'] ?? ''}
      label="Models side by side"
      placeholder={compared.length === 0 ? 'Up to four' : ''}
      value={[...compared]}
      data={modelOptions(models)}
      renderOption={optionOf(models)}
      maxValues={MOST}
      searchable
      maxDropdownHeight={480}
      comboboxProps={{ width: 340, position: 'bottom-start' }}
      onChange={(chosen) => useBench.setState({ compared: chosen.flatMap((name) => models.find(({ model }) => model === name)?.model ?? []) })}
    />
  );
}

/** Which models are asked, and what their lists may hold. */
export function Toolbar({ children }: { readonly children: ReactNode }) {
  const { top, genres, yearFrom, yearTo, diversity } = useBench();
  const facets = useEngine('movies.facets', {}).data;
  const years = { min: facets?.yearFrom ?? 1874, max: facets?.yearTo ?? 2100, allowDecimal: false, clampBehavior: 'blur' as const, thousandSeparator: '' };
  return (
    <search className={classes['toolbar']} aria-label="Models and filters">
      {children}
      <MultiSelect className={classes['choice'] ?? ''} label="Genres" placeholder={genres.length === 0 ? 'All' : ''} clearable searchable styles={{ inputField: { minWidth: 24 } }} value={[...genres]} data={facets?.genres ?? []} onChange={(genres) => useBench.setState({ genres })} />
      <NumberInput label="From" aria-label="Year from" hideControls placeholder={String(facets?.yearFrom ?? '')} value={yearFrom ?? ''} {...years} onChange={(value) => useBench.setState({ yearFrom: numberOrNull(value) })} />
      <NumberInput label="To" aria-label="Year to" hideControls placeholder={String(facets?.yearTo ?? '')} value={yearTo ?? ''} {...years} onChange={(value) => useBench.setState({ yearTo: numberOrNull(value) })} />
      <NumberInput label="Films" hideControls min={1} max={100} allowDecimal={false} value={top} onChange={(value) => typeof value === 'number' && useBench.setState({ top: value })} />
      <Stack gap={0}>
        <Text size="sm" fw={500} style={{ whiteSpace: 'nowrap' }}>
          Diversity{' '}
          <Text span inherit c="dimmed" fw={400}>
            {Math.round(diversity * 100)} %
          </Text>
        </Text>
        <div className={classes['diversity']}>
          <Slider flex={1} size={3} thumbSize={12} label={null} thumbLabel="Diversity" min={0} max={1} step={0.05} value={diversity} onChange={(diversity) => useBench.setState({ diversity })} />
        </div>
      </Stack>
    </search>
  );
}
