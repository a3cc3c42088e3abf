import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useHotkeys, useWindowEvent } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { commands } from '../../shared/domain/commands.ts';
import { useCall } from '../host/engine.ts';
import { useRunningJobs } from '../host/jobs.ts';
import { runCommand, useCommand } from '../stores/commands.ts';
import { navigate } from '../stores/route.ts';
import { useUi } from '../stores/ui.ts';
import { pickForImport } from '../stores/import.ts';
import { complain } from './complain.ts';

const typed = new Set(['text', 'search', 'number', 'email', 'url', 'tel', 'password', 'date', 'time']);
/** Whether keys typed at the target write a text, so that the browser can undo them. */
const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && typed.has(target.type) && !target.readOnly) || (target instanceof HTMLElement && target.isContentEditable);

/** The commands that the window itself answers, and the keys of all commands. */
export function useShellCommands(): void {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const running = useRunningJobs();
  const cancel = useCall('jobs.cancel');
  const sample = useCall('workspaces.openSample');
  const run = useCall('pipeline.run');

  useCommand('go.home', () => navigate('home'));
  useCommand('go.import', () => navigate('import'));
  useCommand('go.data', () => navigate('data'));
  useCommand('go.quality', () => navigate('quality'));
  useCommand('go.pipeline', () => navigate('pipeline'));
  useCommand('go.lineage', () => navigate('lineage'));
  useCommand('go.log', () => navigate('log'));
  useCommand('go.recommend', () => navigate('recommend'));
  useCommand('go.evaluate', () => navigate('evaluate'));
  useCommand('go.settings', () => navigate('settings'));
  useCommand('view.palette', () => spotlight.toggle());
  useCommand('view.theme', () => setColorScheme(scheme === 'dark' ? 'light' : 'dark'));
  useCommand('help.shortcuts', () => useUi.setState({ shortcutSheet: true }));
  useCommand('workspace.new', () => useUi.setState({ newWorkspace: true }));
  useCommand('workspace.openSample', () => sample.mutate({}, { onSuccess: () => navigate('home'), onError: complain }), !sample.isPending);
  useCommand('import.open', () => { pickForImport().catch(complain); });
  useCommand('evaluate.new', () => navigate('evaluate', ['new']));
  useCommand('evaluate.search', () => navigate('evaluate', ['search']));
  useCommand('job.cancel', () => running.forEach(({ id }) => cancel.mutate({ id })), running.length > 0);
  useCommand('pipeline.run', () => run.mutate({}, { onSuccess: () => navigate('pipeline'), onError: complain }), running.length === 0 && !run.isPending);

  // Every shortcut has a modifier, so it means the same while someone types; but undo and redo are the text field's own there.
  useWindowEvent('keydown', (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== 'z' && key !== 'y') || isTextField(event.target)) return;
    if (runCommand(event.shiftKey || key === 'y' ? 'edit.redo' : 'edit.undo')) event.preventDefault();
  });
  useHotkeys(commands.filter(({ menu }) => menu !== 'Edit').flatMap(({ id, keys }) => (keys === undefined ? [] : [[keys, () => { runCommand(id); }] as const satisfies [string, () => void]])), []);
}
