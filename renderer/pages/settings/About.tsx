import { Button, DataList, Paper, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Answer } from '../../components/Answer.tsx';
import { Section } from '../../components/Page.tsx';
import { Status } from '../../components/Status.tsx';
import { useEngine } from '../../host/engine.ts';

/** Versions, and whether all that the engine needs is there. */
export function About() {
  const info = useEngine('app.info', {});
  const doctor = useEngine('doctor.check', {});
  return (
    <>
      <Section title="About">
        <Paper p="md">
          <Answer of={info}>
            {({ version, duckdb, node, platform, kernels, threads }) => (
              <DataList size="sm" gap={4} labelWidth="90px">
                {(
                  [
                    ['Reelbench', version],
                    ['DuckDB', duckdb],
                    ['Node', node],
                    ['System', platform],
                    ['Kernels', kernels],
                    ['Threads', String(threads)],
                  ] as const
                ).map(([label, value]) => (
                  <DataList.Item key={label}>
                    <DataList.ItemLabel>{label}</DataList.ItemLabel>
                    <DataList.ItemValue>{value}</DataList.ItemValue>
                  </DataList.Item>
                ))}
              </DataList>
            )}
          </Answer>
        </Paper>
      </Section>
      <Section
        title="Health"
        actions={
          <Button variant="subtle" color="gray" leftSection={<IconRefresh size={14} />} loading={doctor.isFetching} onClick={() => void doctor.refetch()}>
            Check again
          </Button>
        }
      >
        <Paper p="md">
          <Answer of={doctor}>
            {({ items }) => (
              <Stack gap="sm">
                {items.map(({ name, ok, detail, hint }) => (
                  <div key={name}>
                    <Status tone={ok ? 'good' : 'bad'}>{name}</Status>
                    <Text size="xs" c="dimmed" pl={22} style={{ overflowWrap: 'anywhere' }}>
                      {detail}
                    </Text>
                    {!ok && hint !== undefined && (
                      <Text size="xs" pl={22}>
                        {hint}
                      </Text>
                    )}
                  </div>
                ))}
              </Stack>
            )}
          </Answer>
        </Paper>
      </Section>
    </>
  );
}
