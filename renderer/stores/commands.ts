import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import type { CommandId } from '../../shared/domain/commands.ts';

interface Handler {
  readonly run: () => void;
}

/** Which commands can be run now, and how. Palette, shortcuts, native menu and buttons all come here. */
export const useCommands = create<{ readonly handlers: Partial<Record<CommandId, Handler>> }>()(() => ({ handlers: {} }));

/** Runs a command if it can be run now; answers whether it could. */
export function runCommand(id: CommandId): boolean {
  const handler = useCommands.getState().handlers[id];
  handler?.run();
  return handler !== undefined;
}

/** Answers a command while the component is shown and `enabled`; the component shown last wins. */
export function useCommand(id: CommandId, run: () => void, enabled = true): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const handler: Handler = { run: () => latest.current() };
    const before = useCommands.getState().handlers[id];
    useCommands.setState(({ handlers }) => ({ handlers: { ...handlers, [id]: handler } }));
    return () =>
      useCommands.setState(({ handlers }) => {
        if (handlers[id] !== handler) return { handlers };
        const { [id]: _gone, ...others } = handlers;
        return { handlers: before === undefined ? others : { ...others, [id]: before } };
      });
  }, [id, enabled]);
}
