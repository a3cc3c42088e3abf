/*
 * Stands in for Electron where its binary cannot be had: takes Electron's command line,
 *   electron [-r file] [--inspect=N] [--remote-debugging-port=N] [switches] [app] [arguments]
 * runs the real compiled main process in Node, and opens its windows in Chromium over the DevTools protocol, with the
 * real compiled preload in an isolated world. Playwright's _electron.launch() drives it as it drives Electron.
 *
 * It cannot show: the operating system's sandbox, fuses, scheme privileges, reading inside an asar archive, Electron's
 * own V8, message ports, native chrome. Those need the real binary, on which the same specs run.
 */
const fs = require('node:fs');
const inspector = require('node:inspector');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const dist = path.dirname(__dirname);
const version = fs.readFileSync(path.join(dist, 'version'), 'utf8').trim();
const argv = process.argv.slice(2);
const { loaders, switches, target } = readCommandLine(argv);

if (switches.has('version') || argv.includes('-v')) {
  console.log(`v${version}`);
  process.exit(0);
}
// Prints "Debugger listening on ws://…", which Playwright waits for.
if (switches.has('inspect')) inspector.open(Number(switches.get('inspect')), '127.0.0.1');

const { directory, packaged } = findApp();
const manifest = JSON.parse(fs.readFileSync(path.join(directory, 'package.json'), 'utf8'));

process.argv = [path.join(dist, 'electron'), ...argv];
define(process.versions, 'electron', version);
define(process, 'type', 'browser');
define(process, 'resourcesPath', path.join(dist, 'resources'));
if (!packaged) define(process, 'defaultApp', true);
globalThis.standInBoot = { directory, manifest, packaged, switches, executable: process.argv[0] };

const module_ = pathToFileURL(path.join(__dirname, 'electron.cjs')).href;
Module.registerHooks({
  resolve: (specifier, context, next) => (/^electron(\/main|\/common)?$/.test(specifier) ? { url: module_, format: 'commonjs', shortCircuit: true } : next(specifier, context)),
});
const electron = require('./electron.cjs');

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => electron.app.quit());
process.on('uncaughtException', (error) => {
  console.error(error);
  electron.app.exit(1);
});

void (async () => {
  for (const loader of loaders) require(loader);
  await import(pathToFileURL(path.join(directory, manifest.main)).href);
  await electron.app.standInStart();
})();

function readCommandLine(given) {
  const loaders = [];
  const switches = new Map();
  let target;
  for (let i = 0; i < given.length; i++) {
    const argument = given[i];
    if (argument === '-r') loaders.push(given[++i]);
    else if (argument.startsWith('--')) {
      const [name, ...value] = argument.slice(2).split('=');
      switches.set(name, value.join('='));
    } else if (!argument.startsWith('-')) target ??= argument;
  }
  return { loaders, switches, target };
}

/** A packed app lies beside the executable, as with Electron; else the command line names a folder. */
function findApp() {
  const asar = path.join(dist, 'resources', 'app.asar');
  if (fs.existsSync(asar)) {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'stand-in-app-'));
    process.on('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
    require('./asar.cjs').extract(asar, directory);
    return { directory, packaged: true };
  }
  if (target === undefined) {
    console.error('electron stand-in: no app was named.');
    process.exit(1);
  }
  return { directory: path.resolve(target), packaged: false };
}

function define(object, name, value) {
  Object.defineProperty(object, name, { value, enumerable: true });
}
