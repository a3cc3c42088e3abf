import { notifications } from '@mantine/notifications';
import type { ParameterChange } from '../../../shared/contract/parameters.ts';
import { useCall, useEngine } from '../../host/engine.ts';
import { useCommand } from '../../stores/commands.ts';
import { changeText } from './words.ts';

interface Step {
  readonly change: ParameterChange | null;
  readonly run: () => void;
  readonly enabled: boolean;
}

/** What can be undone and redone, and how; the shell's commands `edit.undo` and `edit.redo` do it while this is shown. */
export function useParameterHistory(): { readonly undo: Step; readonly redo: Step } {
  const history = useEngine('params.history', {});
  const undo = useCall('params.undo');
  const redo = useCall('params.redo');
  const step = (call: typeof undo, change: ParameterChange | null | undefined, done: string): Step => ({
    change: change ?? null,
    enabled: change !== null && change !== undefined,
    run: () => call.mutate({}, {
      onSuccess: (made) => notifications.show({ message: `${done}: ${changeText(made)}` }),
      onError: ({ message, hint }) => notifications.show({ title: 'Nothing was changed', message: [message, hint].filter((part) => part !== undefined).join(' ') }),
    }),
  });
  const back = step(undo, history.data?.undo, 'Undone');
  const again = step(redo, history.data?.redo, 'Made again');
  // Always answered: keys come faster than the history is asked for again, and the engine knows what is left.
  useCommand('edit.undo', back.run);
  useCommand('edit.redo', again.run);
  return { undo: back, redo: again };
}
