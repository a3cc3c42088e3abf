/** One table of commands feeds the native menu, the palette, the shortcuts and the shortcut sheet. */
export interface Command {
  readonly id: CommandId;
  readonly title: string;
  /** `Edit` stands in no menu of ours: its keys are the system's own, and those of text fields first. */
  readonly menu: 'File' | 'Edit' | 'View' | 'Go' | 'Help';
  /** In Mantine's form: `mod` is Ctrl, or Cmd on macOS. */
  readonly keys?: string;
}

export const commandIds = [
  'workspace.new', 'workspace.openSample', 'import.open', 'pipeline.run', 'job.cancel',
  'go.home', 'go.import', 'go.data', 'go.quality', 'go.pipeline', 'go.lineage', 'go.log', 'go.recommend', 'go.evaluate', 'go.settings',
  'evaluate.new', 'evaluate.search',
  'edit.undo', 'edit.redo', 'view.palette', 'view.theme', 'help.shortcuts',
] as const;
export type CommandId = (typeof commandIds)[number];

export const commands: readonly Command[] = [
  { id: 'workspace.new', title: 'New workspace…', menu: 'File', keys: 'mod+shift+N' },
  { id: 'workspace.openSample', title: 'Open the built-in sample', menu: 'File' },
  { id: 'import.open', title: 'Import files…', menu: 'File', keys: 'mod+O' },
  { id: 'pipeline.run', title: 'Run the pipeline', menu: 'File', keys: 'mod+Enter' },
  { id: 'evaluate.new', title: 'New evaluation…', menu: 'File' },
  { id: 'evaluate.search', title: 'Search for parameters…', menu: 'File' },
  { id: 'job.cancel', title: 'Cancel the running job', menu: 'File', keys: 'mod+.' },
  { id: 'go.home', title: 'Home', menu: 'Go', keys: 'mod+1' },
  { id: 'go.import', title: 'Import', menu: 'Go', keys: 'mod+2' },
  { id: 'go.data', title: 'Data', menu: 'Go', keys: 'mod+3' },
  { id: 'go.quality', title: 'Quality', menu: 'Go', keys: 'mod+4' },
  { id: 'go.pipeline', title: 'Pipeline', menu: 'Go', keys: 'mod+5' },
  { id: 'go.lineage', title: 'Lineage', menu: 'Go', keys: 'mod+7' },
  { id: 'go.log', title: 'Log', menu: 'Go', keys: 'mod+shift+G' },
  { id: 'go.recommend', title: 'Recommend', menu: 'Go', keys: 'mod+6' },
  { id: 'go.evaluate', title: 'Evaluate', menu: 'Go', keys: 'mod+8' },
  { id: 'go.settings', title: 'Settings', menu: 'Go', keys: 'mod+,' },
  { id: 'edit.undo', title: 'Undo the last change of a parameter', menu: 'Edit', keys: 'mod+Z' },
  { id: 'edit.redo', title: 'Make the change of a parameter again', menu: 'Edit', keys: 'mod+shift+Z' },
  { id: 'view.palette', title: 'Command palette', menu: 'View', keys: 'mod+K' },
  { id: 'view.theme', title: 'Switch between light and dark', menu: 'View', keys: 'mod+shift+L' },
  { id: 'help.shortcuts', title: 'Keyboard shortcuts', menu: 'Help', keys: 'mod+/' },
];
