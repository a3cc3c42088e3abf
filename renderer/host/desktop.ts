import type { Answer, Host, PreloadBridge } from '../../shared/contract/bridge.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';
import { ReelbenchError } from '../../shared/domain/error.ts';
import { Listeners } from './listeners.ts';

declare global {
  interface Window {
    readonly reelbench?: PreloadBridge;
  }
}

const open = <T>(answer: Answer<T>): T => {
  if (answer.ok) return answer.value;
  throw ReelbenchError.from(answer.error);
};

/** The page on the desktop: calls go over the preload's bridge. */
export function desktopHost(bridge: PreloadBridge): Host {
  const listeners = new Listeners();
  bridge.on((event: AnyEvent) => listeners.tell(event));
  let calls = 0;
  return {
    os: bridge.info.os,
    takesFolders: true,
    async call(method, input, signal) {
      const id = ++calls;
      const cancel = () => bridge.cancel(id);
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        return open((await bridge.call(id, method, input)) as Answer<never>);
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    on: (event, listener) => listeners.add(event, listener),
    grant: async (files) => open(await bridge.grant(files)),
    pick: async (options = {}) => open(await bridge.pick(options)),
    save: async (file, name) => open(await bridge.save(file, name)),
  };
}
