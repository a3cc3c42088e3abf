const { EventEmitter } = require('node:events');
const os = require('node:os');
const path = require('node:path');

const boot = globalThis.standInBoot;
const paths = new Map();
let quitting = false;
let isReady = false;
let nowReady;
const ready = new Promise((resolve) => {
  nowReady = resolve;
});

/** What the parts of the stand-in share: Chromium once it runs, and the windows that are open. */
const running = { chromium: undefined, windows: new Map() };

/** Emits a cancellable event; answers whether a listener prevented it. */
function isPrevented(emitter, event, ...args) {
  let prevented = false;
  const details = {
    preventDefault: () => {
      prevented = true;
    },
  };
  emitter.emit(event, details, ...args);
  return prevented;
}

async function quit() {
  if (quitting) return;
  quitting = true;
  const closeAll = async () => {
    for (const window of running.windows.values()) {
      await window.standInClose();
      if (!window.isDestroyed()) return false;
    }
    return true;
  };
  if (isPrevented(app, 'before-quit') || !(await closeAll()) || isPrevented(app, 'will-quit')) quitting = false;
  else app.exit(0);
}

const app = Object.assign(new EventEmitter(), {
  isPackaged: boot.packaged,
  name: boot.manifest.productName ?? boot.manifest.name,
  whenReady: () => ready,
  isReady: () => isReady,
  getName: () => app.name,
  getVersion: () => boot.manifest.version,
  getAppPath: () => boot.directory,
  getPath: (name) => paths.get(name) ?? { home: os.homedir(), temp: os.tmpdir(), exe: boot.executable }[name] ?? path.join(os.tmpdir(), name),
  setPath: (name, value) => void paths.set(name, value),
  addRecentDocument: (file) => void app.standInRecent.push(file),
  standInRecent: [],
  enableSandbox: () => undefined,
  requestSingleInstanceLock: () => true,
  commandLine: { appendSwitch: () => undefined },
  quit: () => void quit(),
  exit: (code = 0) => {
    quitting = true;
    void Promise.resolve(running.chromium?.close()).finally(() => process.exit(code));
  },
  standInLastWindowClosed: () => {
    if (!quitting && app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed');
    else if (!quitting) app.quit();
  },
  /** Called by boot.cjs once the app's own code has been read. */
  standInStart: async () => {
    await require('./protocol.cjs').start();
    running.chromium = require('./chromium.cjs').launch(boot.switches);
    process.on('exit', () => running.chromium.kill());
    void running.chromium.exited.then(() => {
      if (!quitting) app.exit(1);
    });
    await require('./windows.cjs').start();
    isReady = true;
    app.emit('ready', {}, {});
    nowReady();
  },
});

module.exports = { app, running, isPrevented };
