const { spawn } = require('node:child_process');
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];
const quiet = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run', '--no-default-browser-check', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-extensions', '--disable-default-apps', '--no-startup-window',
];

/**
 * Chromium with two DevTools connections: a pipe for the stand-in, and a port for Playwright when it asks for one.
 * Emits `(method, params)` under a session's id, and under 'browser' what belongs to no session.
 */
exports.launch = (switches) => {
  const executable = process.env.CHROMIUM || places.find((place) => fs.existsSync(place));
  if (!executable) throw new Error('electron stand-in: there is no Chromium; name one with CHROMIUM=/path/to/chromium');
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'stand-in-profile-'));
  const arguments_ = ['--headless', ...quiet, '--remote-debugging-pipe', `--user-data-dir=${profile}`];
  if (switches.has('remote-debugging-port')) arguments_.push(`--remote-debugging-port=${switches.get('remote-debugging-port')}`);
  const child = spawn(executable, arguments_, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const [, , errors, toChromium, fromChromium] = child.stdio;

  // Prints "DevTools listening on ws://…", which Playwright waits for.
  errors.setEncoding('utf8').on('data', (text) => {
    const line = /DevTools listening on ws:\/\/\S+/.exec(text);
    if (line) process.stderr.write(`${line[0]}\n`);
  });
  toChromium.on('error', () => undefined);

  const chromium = new EventEmitter().setMaxListeners(0);
  const waiting = new Map();
  let lastId = 0;
  let partial = [];
  const receive = (text) => {
    const message = JSON.parse(text);
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (call && message.error) call.reject(new Error(`${call.method}: ${message.error.message}`));
    else if (call) call.resolve(message.result);
    else if (message.method) chromium.emit(message.sessionId ?? 'browser', message.method, message.params);
  };
  fromChromium.on('data', (data) => {
    for (let end = data.indexOf(0); end >= 0; end = data.indexOf(0)) {
      receive(Buffer.concat([...partial, data.subarray(0, end)]).toString());
      partial = [];
      data = data.subarray(end + 1);
    }
    if (data.length > 0) partial.push(data);
  });

  chromium.send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject, method });
      toChromium.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  chromium.exited = new Promise((resolve) => {
    child.on('exit', () => {
      for (const { reject } of waiting.values()) reject(new Error('Chromium is gone.'));
      waiting.clear();
      resolve();
    });
  });
  chromium.kill = () => {
    child.kill('SIGKILL');
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  chromium.close = async () => {
    void chromium.send('Browser.close').catch(() => undefined);
    await Promise.race([chromium.exited, new Promise((resolve) => setTimeout(resolve, 3000))]);
    chromium.kill();
  };
  return chromium;
};
