const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
require('./codec.js');
const { app, isPrevented, running } = require('./app.cjs');
const { fromChromium, toChromium } = require('./protocol.cjs');

const { encode, decode } = globalThis.standInCodec;
const pageScript = (name) => fs.readFileSync(path.join(__dirname, name), 'utf8');
const WORLD = 'stand-in';

const handlers = new Map();
const ipcMain = Object.assign(new EventEmitter(), { handle: (channel, handler) => void handlers.set(channel, handler) });

/** Electron's names of permissions, and the web's, by which Chromium can be told of them. */
const permissions = { geolocation: 'geolocation', notifications: 'notifications', media: 'camera', 'clipboard-read': 'clipboard-read', 'clipboard-sanitized-write': 'clipboard-write' };
const session = {
  defaultSession: {
    setPermissionRequestHandler: () => undefined,
    setPermissionCheckHandler: (handler) => {
      session.standInAllows = handler;
    },
    setDevicePermissionHandler: () => undefined,
  },
  standInAllows: () => true,
};

let lastId = 0;

class WebContents extends EventEmitter {
  #window;
  #session;
  #address = '';
  #world;
  #opened;
  #openHandler = () => ({ action: 'allow' });
  #loading = new Set();

  constructor(window, options) {
    super();
    this.id = ++lastId;
    this.#window = window;
    this.#opened = this.#open(options);
    this.#opened.catch((error) => {
      console.error(error);
      app.exit(1);
    });
    app.emit('web-contents-created', {}, this);
  }

  async #open({ width = 800, height = 600, webPreferences = {} }) {
    if (webPreferences.contextIsolation === false || webPreferences.nodeIntegration || webPreferences.sandbox === false) throw new Error('electron stand-in: windows are sandboxed and isolated.');
    const { targetId } = await running.chromium.send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height });
    this.standInTarget = targetId;
    this.#session = (await running.chromium.send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    running.chromium.on(this.#session, (method, params) => {
      this.#receive(method, params).catch((error) => {
        if (!this.isDestroyed()) console.error(error);
      });
    });
    for (const domain of ['Page', 'Runtime', 'Debugger', 'Inspector']) await this.#send(`${domain}.enable`);
    await this.#send('Fetch.enable', { patterns: [{ resourceType: 'Document' }] });
    await this.#addPreload(webPreferences.preload);
  }

  async #addPreload(file) {
    const preload = fs.readFileSync(file, 'utf8');
    if (/^\s*(import|export)\s/m.test(preload)) throw new Error('A sandboxed preload must be CommonJS.');
    const top = (script) => `if (window === window.top) {\n${script}\n}`;
    const surroundings = JSON.stringify({ platform: process.platform, arch: process.arch, versions: process.versions, env: {} });
    const runtime = pageScript('preload-runtime.js').replace('/* the preload */', () => preload);
    await this.#send('Page.addScriptToEvaluateOnNewDocument', { source: top(`${pageScript('bridge.js')}\n${pageScript('page-runtime.js')}`) });
    await this.#send('Runtime.addBinding', { name: 'standInPost', executionContextName: WORLD });
    await this.#send('Page.addScriptToEvaluateOnNewDocument', { worldName: WORLD, source: top(`globalThis.standInProcess = ${surroundings};\n${pageScript('codec.js')}\n${pageScript('bridge.js')}\n${runtime}`) });
  }

  #send(method, params) {
    return running.chromium.send(method, params, this.#session);
  }

  async #receive(method, params) {
    switch (method) {
      case 'Runtime.executionContextCreated':
        if (params.context.name === WORLD && params.context.auxData.frameId === this.standInTarget) this.#world = params.context.id;
        return;
      case 'Runtime.executionContextsCleared':
        this.#world = undefined;
        return;
      case 'Page.frameNavigated':
        if (!params.frame.parentId) this.#address = fromChromium(params.frame.url);
        return;
      case 'Page.loadEventFired':
        if (this.#address !== 'about:blank') this.#window.standInLoaded();
        this.emit('did-finish-load', {});
        return;
      case 'Fetch.requestPaused':
        return this.#navigate(params);
      case 'Inspector.targetCrashed':
        this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
        return;
      case 'Debugger.paused':
        return this.#answerStopped(params);
      case 'Runtime.bindingCalled':
        if (params.name === 'standInPost') await this.#answerMessage(decode(params.payload), params.executionContextId);
    }
  }

  /** A document is asked for: by loadURL, by a reload, or by the page, which its app may prevent. */
  async #navigate({ requestId, request, frameId }) {
    const address = fromChromium(request.url);
    const own = this.#loading.delete(address) || address === this.#address;
    const event = frameId === this.standInTarget ? 'will-navigate' : 'will-frame-navigate';
    if (!own && isPrevented(this, event, address)) await this.#send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    else await this.#send('Fetch.continueRequest', { requestId });
  }

  /** The preload has stopped to ask for a file's path. */
  async #answerStopped({ callFrames: [frame] }) {
    if (frame?.functionName === 'standInPathOf') {
      const evaluate = (expression) => this.#send('Debugger.evaluateOnCallFrame', { callFrameId: frame.callFrameId, expression });
      const { result } = await evaluate('file');
      const { path: file } = await this.#send('DOM.getFileInfo', { objectId: result.objectId }).catch(() => ({ path: '' }));
      await evaluate(`result = ${JSON.stringify(file)}`);
    }
    await this.#send('Debugger.resume').catch(() => undefined);
  }

  async #answerMessage(message, contextId) {
    const event = { sender: this, senderFrame: { url: this.#address, parent: null } };
    if (message.type === 'open') this.#openWindow(message.address);
    else if (message.type === 'send') ipcMain.emit(message.channel, event, ...message.args);
    else {
      let reply;
      try {
        const handler = handlers.get(message.channel);
        if (!handler) throw new Error(`No handler registered for '${message.channel}'`);
        reply = encode({ type: 'reply', id: message.id, value: await handler(event, ...message.args) });
      } catch (error) {
        reply = encode({ type: 'reply', id: message.id, error: `Error invoking remote method '${message.channel}': ${error}` });
      }
      await this.#deliver(reply, contextId);
    }
  }

  #openWindow(address) {
    const { action } = this.#openHandler({ url: fromChromium(address), frameName: '', features: '', disposition: 'new-window' });
    if (action === 'allow') throw new Error('electron stand-in: windows opened by a page are not carried.');
  }

  async #deliver(text, contextId) {
    // The page may have been left meanwhile.
    await this.#send('Runtime.evaluate', { contextId, expression: `standInDeliver(${JSON.stringify(text)})` }).catch(() => undefined);
  }

  send(channel, ...args) {
    if (this.#world !== undefined) void this.#deliver(encode({ type: 'event', channel, args }), this.#world);
  }

  async loadURL(address) {
    await this.#opened;
    const { origin } = new URL(toChromium(address));
    for (const [name, setting] of Object.entries(permissions)) {
      const allowed = session.standInAllows(Object.assign(Object.create(this), { getURL: () => address }), name, origin);
      await running.chromium.send('Browser.setPermission', { permission: { name: setting }, setting: allowed ? 'granted' : 'denied', origin }).catch(() => undefined);
    }
    this.#loading.add(address);
    await this.#send('Page.navigate', { url: toChromium(address) });
  }

  reload() {
    void this.#send('Page.reload');
  }

  getType() {
    return 'window';
  }

  getURL() {
    return this.#address;
  }

  isDestroyed() {
    return this.#window.isDestroyed();
  }

  setWindowOpenHandler(handler) {
    this.#openHandler = handler;
  }

  /** Resolves when the target can be closed. */
  async standInReady() {
    await this.#opened;
  }
}

