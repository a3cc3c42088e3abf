/*
 * contextBridge between the page's world and the preload's isolated world: synchronous CustomEvents, whose detail
 * Chromium clones from one world into the other, so that context isolation is really at work. Runs in both worlds.
 */
globalThis.standInBridge = (side) => {
  const other = side === 'page' ? 'preload' : 'page';
  const functions = new Map();
  const numbers = new WeakMap();
  const promises = new Map();
  const returned = new Map();
  let last = 0;

  const fire = (type, body) => window.dispatchEvent(new CustomEvent(`stand-in:${other}`, { detail: { type, body } }));
  const isPlain = (value) => {
    const prototype = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  };
  const pack = (value) => {
    if (typeof value === 'function') {
      if (!numbers.has(value)) {
        numbers.set(value, ++last);
        functions.set(last, value);
      }
      return { kind: 'function', value: numbers.get(value) };
    }
    if (typeof value?.then === 'function') {
      const id = ++last;
      value.then((result) => fire('settle', { id, value: pack(result) }), (error) => fire('settle', { id, error: String(error?.message ?? error) }));
      return { kind: 'promise', value: id };
    }
    if (Array.isArray(value)) return { kind: 'array', value: value.map(pack) };
    if (typeof value === 'object' && value !== null && isPlain(value)) return { kind: 'object', value: Object.entries(value).map(([key, held]) => [key, pack(held)]) };
    structuredClone(value); // throws where the real bridge would refuse
    return { kind: 'clone', value };
  };
  const unpack = ({ kind, value }) => {
    switch (kind) {
      case 'function': return (...args) => call(value, args);
      case 'promise': return new Promise((resolve, reject) => promises.set(value, { resolve, reject }));
      case 'array': return value.map(unpack);
      case 'object': return Object.freeze(Object.fromEntries(value.map(([key, held]) => [key, unpack(held)])));
      default: return value;
    }
  };
  const call = (number, args) => {
    const id = ++last;
    fire('call', { id, number, args: args.map(pack) });
    const answer = returned.get(id);
    returned.delete(id);
    if (answer.error !== undefined) throw new Error(answer.error);
    return unpack(answer.value);
  };
  const receive = {
    call: ({ id, number, args }) => {
      let answer;
      try {
        answer = { value: pack(functions.get(number)(...args.map(unpack))) };
      } catch (error) {
        answer = { error: String(error?.message ?? error) };
      }
      fire('return', { id, ...answer });
    },
    return: ({ id, ...answer }) => returned.set(id, answer),
    settle: ({ id, value, error }) => {
      const promise = promises.get(id);
      promises.delete(id);
      if (error !== undefined) promise?.reject(new Error(error));
      else promise?.resolve(unpack(value));
    },
    expose: ({ name, api }) => Object.defineProperty(window, name, { value: unpack(api), enumerable: true, writable: false, configurable: false }),
  };
  window.addEventListener(`stand-in:${side}`, ({ detail: { type, body } }) => receive[type](body));
  return { exposeInMainWorld: (name, api) => fire('expose', { name, api: pack(api) }), onOpen: (listener) => void (receive.open = listener), fireOpen: (address) => fire('open', address) };
};
