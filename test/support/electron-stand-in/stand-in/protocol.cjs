const http = require('node:http');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');

/*
 * Stock Chromium has no schemes of an app's own: scheme://host/path is served at http://host.scheme.localhost:port/path,
 * which is a secure context too, by the app's own handler.
 */
const schemes = new Map();
let server;

const protocol = {
  registerSchemesAsPrivileged: (list) => {
    for (const { scheme } of list) schemes.set(scheme, undefined);
  },
  handle: (scheme, handler) => {
    if (schemes.get(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    schemes.set(scheme, handler);
  },
};

function toChromium(address) {
  const [, scheme, host, rest] = /^([\w+-]+):\/\/([^/?#]+)(.*)$/.exec(address) ?? [];
  return schemes.has(scheme) ? `http://${host}.${scheme}.localhost:${server.address().port}${rest}` : address;
}

function fromChromium(address) {
  const [, host, scheme, port, rest] = /^http:\/\/([^/]+)\.([\w+-]+)\.localhost:(\d+)(.*)$/.exec(address) ?? [];
  return Number(port) === server.address().port && schemes.has(scheme) ? `${scheme}://${host}${rest}` : address;
}

async function answer(request, response) {
  const address = fromChromium(`http://${request.headers.host}${request.url}`);
  const handler = schemes.get(address.split(':')[0]);
  const reply = handler ? await handler(new Request(address, { method: request.method })) : new Response('', { status: 404 });
  response.writeHead(reply.status, Object.fromEntries(reply.headers));
  if (reply.body) await pipeline(Readable.fromWeb(reply.body), response);
  else response.end();
}

async function start() {
  server = http.createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
}

module.exports = { protocol, toChromium, fromChromium, start };
