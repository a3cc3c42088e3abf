import { ActionIcon, MultiSelect, NumberInput, Select, Switch, TagsInput, Text, TextInput, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconRotate } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { Cell } from '../../../shared/contract/common.ts';
import type { ParameterInfo } from '../../../shared/contract/parameters.ts';
import { useCall } from '../../host/engine.ts';
import classes from './parameters.module.css';
import { boundsText, defaultText, isChanged, same, sourceText, valueText } from './words.ts';

/** One parameter: what it means, its field, and a way back to its default. Saved when the field is left or Enter is pressed. */
export function ParameterRow({ parameter }: { readonly parameter: ParameterInfo }) {
  const set = useCall('params.set');
  const reset = useCall('params.reset');
  const id = useId();
  const changed = isChanged(parameter);
  const { path, title, help } = parameter;
  const bounds = boundsText(parameter);
  const usual = bounds === '' ? defaultText(parameter) : valueText(parameter.default);
  const facts = [bounds, `default ${usual}`, sourceText(parameter)].filter((fact) => fact !== '');
  const error = set.error ?? reset.error;
  const save = (value: Cell) => {
    reset.reset();
    if (!same(value, parameter.value)) set.mutate({ path, value });
    else set.reset();
  };
  const goBack = () => {
    set.reset();
    reset.mutate({ path });
  };
  return (
    <div className={classes['row']}>
      <div className={classes['about']}>
        <div className={classes['name']}>
          <Text fw={500}>
            {title}
          </Text>
          {changed && (
            <Tooltip label={`Changed; the default is ${defaultText(parameter)}`}>
              <span className={classes['mark']}>
                <VisuallyHidden>changed</VisuallyHidden>
              </span>
            </Tooltip>
          )}
        </div>
        <Text size="sm" c="dimmed" id={id}>
          {help}
        </Text>
        <Text size="xs" c="dimmed" className={classes['facts'] ?? ''}>
          <span className="rb-mono">{path}</span>
          {facts.map((fact) => ` · ${fact}`)}
        </Text>
      </div>
      <div>
        <Field key={parameter.type === 'list' ? JSON.stringify(parameter.value) : parameter.type} parameter={parameter} describedBy={id} onSave={save} error={error === null ? null : [error.message, error.hint].filter((part) => part !== undefined).join(' ')} />
      </div>
      <Tooltip label={`Back to ${defaultText(parameter)}`}>
        <ActionIcon aria-label={`Reset ${title} to ${defaultText(parameter)}`} disabled={!changed} style={{ visibility: changed ? 'visible' : 'hidden' }} onClick={goBack}>
          <IconRotate size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

interface FieldProps {
  readonly parameter: ParameterInfo;
  readonly describedBy: string;
  readonly error: string | null;
  readonly onSave: (value: Cell) => void;
}

function Field({ parameter, describedBy, error, onSave }: FieldProps) {
  const { type, value, choices, title } = parameter;
  const shared = { 'aria-label': title, 'aria-describedby': describedBy, error };
  if (type === 'boolean') return <Switch {...shared} checked={value === true} onChange={(event) => onSave(event.currentTarget.checked)} mt={4} />;
  if (type === 'integer' || type === 'number') return <NumberField shared={shared} parameter={parameter} onSave={onSave} />;
  if (type === 'choice') return <Select {...shared} data={choices ?? []} value={typeof value === 'string' ? value : null} placeholder="left out" onChange={onSave} />;
  if (type === 'list') return <ListField shared={shared} parameter={parameter} onSave={onSave} />;
  return <TextField shared={shared} parameter={parameter} onSave={onSave} />;
}

interface OneField {
  readonly shared: { readonly 'aria-label': string; readonly 'aria-describedby': string; readonly error: string | null };
  readonly parameter: ParameterInfo;
  readonly onSave: (value: Cell) => void;
}

/** What stands in a field: the value, also when it changes elsewhere, unless something was typed since it was last saved. */
function useDraft<T extends Cell>(value: T, onSave: (value: Cell) => void) {
  const [draft, setDraft] = useState(value);
  const [typed, setTyped] = useState(false);
  const [seen, setSeen] = useState(value);
  const [round, setRound] = useState(0);
  if (seen !== value) {
    setSeen(value);
    if (!typed && draft !== value) {
      setDraft(value);
      setRound(round + 1);
    }
  }
  return {
    draft,
    /** Of the field: a number's field does not follow a value that it has not typed itself, so it is made anew. */
    round,
    type: (text: T) => {
      setDraft(text);
      setTyped(true);
    },
    save: () => {
      setTyped(false);
      onSave(draft === '' ? null : draft);
    },
  };
}

function NumberField({ shared, parameter: { type, value, unit }, onSave }: OneField) {
  const { draft, round, type: change, save } = useDraft<number | string>(typeof value === 'number' ? value : '', onSave);
  return (
    <NumberInput
      key={round}
      {...shared}
      value={draft}
      onChange={change}
      onBlur={save}
      onKeyDown={(event) => { if (event.key === 'Enter') save(); }}
      allowDecimal={type === 'number'}
      clampBehavior="none"
      thousandSeparator
      placeholder="left out"
      {...(unit === null ? {} : { rightSection: <Text size="xs" c="dimmed" pr="xs">{unit}</Text>, rightSectionWidth: 16 + unit.length * 7 })}
    />
  );
}

function TextField({ shared, parameter: { value }, onSave }: OneField) {
  const { draft, type, save } = useDraft(typeof value === 'string' ? value : '', onSave);
  return <TextInput {...shared} value={draft} placeholder="left out" onChange={(event) => type(event.currentTarget.value)} onBlur={save} onKeyDown={(event) => { if (event.key === 'Enter') save(); }} />;
}

function ListField({ shared, parameter: { value, default: usual, choices }, onSave }: OneField) {
  const [draft, setDraft] = useState(() => (Array.isArray(value) ? value.map(String) : []));
  const ofNumbers = [usual, value].flat().some((entry) => typeof entry === 'number');
  const save = () => onSave(ofNumbers ? draft.map((entry) => (Number.isFinite(Number(entry)) ? Number(entry) : entry)) : draft);
  return choices === undefined ? (
    <TagsInput {...shared} value={draft} onChange={setDraft} onBlur={save} />
  ) : (
    <MultiSelect {...shared} data={choices} value={draft} onChange={setDraft} onDropdownClose={save} onRemove={(removed) => onSave(draft.filter((entry) => entry !== removed))} />
  );
}
