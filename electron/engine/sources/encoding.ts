import { isUtf8 } from 'node:buffer';
import type { Encoding } from '../../../shared/contract/index.ts';
import { ReelbenchError } from '../../../shared/contract/index.ts';

/** The encoding that the first bytes of a text show: by byte order mark, by NUL pattern, else UTF-8 if it is valid, else Latin-1. */
export function detectEncoding(head: Buffer): Encoding {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return 'utf-16';
  if (nulPattern(head) !== null) return 'utf-16';
  return isUtf8(wholeCharacters(head)) ? 'utf-8' : 'latin-1';
}

/** Whether the bytes are no text in any encoding that is read here. */
export function isBinary(head: Buffer): boolean {
  if (detectEncoding(head) === 'utf-16') return false;
  let control = 0;
  for (const byte of head) {
    if (byte === 0) return true;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) control++;
  }
  return control > head.length / 50;
}

/** Turns pieces of a file into pieces of UTF-8 without byte order mark. */
export class Decoder {
  readonly #encoding: Encoding;
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #first = true;

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
  }

  /** @throws invalid-input when UTF-16 is not valid. */
  decode(piece: Buffer, file: string): Buffer {
    const first = this.#first;
    this.#first = false;
    if (this.#encoding === 'utf-8') return first && piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf ? piece.subarray(3) : piece;
    if (this.#encoding === 'latin-1') return Buffer.from(piece.toString('latin1'), 'utf8');
    const bigEndian = (piece[0] === 0xfe && piece[1] === 0xff) || nulPattern(piece) === 0;
    this.#decoder ??= new TextDecoder(bigEndian ? 'utf-16be' : 'utf-16le', { fatal: true });
    try {
      return Buffer.from(this.#decoder.decode(piece, { stream: true }), 'utf8');
    } catch (cause) {
      throw new ReelbenchError('invalid-input', `${file} is not valid UTF-16.`, { file, hint: 'Say which encoding it has, for instance --encoding utf-8.', cause });
    }
  }
}

/** 0 when the even bytes of plain text are NUL (big endian), 1 when the odd ones are, else null. */
function nulPattern(head: Buffer): 0 | 1 | null {
  const length = Math.min(head.length, 1024) & ~1;
  if (length < 4) return null;
  const nuls: [number, number] = [0, 0];
  for (let i = 0; i < length; i++) if (head[i] === 0) nuls[(i & 1) as 0 | 1]++;
  if (nuls[0] > length * 0.3 && nuls[1] === 0) return 0;
  return nuls[1] > length * 0.3 && nuls[0] === 0 ? 1 : null;
}

/** Without the character that the end of the head cuts through. */
function wholeCharacters(head: Buffer): Buffer {
  for (let back = 1; back <= Math.min(4, head.length); back++) {
    const byte = head[head.length - back] ?? 0;
    if (byte < 0x80) return head;
    if (byte >= 0xc0) return head.subarray(0, head.length - back);
  }
  return head;
}
