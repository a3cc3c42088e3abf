/* A forked Node process as Electron's utility process: gives its program `process.parentPort`. */
const { EventEmitter } = require('node:events');
const { pathToFileURL } = require('node:url');

const port = Object.assign(new EventEmitter(), { postMessage: (message) => process.send(message), start: () => undefined });
process.on('message', (data) => port.emit('message', { data, ports: [] }));
Object.defineProperty(process, 'parentPort', { value: port });
Object.defineProperty(process, 'type', { value: 'utility' });
const [, , file] = process.argv;
process.argv.splice(1, 2, file);
void import(pathToFileURL(file).href);
