import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { AnyEvent, IpcChannel, PreloadBridge } from '../../shared/contract/index.ts';

const invoke = (channel: IpcChannel, ...values: unknown[]) => ipcRenderer.invoke(channel, ...values);

const os = { darwin: 'macos', win32: 'windows' } as const;

const bridge = {
  info: { os: process.platform === 'darwin' || process.platform === 'win32' ? os[process.platform] : 'linux' },
  call: (id, method, input) => invoke('call', id, method, input),
  cancel: (id) => ipcRenderer.send('cancel' satisfies IpcChannel, id),
  on: (listener) => {
    const forward = (_event: unknown, data: AnyEvent) => listener(data);
    ipcRenderer.on('event' satisfies IpcChannel, forward);
    return () => {
      ipcRenderer.off('event' satisfies IpcChannel, forward);
    };
  },
  // The paths go from here to the main process; the page gets references.
  grant: (files) => invoke('grant', files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '')),
  pick: (options) => invoke('pick', options),
  save: (file, suggestedName) => invoke('save', file, suggestedName),
} satisfies PreloadBridge;

contextBridge.exposeInMainWorld('reelbench', bridge);
