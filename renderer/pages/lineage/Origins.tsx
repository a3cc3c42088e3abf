import { Anchor, Button, Group, Table, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Lineage, LineageFile, LineageParameter, LineageRule } from '../../../shared/contract/lineage.ts';
import { formatBytes, formatCount, formatDateTime, formatUnits } from '../../components/format.ts';
import { Section } from '../../components/Page.tsx';
import { Status } from '../../components/Status.tsx';
import { hashOf } from '../../stores/route.ts';
import classes from './lineage.module.css';
import { hrefOf } from './things.tsx';

/** A table of origins: those that tell something first, all of them when asked. */
function Origins<T>({ title, about, head, items, telling, word, renderRow }: { readonly title: string; readonly about?: string; readonly head: readonly (readonly [string, boolean])[]; readonly items: readonly T[]; readonly telling: (item: T) => boolean; readonly word: string; readonly renderRow: (item: T) => ReactNode }) {
  const [all, setAll] = useState(false);
  const first = items.filter(telling);
  const shown = all ? items : first;
  if (items.length === 0) return null;
  return (
    <Section
      title={title}
      about={about ?? formatUnits(items.length, word)}
      actions={first.length < items.length && <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)}>{all ? 'Show the telling ones' : `Show all ${formatCount(items.length)}`}</Button>}
    >
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          None stands out.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={520} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': title } }}>
          <Table aria-label={title}>
            <Table.Thead>
              <Table.Tr>
                {head.map(([name, right]) => (
                  <Table.Th key={name} ta={right ? 'right' : 'left'}>
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>{shown.map(renderRow)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  );
}

const valueText = (value: string | null, unit: string | null): string => (value === null ? 'not set' : `${value.length > 60 ? `${value.slice(0, 59)}…` : value}${unit === null ? '' : ` ${value === '1' ? unit.replace(/s$/, '') : unit}`}`);

export function Parameters({ parameters, stage }: { readonly parameters: readonly LineageParameter[]; readonly stage: string | null }) {
  const differing = parameters.filter(({ differs }) => differs).length;
  return (
    <Origins
      title="Parameters"
      about={differing === 0 ? `${formatUnits(parameters.length, 'parameter')}; all as they are in force now` : `${formatUnits(parameters.length, 'parameter')}; ${formatCount(differing)} ${differing === 1 ? 'differs' : 'differ'} from what is in force`}
      head={[['Parameter', false], ['Stage', false], ['Built with', false], ['In force', false]]}
      items={parameters}
      telling={(parameter) => parameter.differs || !parameter.isDefault || parameter.stage === stage}
      word="parameter"
      renderRow={(parameter) => (
        <Table.Tr key={`${parameter.stage ?? ''} ${parameter.path}`} className={parameter.differs ? (classes['changed'] ?? '') : ''}>
          <Table.Td className={classes['long'] ?? ''}>
            <Anchor href={hrefOf({ kind: 'parameter', name: parameter.path })} size="sm" className="rb-mono">
              {parameter.path}
            </Anchor>
          </Table.Td>
          <Table.Td>{parameter.stage ?? '–'}</Table.Td>
          <Table.Td className={classes['long'] ?? ''}>{valueText(parameter.value, parameter.unit)}</Table.Td>
          <Table.Td className={classes['long'] ?? ''}>{parameter.differs ? <Status tone="warn">{valueText(parameter.inForce, parameter.unit)}</Status> : <Text size="sm" c="dimmed">the same</Text>}</Table.Td>
        </Table.Tr>
      )}
    />
  );
}

export function Rules({ rules }: { readonly rules: readonly LineageRule[] }) {
  return (
    <Origins
      title="Rules of quality"
      about={`${formatUnits(rules.length, 'rule')} on the imported rows; ${formatCount(rules.filter(({ changed, setAside, dropped }) => changed + setAside + dropped > 0).length)} changed or left out rows`}
      head={[['Rule', false], ['Failed', true], ['Cells set', true], ['Set aside', true], ['Left out', true], ['Fix', false]]}
      items={rules}
      telling={({ failed, changed, setAside, dropped }) => failed + changed + setAside + dropped > 0}
      word="rule"
      renderRow={(rule) => (
        <Table.Tr key={rule.id}>
          <Table.Td className={classes['long'] ?? ''}>
            <Anchor href={hashOf('quality', ['rules', rule.id])} size="sm" className="rb-mono">
              {rule.id}
            </Anchor>
          </Table.Td>
          <Table.Td className="rb-number">{formatCount(rule.failed)}</Table.Td>
          <Table.Td className="rb-number">{formatCount(rule.changed)}</Table.Td>
          <Table.Td className="rb-number">{formatCount(rule.setAside)}</Table.Td>
          <Table.Td className="rb-number">{formatCount(rule.dropped)}</Table.Td>
          <Table.Td>
            <Text size="sm" c={rule.fixEnabled ? 'inherit' : 'dimmed'}>
              {rule.fix === null ? 'none' : rule.fixEnabled ? rule.fix : 'off'}
            </Text>
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}

const since: Record<LineageFile['since'], readonly ['good' | 'warn' | 'bad' | 'info', string]> = { same: ['good', 'As built from'], modified: ['warn', 'Other since'], new: ['warn', 'New since'], gone: ['bad', 'No longer imported'], unbuilt: ['info', 'Nothing built yet'] };

export function Files({ files }: { readonly files: readonly LineageFile[] }) {
  return (
    <Origins
      title="Source files"
      head={[['File', false], ['Rows', true], ['Unreadable', true], ['Rejected lines', true], ['Size', true], ['Imported', false], ['Content', false], ['Since', false]]}
      items={files}
      telling={() => true}
      word="file"
      renderRow={(file) => (
        <Table.Tr key={file.path}>
          <Table.Td className={classes['long'] ?? ''}>{file.since === 'gone' ? file.path : <Anchor href={hrefOf({ kind: 'file', name: file.path })} size="sm">{file.path}</Anchor>}</Table.Td>
          <Table.Td className="rb-number">{formatCount(file.rows)}</Table.Td>
          <Table.Td className="rb-number">{formatCount(file.unreadable)}</Table.Td>
          <Table.Td className="rb-number">{file.rejected > 0 ? <Anchor href={hashOf('import')} size="sm">{formatCount(file.rejected)}</Anchor> : '0'}</Table.Td>
          <Table.Td className="rb-number">{formatBytes(file.bytes)}</Table.Td>
          <Table.Td>{formatDateTime(file.importedAt)}</Table.Td>
          <Table.Td className="rb-mono" title={file.sha256}>
            {file.sha256.slice(0, 12)}
          </Table.Td>
          <Table.Td>
            <Status tone={since[file.since][0]}>{since[file.since][1]}</Status>
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}

export function Decisions({ decisions }: { readonly decisions: Lineage['decisions'] }) {
  return (
    <Origins
      title="Decisions by hand"
      head={[['Decision', false], ['Why', false], ['Names', true], ['Made', false], ['In what is built', false]]}
      items={decisions}
      telling={() => true}
      word="decision"
      renderRow={(decision) => (
        <Table.Tr key={decision.id}>
          <Table.Td>
            <Anchor href={hashOf('quality', ['decisions'])} size="sm">
              {decision.title}
            </Anchor>
          </Table.Td>
          <Table.Td className={classes['long'] ?? ''}>{decision.reason ?? ''}</Table.Td>
          <Table.Td className="rb-number">{formatCount(decision.names)}</Table.Td>
          <Table.Td>{formatDateTime(decision.madeAt)}</Table.Td>
          <Table.Td>{decision.applied ? <Status tone="good">Yes</Status> : <Status tone="warn">With the next run</Status>}</Table.Td>
        </Table.Tr>
      )}
    />
  );
}

export function Sources({ tables }: { readonly tables: Lineage['tables'] }) {
  return (
    <Origins
      title="Made directly from"
      head={[['Table', false], ['Rows', true], ['Built by run', false], ['Since', false]]}
      items={tables}
      telling={() => true}
      word="table"
      renderRow={(table) => (
        <Table.Tr key={table.name}>
          <Table.Td>
            <Anchor href={hrefOf({ kind: 'table', name: table.name })} size="sm">
              {table.name}
            </Anchor>
          </Table.Td>
          <Table.Td className="rb-number">{table.rows === null ? '' : formatCount(table.rows)}</Table.Td>
          <Table.Td>{table.run === null ? (table.name.startsWith('raw.') ? 'as imported' : 'no longer in the cache') : <RunLink id={table.run} />}</Table.Td>
          <Table.Td>{table.changedSince ? <Status tone="warn">Other content now</Status> : <Status tone="good">The same</Status>}</Table.Td>
        </Table.Tr>
      )}
    />
  );
}

/** Of a run: the tables that stood after it. */
export function Made({ made, run }: { readonly made: Lineage['made']; readonly run: string }) {
  return (
    <Origins
      title="What stood after it"
      head={[['Table', false], ['Rows', true], ['Built by', false], ['Now', false]]}
      items={made}
      telling={() => true}
      word="table"
      renderRow={(item) => (
        <Table.Tr key={item.name}>
          <Table.Td>
            <Anchor href={hrefOf(item)} size="sm">
              {item.name}
            </Anchor>
          </Table.Td>
          <Table.Td className="rb-number">{formatCount(item.rows)}</Table.Td>
          <Table.Td>{item.builtBy === run ? 'this run' : <RunLink id={item.builtBy} />}</Table.Td>
          <Table.Td>{item.visible ? <Status tone="good">Visible</Status> : <Status tone="skipped">Replaced</Status>}</Table.Td>
        </Table.Tr>
      )}
    />
  );
}

export function RunLink({ id }: { readonly id: string }) {
  return (
    <Group gap={6} component="span" display="inline-flex" wrap="nowrap">
      <Anchor href={hrefOf({ kind: 'run', name: id })} size="sm" className="rb-mono">
        {id}
      </Anchor>
    </Group>
  );
}
