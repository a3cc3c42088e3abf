import { NumberInput, Select, TagsInput, Text, TextInput } from '@mantine/core';
import type { ModelName } from '../../../../shared/contract/recommend.ts';
import type { ParameterInfo } from '../../../../shared/contract/parameters.ts';
import { boundsText, valueText } from '../../../components/parameters/words.ts';
import { Answer } from '../../../components/Answer.tsx';
import { useEngine } from '../../../host/engine.ts';
import classes from '../evaluate.module.css';

interface FieldsProps {
  readonly model: ModelName;
  /** Only what is set otherwise than in force, by the name after `recommenders.<model>.`. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly onChange: (params: Readonly<Record<string, unknown>>) => void;
}

/** The parameters of a model for this evaluation alone: an empty field takes the value in force. */
export function ParameterFields({ model, params, onChange }: FieldsProps) {
  const list = useEngine('params.list', {});
  const prefix = `recommenders.${model}.`;
  return (
    <Answer of={list}>
      {(all) => {
        const own = all.filter(({ path }) => path.startsWith(prefix));
        if (own.length === 0)
          return (
            <Text size="sm" c="dimmed">
              This model has no parameters.
            </Text>
          );
        return (
          <div className={classes['fields']}>
            {own.map((info) => {
              const name = info.path.slice(prefix.length);
              return (
                <Field
                  key={info.path}
                  info={info}
                  value={params[name]}
                  onChange={(value) => {
                    const { [name]: _before, ...others } = params;
                    onChange(value === undefined ? others : { ...others, [name]: value });
                  }}
                />
              );
            })}
          </div>
        );
      }}
    </Answer>
  );
}

function Field({ info, value, onChange }: { readonly info: ParameterInfo; readonly value: unknown; readonly onChange: (value: unknown) => void }) {
  const { title, type, unit, choices } = info;
  const placeholder = valueText(info.value);
  const shared = { label: title, description: boundsText(info) || ' ', placeholder, title: info.help };
  if (type === 'number' || type === 'integer') {
    return (
      <NumberInput
        {...shared}
        value={typeof value === 'number' ? value : ''}
        allowDecimal={type === 'number'}
        {...(info.minimum === undefined ? {} : { min: info.minimum })}
        {...(info.maximum === undefined ? {} : { max: info.maximum })}
        {...(unit === null ? {} : { suffix: ` ${unit}` })}
        onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
      />
    );
  }
  if (type === 'boolean') return <Select {...shared} clearable data={[{ value: 'true', label: 'on' }, { value: 'false', label: 'off' }]} value={typeof value === 'boolean' ? String(value) : null} onChange={(next) => onChange(next === null ? undefined : next === 'true')} />;
  if (type === 'choice') return <Select {...shared} clearable data={choices ?? []} value={typeof value === 'string' ? value : null} onChange={(next) => onChange(next ?? undefined)} />;
  if (type === 'list') {
    const ofNumbers = [info.default, info.value].flat().some((entry) => typeof entry === 'number');
    return <TagsInput {...shared} data={choices ?? []} value={Array.isArray(value) ? value.map(String) : []} onChange={(next) => onChange(next.length === 0 ? undefined : ofNumbers ? next.map((entry) => (Number.isFinite(Number(entry)) ? Number(entry) : entry)) : next)} />;
  }
  return <TextInput {...shared} value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)} />;
}
