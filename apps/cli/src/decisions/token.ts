import { malformed } from './malformed.js';

/** Nothing in contracts/decide.md is nested a third as deep. */
export const DEPTH_MAX = 32;

export interface Bounds {
  readonly bytes: number;
  readonly values: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * One JSON value in a stream of bytes: finds its end, and stops with an error when it is larger or deeper than allowed.
 */
export class Token {
  complete = false;
  /** Members of its objects and theirs, by the colons outside strings. */
  members = 0;
  #shape: 'container' | 'string' | 'scalar' | undefined;
  #inString = false;
  #escaped = false;
  #depth = 0;
  #values = 0;
  #size = 0;
  readonly #closing = new Uint8Array(DEPTH_MAX + 1);
  #pieces: Buffer[] = [];

  /** @param kept whether its bytes are wanted */
  constructor(
    readonly path: string,
    private readonly bounds: Bounds,
    private readonly kept: boolean,
  ) {}

  /** Its text, once it is complete; valid until the chunk that it ended in is used again. */
  get bytes(): Buffer {
    const [only] = this.#pieces;
    return only !== undefined && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
  }

  /** Takes its bytes from a chunk. @returns the index of the first byte that is not its own */
  push(chunk: Buffer, from: number): number {
    this.#shape ??= shapeOf(chunk[from]);
    const end = this.#shape === 'scalar' ? this.#scalar(chunk, from) : this.#delimited(chunk, from);
    this.#size += end - from;
    if (this.#size > this.bounds.bytes) throw malformed(this.path, `longer than ${this.bounds.bytes} bytes`);
    if (this.kept) {
      const piece = chunk.subarray(from, end);
      // The chunk's memory may be used again before the rest has come.
      this.#pieces.push(this.complete ? piece : Buffer.from(piece));
    }
    return end;
  }

  #scalar(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte <= 0x20) {
        this.complete = true;
        return at;
      }
    }
    return chunk.length;
  }

  /** The loop that every byte of a file goes through: quotes and brackets, and no look at anything else. */
  #delimited(chunk: Buffer, from: number): number {
    let inString = this.#inString;
    let escaped = this.#escaped;
    let at = from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          if (this.#depth === 0) {
            this.complete = true;
            at += 1;
            break;
          }
        }
      } else if (byte === QUOTE) inString = true;
      else if (byte === COLON) this.members += 1;
      else if (byte === COMMA) this.#count();
      else if (byte === OPEN_BRACE) this.#open(CLOSE_BRACE);
      else if (byte === OPEN_BRACKET) this.#open(CLOSE_BRACKET);
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        this.#close(byte);
        if (this.#depth === 0) {
          this.complete = true;
          at += 1;
          break;
        }
      }
    }
    this.#inString = inString;
    this.#escaped = escaped;
    return at;
  }

  #open(closing: number): void {
    this.#count();
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw malformed(this.path, `nested deeper than ${DEPTH_MAX}`);
    this.#closing[this.#depth] = closing;
  }

  #close(byte: number): void {
    const expected = this.#closing[this.#depth] ?? 0;
    if (byte !== expected)
      throw malformed(
        this.path,
        `not JSON: found ${String.fromCharCode(byte)} where ${String.fromCharCode(expected)} was to come`,
      );
    this.#depth -= 1;
  }

  #count(): void {
    this.#values += 1;
    if (this.#values > this.bounds.values)
      throw malformed(this.path, `more than ${this.bounds.values} values`);
  }
}

/** White space of JSON. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function shapeOf(byte: number | undefined): 'container' | 'string' | 'scalar' {
  if (byte === QUOTE) return 'string';
  return byte === OPEN_BRACE || byte === OPEN_BRACKET ? 'container' : 'scalar';
}
