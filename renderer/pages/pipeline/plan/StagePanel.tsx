import { ActionIcon, Alert, Anchor, Button, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconPlayerPlay, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Reason, StageName } from '../../../../shared/contract/pipeline.ts';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { formatCount, formatDateTime, formatScore, formatSeconds } from '../../../components/format.ts';
import { LineageLink } from '../../../components/LineageLink.tsx';
import { ParameterEditor } from '../../../components/parameters/ParameterEditor.tsx';
import { useEngine } from '../../../host/engine.ts';
import { hashOf } from '../../../stores/route.ts';
import classes from '../pipeline.module.css';
import { StageStatus } from '../StageStatus.tsx';
import { reasonKind, type ReasonKind, type StageView } from '../stages.ts';
import type { Asked } from './plan.ts';

interface StagePanelProps {
  readonly view: StageView;
  /** Stages that it reads from. */
  readonly before: readonly StageName[];
  readonly running: boolean;
  readonly onRun: (asked: Partial<Asked>) => void;
  readonly onClose: () => void;
}

/** All about one stage: why it would run, what it reads and writes, who built it, its parameters and figures. */
export function StagePanel({ view, before, running, onRun, onClose }: StagePanelProps) {
  const { stage, look, error } = view;
  const { name, title, mark, built } = stage;
  return (
    <Paper p="md" component="section" aria-label={`Stage ${name}`} className={classes['panel'] ?? ''}>
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Title order={2}>{name}</Title>
            <Text size="sm" c="dimmed">
              {title}
              {stage.critical ? '' : ' · a run goes on when it fails'}
            </Text>
          </div>
          <Group gap="sm" wrap="nowrap">
            <StageStatus look={look} />
            <ActionIcon aria-label="Close" onClick={onClose}>
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Group>
        </Group>
        {!running && (
          <Group gap="xs">
            <Button variant="default" leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={() => onRun({ scope: 'from', stage: name })}>
              Run from here
            </Button>
            <Button variant="default" onClick={() => onRun({ scope: 'only', stage: name })}>
              Run only this
            </Button>
            <Button variant="default" onClick={() => onRun({ scope: 'only', stage: name, force: true })}>
              Force
            </Button>
          </Group>
        )}
        {error !== null && <ErrorPanel error={error} />}
        {mark !== null && (
          <Alert color="yellow" title="Its tables are those of an earlier build" styles={{ title: { color: 'var(--rb-warn)' } }}>
            It failed in the run <RunLink id={mark.run} />, which went on without it: {mark.message}
          </Alert>
        )}
        <Why view={view} before={before} />
        <Part title="Built">
          {built === null ? (
            <Text size="sm" c="dimmed">
              Never.
            </Text>
          ) : (
            <Text size="sm">
              {formatDateTime(built.at)} in {formatSeconds(built.seconds)} by <RunLink id={built.run} />: {formatCount(built.rowsIn)} rows in, {formatCount(built.rowsOut)} out
            </Text>
          )}
        </Part>
        <div className={classes['pair']}>
          <Tables title="Reads" tables={stage.reads} />
          <Tables title="Writes" tables={stage.writes} />
        </div>
        {built !== null && <Figures run={built.run} stage={name} />}
        {name === 'evaluate' && (
          <Text size="sm">
            Intervals, comparisons and other protocols:{' '}
            <Anchor href={hashOf('evaluate')} inherit c="inherit" underline="always">
              Evaluate
            </Anchor>
          </Text>
        )}
        <StageParameters paths={stage.parameters} />
      </Stack>
    </Paper>
  );
}

export function RunLink({ id }: { readonly id: string }) {
  return (
    <Anchor href={hashOf('pipeline', ['runs', id])} inherit c="inherit" underline="always" className="rb-mono">
      {id}
    </Anchor>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={3} mb={2}>
        {title}
      </Title>
      {children}
    </section>
  );
}

