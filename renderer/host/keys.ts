import { host } from './host.ts';

const mac: Record<string, string> = { mod: '⌘', shift: '⇧', alt: '⌥', ctrl: '⌃', Enter: '↩' };
const other: Record<string, string> = { mod: 'Ctrl', shift: 'Shift', alt: 'Alt', ctrl: 'Ctrl' };

/** `mod+shift+N` as keys of this system: `['Ctrl', 'Shift', 'N']`, on macOS `['⌘', '⇧', 'N']`. */
export const keyCaps = (keys: string): string[] => keys.split('+').map((key) => (host.os === 'macos' ? mac : other)[key] ?? key);
