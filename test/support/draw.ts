/** The draw of electron/engine/workspace/draw.ts in plain TypeScript, for ids from 0 on. */
export function drawOf(seed: number, ...keys: number[]): number {
  return keys.reduce((drawn, key) => mix((drawn ^ (key % 2 ** 32) ^ Math.floor(key / 2 ** 32)) >>> 0), mix(seed >>> 0));
}

function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 2_146_121_005) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 2_221_713_035) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}
