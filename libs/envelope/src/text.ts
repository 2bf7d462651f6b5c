import { isAscii, isUtf8, transcode } from 'node:buffer';
import { hash } from 'node:crypto';
import { fromBase64url, isCanonicalJson, scanJson, ValiseError } from '#core';
import type { z } from 'zod';
import type { Fault } from './frame.js';
import { JSON_DEPTH_MAX } from './limits.js';
import { Refusal } from './rejected.js';

/** base64url of SHA-256. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'base64url');
}

export function encode(bytes: Buffer | string): string {
  return (typeof bytes === 'string' ? Buffer.from(bytes) : bytes).toString('base64url');
}

/** Strict base64url: a text that does not encode back to itself is refused, so that one value has one spelling. */
export function decode(text: string, what: string): Buffer {
  const bytes = fromBase64url(text);
  if (bytes === undefined) throw new Refusal('ENVELOPE_FORMAT', `${what} is not canonical base64url`);
  return bytes;
}

/** The same with the length that the algorithm fixes. */
export function decodeExactly(text: string, length: number, what: string): Buffer {
  const bytes = decode(text, what);
  if (bytes.length !== length)
    throw new Refusal('ENVELOPE_FORMAT', `${what} has ${bytes.length} bytes, not ${length}`);
  return bytes;
}

/** Where in a frame its longest member stands: base64url, and most of the frame's length. */
export type Bulk = readonly string[];

/** The text of a frame just before its bulk. */
const openingOf = (path: Bulk): string => `"${String(path.at(-1))}":"`;

/**
 * JSON of a frame as bytes. `JSON.stringify` reads every character of a string for one to escape; the bulk has none, so it
 * is put in afterwards.
 *
 * @param frame with an empty text in the bulk's place, and nowhere before it under the same name
 */
export function frameBytes(frame: unknown, path: Bulk, bulk: string): Buffer {
  const json = JSON.stringify(frame);
  const opening = openingOf(path);
  const place = json.indexOf(`${opening}"`) + opening.length;
  const bytes = Buffer.allocUnsafe(json.length + bulk.length);
  // What stands after the place is written over.
  bytes.write(json, 'latin1');
  bytes.write(bulk, place, 'latin1');
  bytes.write(json.slice(place), place + bulk.length, 'latin1');
  return bytes;
}

/**
 * JSON of a frame (a header, the JWE, its plaintext): compact and without duplicate members, in any order of
 * members, because other tools order them differently. Parsing and writing again must give the same text.
 */
export function parseCompact(text: string, what: string): unknown {
  const { value, compact } = parse(text, what);
  if (!compact && JSON.stringify(value) !== text)
    throw new Refusal('ENVELOPE_FORMAT', `${what} is not compact JSON without duplicate members`);
  return value;
}

/**
 * The same for a frame with a bulk, which is cut out before and put back as it stands: there is nothing in it to parse.
 * An empty text must not be allowed at other places of its name, or one of them could stand for it.
 */
export function parseFrame(text: string, what: string, path: Bulk): unknown {
  const opening = openingOf(path);
  const found = text.indexOf(opening);
  const start = found + opening.length;
  // A bulk that does not end leaves no JSON, whatever is cut out of it.
  const end = text.indexOf('"', start);
  const bulk = text.slice(start, end);
  if (found === -1 || bulk.includes('\\')) return parseCompact(text, what);
  const frame = parseCompact(`${text.slice(0, start)}${text.slice(end)}`, what);
  // Where it does not fit, what was cut out stands elsewhere.
  return putIn(frame, path, bulk) ? frame : parseCompact(text, what);
}

/** Puts the bulk into its place in the frame, which must be there and empty. */
function putIn(frame: unknown, path: Bulk, bulk: string): boolean {
  let holder = frame as Record<string, unknown> | null;
  for (const [depth, name] of path.entries()) {
    // A text, a number or a list has no member of that name.
    if (holder === null || !Object.hasOwn(holder, name)) return false;
    if (depth < path.length - 1) holder = holder[name] as typeof holder;
    else if (holder[name] === '') holder[name] = bulk;
    else return false;
  }
  return true;
}

/**
 * JSON that is signed as content: exactly its canonical form (RFC 8785). Duplicate members, other spellings of a
 * number or a character, and invalid UTF-8 all die in the comparison.
 */
export function parseCanonical(bytes: Buffer, what: string): unknown {
  if (!isUtf8(bytes)) throw new Refusal('ENVELOPE_FORMAT', `${what} is not UTF-8`);
  const text = utf8Text(bytes);
  const { value, canonical } = parse(text, what);
  if (!canonical && !isCanonicalJson(text, value))
    throw new Refusal('ENVELOPE_FORMAT', `${what} is not in its canonical form`);
  return value;
}

/** Valid UTF-8 as text: a third of the time that `toString` takes over letters outside ASCII. */
function utf8Text(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
}

function parse(text: string, what: string): { value: unknown; compact: boolean; canonical: boolean } {
  const { depth, compact, canonical } = scanJson(text);
  if (depth > JSON_DEPTH_MAX)
    throw new Refusal('ENVELOPE_FORMAT', `${what} nests deeper than ${JSON_DEPTH_MAX}`);
  try {
    return { value: JSON.parse(text), compact, canonical };
  } catch {
    throw new Refusal('ENVELOPE_FORMAT', `${what} is not JSON`);
  }
}

/** Applies a schema to a stranger's value; the detail names the path and never repeats the value. */
export function check<S extends z.ZodType>(schema: S, value: unknown, what: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, problem } = faultOf(result.error);
  // What an unknown member is called stands in it, and may be long.
  throw new Refusal('ENVELOPE_FORMAT', `${what}${path}: ${problem}`.slice(0, 300));
}

/** Applies a schema to our own caller's value: a mistake there is misuse, and thrown. */
export function require<S extends z.ZodType>(schema: S, value: unknown, what: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, problem } = faultOf(result.error);
  throw new ValiseError('INPUT_INVALID', `${what}${path}: ${problem}`, { path });
}

function faultOf(error: z.ZodError): Fault {
  const [{ path, message }] = error.issues as [z.core.$ZodIssue];
  return { path: path.map(pathText).join(''), problem: message };
}

function pathText(part: PropertyKey): string {
  return typeof part === 'number' ? `[${part}]` : `.${String(part)}`;
}
