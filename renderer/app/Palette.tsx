import { Spotlight } from '@mantine/spotlight';
import { IconFlask, IconFolderOpen, IconKeyboard, IconPlayerPlay, IconPlayerStop, IconPlus, IconSearch, IconSunMoon, IconTable, type TablerIcon } from '@tabler/icons-react';
import { type CommandId, commands } from '../../shared/domain/commands.ts';
import { formatUnits } from '../components/format.ts';
import { Keys } from '../components/Keys.tsx';
import { useEngine } from '../host/engine.ts';
import { useOpenWorkspace } from '../host/workspace.ts';
import { runCommand, useCommands } from '../stores/commands.ts';
import { navigate } from '../stores/route.ts';
import { pages } from './pages.tsx';

const icons: Partial<Record<CommandId, TablerIcon>> = {
  'workspace.new': IconPlus,
  'workspace.openSample': IconFlask,
  'import.open': IconFolderOpen,
  'pipeline.run': IconPlayerPlay,
  'job.cancel': IconPlayerStop,
  'view.theme': IconSunMoon,
  'help.shortcuts': IconKeyboard,
  ...Object.fromEntries(pages.map(({ command, icon }) => [command, icon])),
};

/** The command palette: every command that can be run now, and every table. */
export function Palette() {
  const handlers = useCommands((state) => state.handlers);
  const tables = useEngine('tables.list', {}, { enabled: useOpenWorkspace() === 'open' });
  const actions = [
    {
      group: 'Commands',
      actions: commands
        .filter(({ id }) => handlers[id] !== undefined && id !== 'view.palette')
        .map(({ id, title, menu, keys }) => {
          const Icon = icons[id];
          return {
            id,
            label: menu === 'Go' ? `Go to ${title}` : title.replace('…', ''),
            keywords: [menu, title],
            onClick: () => { runCommand(id); },
            ...(Icon === undefined ? {} : { leftSection: <Icon size={16} aria-hidden /> }),
            ...(keys === undefined ? {} : { rightSection: <Keys of={keys} /> }),
          };
        }),
    },
    {
      group: 'Tables',
      actions: (tables.data ?? []).map(({ schema, name, rows }) => ({
        id: `table:${schema}.${name}`,
        label: schema === 'main' ? name : `${schema}.${name}`,
        description: formatUnits(rows, 'row'),
        leftSection: <IconTable size={16} aria-hidden />,
        onClick: () => navigate('data', [schema, name]),
      })),
    },
  ];
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      lockScroll={false}
      highlightQuery
      limit={60}
      scrollable
      maxHeight={520}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      nothingFound="Nothing by that name"
      searchProps={{ leftSection: <IconSearch size={16} aria-hidden />, placeholder: 'Search commands and tables', 'aria-label': 'Search commands and tables' }}
    />
  );
}
