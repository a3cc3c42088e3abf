import type { Host } from '../../shared/contract/bridge.ts';
import { browserHost } from './browser.ts';
import { desktopHost } from './desktop.ts';

/** The host that this page runs on: the preload's bridge on the desktop, loopback HTTP in a browser. */
export const host: Host = window.reelbench === undefined ? browserHost() : desktopHost(window.reelbench);
