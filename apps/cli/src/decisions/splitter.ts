import { readJson, type JsonText } from './json-text.js';
import { malformed, shown, stepInto } from './malformed.js';
import { isSpace, Token, type Bounds } from './token.js';

export const CASE_BYTES_MAX = 1024 * 1024;
export const REGISTER_BYTES_MAX = 64 * 1024 * 1024;
export const CASES_MAX = 10_000_000;
/** A register's lists have at most 20,000 entries each; what it takes in memory goes by its values, not by its bytes. */
const REGISTER_VALUES_MAX = 2_000_000;

const KEY = { bytes: 1024, values: 0 };
const CASE = { bytes: CASE_BYTES_MAX, values: CASE_BYTES_MAX };
const REGISTER = { bytes: REGISTER_BYTES_MAX, values: REGISTER_VALUES_MAX };

export interface SplitterHandlers {
  register?(text: JsonText): void;
  case?(text: JsonText, index: number): void;
}

/** Where in `{"register": …, "cases": [ … ]}` the next byte stands. */
type Expecting =
  'start' | 'first-key' | 'key' | 'colon' | 'value' | 'comma' | 'first-case' | 'case' | 'case-comma' | 'end';
type Whole = 'register' | 'cases';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Cuts a decision file of any length into its register and its cases, each of bounded size. It finds where a value ends
 * and nothing else: whether it is JSON, JSON.parse says (docs/decisions/16).
 *
 * Errors are ValiseError INPUT_INVALID that name the path; what came before has then been handled.
 */
export class DecisionFileSplitter {
  #expecting: Expecting = 'start';
  #offset = 0;
  #key: Whole | undefined;
  readonly #seen = new Set<Whole>();
  #index = 0;
  #token: Token | undefined;

  constructor(private handlers: SplitterHandlers) {}

  /** How many bytes it has taken of the whole. */
  get offset(): number {
    return this.#offset;
  }

  /** Another that goes on from the same place, where `push` has paused. */
  fork(handlers: SplitterHandlers): DecisionFileSplitter {
    const fork = new DecisionFileSplitter(handlers);
    fork.#expecting = this.#expecting;
    fork.#offset = this.#offset;
    fork.#key = this.#key;
    for (const key of this.#seen) fork.#seen.add(key);
    fork.#index = this.#index;
    return fork;
  }

  /** @returns how many bytes it took: all of them, or those before the cases if `pause` and the register is still to come */
  push(chunk: Buffer, pause = false): number {
    let at = 0;
    while (at < chunk.length) {
      if (this.#token !== undefined) {
        const next = this.#token.push(chunk, at);
        this.#offset += next - at;
        at = next;
        if (this.#token.complete) this.#finish(this.#token);
        continue;
      }
      const byte = chunk[at] ?? 0;
      if (isSpace(byte)) {
        at += 1;
        this.#offset += 1;
        continue;
      }
      if (pause && this.#atCasesBeforeRegister()) return at;
      if (this.#structural(byte)) {
        at += 1;
        this.#offset += 1;
      }
    }
    return at;
  }

  /** The input has ended. */
  end(): void {
    if (this.#expecting === 'end') return;
    if (this.#offset === 0) throw malformed('$', 'the input is empty');
    throw malformed(this.#path(), `the input ends too early, after ${this.#offset} bytes`);
  }

  /** @returns whether the byte was taken; if not, a token begins with it */
  #structural(byte: number): boolean {
    switch (this.#expecting) {
      case 'start':
        this.#startsWith(byte);
        this.#expecting = 'first-key';
        return true;
      case 'first-key':
        if (byte === CLOSE_BRACE) return this.#close();
        return this.#keyBegins(byte);
      case 'key':
        return this.#keyBegins(byte);
      case 'colon':
        if (byte !== COLON) throw this.#unexpected(byte, 'a colon');
        this.#expecting = 'value';
        return true;
      case 'value':
        if (this.#key === 'cases') {
          if (byte !== OPEN_BRACKET) throw malformed('$.cases', 'expected a list');
          this.#expecting = 'first-case';
          return true;
        }
        return this.#begin(byte, '$.register', REGISTER, this.handlers.register !== undefined);
      case 'comma':
        if (byte === CLOSE_BRACE) return this.#close();
        if (byte !== COMMA) throw this.#unexpected(byte, 'a comma or the last brace');
        this.#expecting = 'key';
        return true;
      case 'first-case':
      case 'case':
        if (byte === CLOSE_BRACKET && this.#expecting === 'first-case') {
          this.#expecting = 'comma';
          return true;
        }
        if (this.#index >= CASES_MAX) throw malformed('$.cases', `more than ${CASES_MAX} cases`);
        return this.#begin(byte, stepInto('$.cases', this.#index), CASE, this.handlers.case !== undefined);
      case 'case-comma':
        if (byte !== COMMA && byte !== CLOSE_BRACKET)
          throw this.#unexpected(byte, 'a comma or the end of the list');
        this.#expecting = byte === COMMA ? 'case' : 'comma';
        return true;
      case 'end':
        throw malformed('$', `something follows the last brace, at byte ${this.#offset}`);
    }
  }

  #startsWith(byte: number): void {
    if (byte === OPEN_BRACE) return;
    if (byte === 0xef || byte === 0xfe || byte === 0xff)
      throw malformed(
        '$',
        'the input begins with a byte order mark or is not UTF-8; JSON is UTF-8 without one',
      );
    throw this.#unexpected(byte, 'an object');
  }

  #keyBegins(byte: number): boolean {
    if (byte !== QUOTE) throw this.#unexpected(byte, 'a key in quotes');
    return this.#begin(byte, '$', KEY, true);
  }

  #begin(byte: number, path: string, bounds: Bounds, kept: boolean): false {
    if (byte === COMMA || byte === COLON || byte === CLOSE_BRACE || byte === CLOSE_BRACKET)
      throw malformed(path, `expected a value, found ${shown(String.fromCharCode(byte))}`);
    this.#token = new Token(path, bounds, kept);
    return false;
  }

  #finish(token: Token): void {
    this.#token = undefined;
    if (this.#expecting === 'key' || this.#expecting === 'first-key') {
      this.#key = this.#keyOf(token.bytes);
      this.#expecting = 'colon';
    } else if (this.#key === 'register') {
      this.#expecting = 'comma';
      this.handlers.register?.(token);
    } else {
      this.#expecting = 'case-comma';
      const index = this.#index++;
      this.handlers.case?.(token, index);
    }
  }

  #atCasesBeforeRegister(): boolean {
    return this.#expecting === 'value' && this.#key === 'cases' && !this.#seen.has('register');
  }

  #keyOf(bytes: Buffer): Whole {
    const key = readJson({ bytes, members: 0, path: '$' }) as string;
    if (key !== 'register' && key !== 'cases') throw malformed(stepInto('$', key), 'unknown field');
    if (this.#seen.has(key)) throw malformed(stepInto('$', key), 'occurs twice');
    this.#seen.add(key);
    return key;
  }

  #close(): true {
    for (const key of ['register', 'cases'] as const)
      if (!this.#seen.has(key)) throw malformed(stepInto('$', key), 'is missing');
    this.#expecting = 'end';
    return true;
  }

  #path(): string {
    if (this.#token !== undefined) return this.#token.path;
    return this.#key === 'cases' && this.#expecting !== 'comma' ? stepInto('$.cases', this.#index) : '$';
  }

  #unexpected(byte: number, expected: string) {
    return malformed(
      this.#path(),
      `expected ${expected}, found ${shown(String.fromCharCode(byte))} at byte ${this.#offset}`,
    );
  }
}
