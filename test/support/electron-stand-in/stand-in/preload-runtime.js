/*
 * What a sandboxed preload script finds around it; runs in the isolated world. The preload's text is put in where the
 * marker stands, because the page's policy forbids evaluating text.
 */
(() => {
  const { encode, decode } = globalThis.standInCodec;
  const post = globalThis.standInPost; // a binding: text to the main process
  const listeners = new Map();
  const waiting = new Map();
  let last = 0;

  const ipcRenderer = {
    invoke: (channel, ...args) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        post(encode({ type: 'invoke', id, channel, args }));
      }),
    send: (channel, ...args) => post(encode({ type: 'send', channel, args })),
    on: (channel, listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    off: (channel, listener) => {
      listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== listener));
      return ipcRenderer;
    },
  };
  globalThis.standInDeliver = (text) => {
    const message = decode(text);
    if (message.type === 'event') {
      for (const listener of listeners.get(message.channel) ?? []) listener({ sender: ipcRenderer, ports: [] }, ...message.args);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error !== undefined) call?.reject(new Error(message.error));
    else call?.resolve(message.value);
  };

  // A synchronous native call: the main process sees the frame stop here, and writes the answer into `result`.
  function standInPathOf(file) {
    let result = '';
    debugger;
    return result;
  }
  const webUtils = {
    getPathForFile: (file) => {
      if (!(file instanceof File)) throw new TypeError('getPathForFile takes a File');
      return standInPathOf(file);
    },
  };
  const contextBridge = globalThis.standInBridge('preload');
  contextBridge.onOpen((address) => post(encode({ type: 'open', address })));
  const electron = { contextBridge, ipcRenderer, webUtils };
  const require = (name) => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`);
    return electron;
  };
  const process = { type: 'renderer', sandboxed: true, contextIsolated: true, ...globalThis.standInProcess };
  const module = { exports: {} };
  ((require, module, exports, process) => {
    /* the preload */
  })(require, module, module.exports, process);
})();
