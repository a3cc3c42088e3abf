import { open } from 'node:fs/promises';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { replaceFile } from '../workspace/atomic-file.ts';
import { toReelbenchError } from '../workspace/failures.ts';

/**
 * Named arrays and a JSON header in one file, each array to be read by itself: the header's length (32 bits), the header, zeros
 * up to a multiple of 8, then the arrays, each padded to a multiple of 8. Numbers are little-endian.
 */
const types = { f64: Float64Array, i32: Int32Array } as const;
type Column = Float64Array | Int32Array;

interface Header {
  readonly meta: unknown;
  readonly arrays: Readonly<Record<string, { readonly type: keyof typeof types; readonly length: number; readonly at: number }>>;
}

const padded = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** Writes the file as a whole or not at all. */
export async function writeArrays(file: string, meta: unknown, arrays: Readonly<Record<string, Column>>): Promise<void> {
  const places: Record<string, Header['arrays'][string]> = {};
  let at = 0;
  for (const [name, array] of Object.entries(arrays)) {
    places[name] = { type: array instanceof Float64Array ? 'f64' : 'i32', length: array.length, at };
    at += padded(array.byteLength);
  }
  const text = Buffer.from(JSON.stringify({ meta, arrays: places } satisfies Header));
  const start = Buffer.alloc(padded(4 + text.length));
  start.writeUInt32LE(text.length, 0);
  text.copy(start, 4);
  await replaceFile(file, async (handle) => {
    await handle.writeFile(start);
    for (const array of Object.values(arrays)) {
      await handle.writeFile(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
      await handle.writeFile(new Uint8Array(padded(array.byteLength) - array.byteLength));
    }
  });
}

/** The header and those of the named arrays that the file has. */
export async function readArrays(file: string, names: readonly string[]): Promise<{ meta: unknown; arrays: Map<string, Column> }> {
  const damaged = () => new ReelbenchError('invalid-input', 'A file of this evaluation is damaged.', { file, hint: 'Remove the evaluation and make it again.' });
  try {
    const handle = await open(file, 'r');
    try {
      const lead = Buffer.alloc(4);
      if ((await handle.read(lead, 0, 4, 0)).bytesRead < 4) throw damaged();
      const text = Buffer.alloc(lead.readUInt32LE(0));
      if ((await handle.read(text, 0, text.length, 4)).bytesRead < text.length) throw damaged();
      const { meta, arrays } = JSON.parse(text.toString()) as Header;
      const found = new Map<string, Column>();
      for (const name of names) {
        const place = arrays[name];
        if (!place) continue;
        const array = new types[place.type](place.length);
        const { bytesRead } = await handle.read(new Uint8Array(array.buffer), 0, array.byteLength, padded(4 + text.length) + place.at);
        if (bytesRead < array.byteLength) throw damaged();
        found.set(name, array);
      }
      return { meta, arrays: found };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof SyntaxError ? damaged() : toReelbenchError(error);
  }
}
