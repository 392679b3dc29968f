import { PolicyError } from "./error.js";

/** A section of a module or a component: its number, and where in the whole its contents lie. */
export interface Section {
  readonly id: number;
  /** Where the section begins, its header included. */
  readonly start: number;
  readonly contents: Reader;
  /** Where the next one begins. */
  readonly end: number;
}

/** Reads the binary format of WebAssembly. Whatever leaves the bytes that are there is a damaged file. */
export class Reader {
  #at: number;

  constructor(
    readonly bytes: Uint8Array,
    start = 0,
    readonly end = bytes.length,
  ) {
    this.#at = start;
  }

  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.end;
  }

  byte(): number {
    const value = this.#at < this.end ? this.bytes[this.#at] : undefined;
    if (value === undefined) throw damaged();
    this.#at += 1;
    return value;
  }

  /** An unsigned number of at most 32 bits, in LEB128. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw damaged();
  }

  /** A name after its length. */
  name(): string {
    const length = this.number();
    if (length > this.end - this.#at) throw damaged();
    this.#at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.#at - length, this.#at));
  }

  /** What follows, section by section. */
  *sections(): Generator<Section> {
    while (!this.isAtEnd) {
      const start = this.#at;
      const id = this.byte();
      const length = this.number();
      const end = this.#at + length;
      if (end > this.end) throw damaged();
      yield { id, start, contents: new Reader(this.bytes, this.#at, end), end };
      this.#at = end;
    }
  }
}

/** A number in LEB128. */
export function leb128(value: number): number[] {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return [...bytes, value];
}

/** What is said of bytes that break off, or say what cannot be. */
export function damaged(): PolicyError {
  return new PolicyError("not-a-component", "the policy is a damaged WebAssembly component");
}
