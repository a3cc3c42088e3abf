import { Modal, SimpleGrid, Table, Title } from '@mantine/core';
import { commands } from '../../shared/domain/commands.ts';
import { Keys } from '../components/Keys.tsx';
import { useUi } from '../stores/ui.ts';

const menus = ['Go', 'File', 'Edit', 'View', 'Help'] as const;

/** All shortcuts on one sheet. */
export function ShortcutSheet() {
  const opened = useUi((state) => state.shortcutSheet);
  return (
    <Modal opened={opened} onClose={() => useUi.setState({ shortcutSheet: false })} title="Keyboard shortcuts" size="lg">
      <SimpleGrid cols={2} spacing="xl">
        {menus.map((menu) => (
          <section key={menu}>
            <Title order={3} c="dimmed" mb={4}>
              {menu}
            </Title>
            <Table aria-label={menu} withRowBorders={false}>
              <Table.Tbody>
                {commands.filter((command) => command.menu === menu && command.keys !== undefined).map(({ id, title, keys = '' }) => (
                  <Table.Tr key={id}>
                    <Table.Td px={0}>{title.replace('…', '')}</Table.Td>
                    <Table.Td px={0} ta="right">
                      <Keys of={keys} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        ))}
      </SimpleGrid>
    </Modal>
  );
}
