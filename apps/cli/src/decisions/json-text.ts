import { isUtf8 } from 'node:buffer';
import { messageOf, unsoundName } from '#core';
import { malformed, shown, stepInto } from './malformed.js';

/** One value of a file, still as text; its brackets and quotes match. */
export interface JsonText {
  /** Valid until the handler that got it returns. */
  readonly bytes: Buffer;
  /** How many members its objects have by the text: fewer in the value means that a key occurs twice. */
  readonly members: number;
  readonly path: string;
}

/**
 * Strict JSON: UTF-8, nothing but what RFC 8259 has, and no key twice in an object, of which JSON.parse would silently
 * keep the last.
 *
 * @throws ValiseError INPUT_INVALID naming the path
 */
export function readJson({ bytes, members, path }: JsonText): unknown {
  const value = parse(textOf(bytes, path), path);
  if (membersOf(value) !== members)
    throw malformed((unsoundName(bytes.toString('utf8'))?.path ?? []).reduce(stepInto, path), 'occurs twice');
  return value;
}

/** @throws ValiseError INPUT_INVALID where the bytes are not UTF-8 */
export function textOf(bytes: Buffer, path: string): string {
  if (!isUtf8(bytes)) throw malformed(path, 'not UTF-8');
  return bytes.toString('utf8');
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    // The engine quotes the input, whatever stands there.
    throw malformed(path, `not JSON: ${shown(messageOf(thrown)).slice(1, -1).replaceAll('\\"', '"')}`);
  }
}

/** Depth is bounded by who found the text. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) for (const element of value) members += membersOf(element);
  else {
    for (const key in value) members += 1 + membersOf((value as Record<string, unknown>)[key]);
  }
  return members;
}