class BrowserWindow extends EventEmitter {
  #bounds;
  #destroyed = false;
  #loaded = false;
  #maximized = false;
  #visible;
  #progress = -1;

  constructor(options = {}) {
    super();
    const { x = 0, y = 0, width = 800, height = 600, show = true } = options;
    this.#bounds = { x, y, width, height };
    this.#visible = show;
    this.webContents = new WebContents(this, options);
    this.id = this.webContents.id;
    running.windows.set(this.id, this);
  }

  static getAllWindows = () => [...running.windows.values()];
  static fromWebContents = (contents) => BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null;
  static getFocusedWindow = () => BrowserWindow.getAllWindows()[0] ?? null;

  loadURL = (address) => this.webContents.loadURL(address);
  show = () => void (this.#visible = true);
  isVisible = () => this.#visible;
  focus = () => undefined;
  isMinimized = () => false;
  restore = () => undefined;
  maximize = () => void (this.#maximized = true);
  isMaximized = () => this.#maximized;
  getNormalBounds = () => ({ ...this.#bounds });
  getBounds = () => ({ ...this.#bounds });
  setBounds = (bounds) => void Object.assign(this.#bounds, bounds);
  setProgressBar = (progress) => void (this.#progress = progress);
  standInProgress = () => this.#progress;
  isDestroyed = () => this.#destroyed;
  close = () => void this.standInClose();

  async standInClose() {
    if (this.#destroyed || isPrevented(this, 'close')) return;
    await this.webContents.standInReady();
    await running.chromium.send('Target.closeTarget', { targetId: this.webContents.standInTarget }).catch(() => undefined);
    this.standInClosed();
  }

  standInClosed() {
    if (this.#destroyed) return;
    this.#destroyed = true;
    running.windows.delete(this.id);
    this.emit('closed');
    if (running.windows.size === 0) app.standInLastWindowClosed();
  }

  standInLoaded() {
    if (this.#loaded) return;
    this.#loaded = true;
    this.emit('ready-to-show');
  }
}

/** Follows the windows that the user closes. */
async function start() {
  const windowOf = (target) => BrowserWindow.getAllWindows().find(({ webContents }) => webContents.standInTarget === target);
  running.chromium.on('browser', (method, params) => {
    if (method === 'Target.targetDestroyed') windowOf(params.targetId)?.standInClosed();
  });
  await running.chromium.send('Target.setDiscoverTargets', { discover: true });
}

module.exports = { BrowserWindow, ipcMain, session, start };
