/* The module `electron` of the main process, as far as the app uses it. */
const { fork } = require('node:child_process');
const { EventEmitter } = require('node:events');
const path = require('node:path');
const { app } = require('./app.cjs');
const { Menu, MenuItem } = require('./menu.cjs');
const { Notification } = require('./notification.cjs');
const { protocol } = require('./protocol.cjs');
const { BrowserWindow, ipcMain, session } = require('./windows.cjs');

/** A dialog waits for a person: tests put their answer in its place with electronApp.evaluate. */
const unanswered = (name) => async (...args) => {
  throw new Error(`electron stand-in: dialog.${name} has no answer: ${JSON.stringify(args.at(-1))}`);
};
const dialog = { showOpenDialog: unanswered('showOpenDialog'), showSaveDialog: unanswered('showSaveDialog'), showMessageBox: unanswered('showMessageBox') };

const shell = { openExternal: async (address) => void shell.standInOpened.push(address), standInOpened: [] };

const area = { x: 0, y: 0, width: 1920, height: 1080 };
const screen = { getAllDisplays: () => [{ id: 1, scaleFactor: 1, bounds: area, workArea: area }] };

const children = new Map();
app.getAppMetrics = () => [...children].map(([pid, name]) => ({ pid, name, type: 'Utility' }));

const utilityProcess = {
  fork: (file, args = [], { serviceName = 'Node Utility Process' } = {}) => {
    const child = fork(path.join(__dirname, 'utility.cjs'), [file, ...args], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
    const utility = Object.assign(new EventEmitter(), {
      pid: child.pid,
      postMessage: (message) => {
        if (child.connected) child.send(message);
      },
      kill: () => child.kill(),
    });
    children.set(child.pid, serviceName);
    child.on('message', (message) => utility.emit('message', message));
    child.on('exit', (code) => {
      children.delete(child.pid);
      utility.emit('exit', code ?? 1);
    });
    return utility;
  },
};

module.exports = { app, BrowserWindow, dialog, ipcMain, Menu, MenuItem, Notification, protocol, screen, session, shell, utilityProcess };
