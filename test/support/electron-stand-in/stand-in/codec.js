/* Structured clone as text, between Node and the page; runs in both. What it cannot carry it refuses, as the real one does. */
globalThis.standInCodec = (() => {
  const toText = (bytes) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode.apply(null, bytes.subarray(i, i + 0x8000));
    return btoa(text);
  };
  const toBytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

  const pack = (value) => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : ['number', String(value)];
    if (value === undefined) return ['undefined'];
    if (typeof value === 'bigint') return ['bigint', String(value)];
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    if (Array.isArray(value)) return ['array', value.map(pack)];
    if (tag === 'Date') return ['date', value.getTime()];
    if (tag === 'Map') return ['map', [...value].map(([key, held]) => [pack(key), pack(held)])];
    if (tag === 'Set') return ['set', [...value].map(pack)];
    if (tag === 'Uint8Array') return ['bytes', toText(value)];
    if (tag === 'Error') return ['error', value.name, value.message];
    if (tag === 'Object') return ['object', Object.entries(value).map(([key, held]) => [key, pack(held)])];
    throw new Error('An object could not be cloned.');
  };
  const unpack = (packed) => {
    if (!Array.isArray(packed)) return packed;
    const [kind, value, message] = packed;
    switch (kind) {
      case 'number': return Number(value);
      case 'undefined': return undefined;
      case 'bigint': return BigInt(value);
      case 'array': return value.map(unpack);
      case 'date': return new Date(value);
      case 'map': return new Map(value.map(([key, held]) => [unpack(key), unpack(held)]));
      case 'set': return new Set(value.map(unpack));
      case 'bytes': return toBytes(value);
      case 'error': return Object.assign(new Error(message), { name: value });
      default: return Object.fromEntries(value.map(([key, held]) => [key, unpack(held)]));
    }
  };
  return { encode: (value) => JSON.stringify(pack(value)), decode: (text) => unpack(JSON.parse(text)) };
})();