const kinds: readonly (readonly [ReasonKind, string])[] = [['parameter', 'Parameters'], ['file', 'Files'], ['table', 'Tables'], ['decision', 'By hand'], ['code', 'Code'], ['cache', 'Cache']];

function Why({ view: { stage, look }, before }: Pick<StagePanelProps, 'view' | 'before'>) {
  const groups = Map.groupBy(stage.reasons, (reason) => reasonKind(reason, stage));
  return (
    <Part title="Why it would run">
      {look === 'may change' && (
        <Text size="sm" mb={4}>
          It depends on what {before.join(', ')} will make: should that come out the same, this stage rests.
        </Text>
      )}
      {stage.reasons.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing changed since it was built.
        </Text>
      ) : (
        kinds.map(([kind, title]) => {
          const list = groups.get(kind);
          return list === undefined ? null : <ReasonList key={kind} title={title} reasons={list} />;
        })
      )}
    </Part>
  );
}

function ReasonList({ title, reasons }: { readonly title: string; readonly reasons: readonly Reason[] }) {
  return (
    <Table fz="sm" verticalSpacing={2} horizontalSpacing={6} aria-label={`${title} that changed`}>
      <Table.Tbody>
        {reasons.map(({ what, change, from, to }) => (
          <Table.Tr key={`${what} ${change}`}>
            <Table.Td w={76} c="dimmed">
              {title}
            </Table.Td>
            <Table.Td className="rb-mono" style={{ overflowWrap: 'anywhere' }}>
              {what}
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{from !== undefined && to !== undefined ? `${from} → ${to}` : change}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** What changes its outputs and can be set; the person's own rules are edited where they are tried. */
function StageParameters({ paths }: { readonly paths: readonly string[] }) {
  const own = paths.filter((path) => path !== 'rules');
  return (
    <Part title="Parameters">
      {paths.length === 0 && (
        <Text size="sm" c="dimmed">
          It takes none.
        </Text>
      )}
      {own.length > 0 && <ParameterEditor paths={own} />}
      {own.length < paths.length && (
        <Text size="sm">
          Also{' '}
          <Anchor href={hashOf('quality', ['own'])} inherit c="inherit" underline="always">
            the own rules
          </Anchor>
          .
        </Text>
      )}
    </Part>
  );
}

function Tables({ title, tables }: { readonly title: string; readonly tables: readonly string[] }) {
  const known = useEngine('tables.list', {}).data ?? [];
  return (
    <Part title={title}>
      {tables.length === 0 && (
        <Text size="sm" c="dimmed">
          No table.
        </Text>
      )}
      {tables.map((table) => {
        const [schema, name] = table.startsWith('raw.') ? ['raw', table.slice(4)] : ['main', table];
        const info = known.find((each) => each.schema === schema && each.name === name);
        return (
          <Group key={table} justify="space-between" gap="sm" wrap="nowrap">
            {info === undefined ? (
              <Text size="sm" c="dimmed" className="rb-mono" truncate>
                {table}
              </Text>
            ) : (
              <Group gap={2} wrap="nowrap" miw={0}>
                <LineageLink kind="table" name={table} />
                <Anchor size="sm" href={hashOf('data', [schema, name])} className="rb-mono" c="inherit" underline="hover" truncate>
                  {table}
                </Anchor>
              </Group>
            )}
            <Text size="sm" c="dimmed" className="rb-number">
              {info === undefined ? '–' : formatCount(info.rows)}
            </Text>
          </Group>
        );
      })}
    </Part>
  );
}

function Figures({ run, stage }: { readonly run: string; readonly stage: StageName }) {
  const figures = Object.entries(useEngine('runs.get', { id: run }).data?.run.stages.find(({ name }) => name === stage)?.figures ?? {});
  if (figures.length === 0) return null;
  return (
    <Part title="Figures">
      <Table fz="sm" verticalSpacing={2} horizontalSpacing={6} aria-label={`Figures of ${stage}`}>
        <Table.Tbody>
          {figures.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td className="rb-number">{Number.isInteger(value) ? formatCount(value) : formatScore(value)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Part>
  );
}
