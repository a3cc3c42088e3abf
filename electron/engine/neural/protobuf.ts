/** Writes one message in the wire format of Protocol Buffers: fields in the order in which they are added. */
export class Message {
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  /** A whole number (varint); below zero as 64 bits. */
  integer(field: number, value: number): this {
    return this.#varint(field * 8).#varint(value);
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#varint(field * 8 + 5).#push(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#varint(field * 8 + 2).#varint(value.length).#push(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  message(field: number, value: Message): this {
    this.#varint(field * 8 + 2).#varint(value.#bytes);
    for (const part of value.#parts) this.#push(part);
    return this;
  }

  encode(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  #push(part: Uint8Array): this {
    this.#parts.push(part);
    this.#bytes += part.length;
    return this;
  }

  #varint(value: number): this {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
    return this.#push(Uint8Array.from(bytes));
  }
}
