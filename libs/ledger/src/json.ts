import { isAscii } from 'node:buffer';
import { scanJson, unsoundName, type ErrorCode } from '#core';
import { JSON_DEPTH_MAX } from '#envelope';
import { refused, type Refused } from './refused.js';

export type Parsed = { readonly ok: true; readonly value: unknown } | Refused;

/**
 * JSON of a stranger within bounds: ASCII, which all of this format is; not too deep, which is checked before anything recurses;
 * no member twice. White space is allowed, since people open such files.
 */
export function parseJson(bytes: Uint8Array, bytesMax: number, code: ErrorCode): Parsed {
  if (bytes.length > bytesMax) return refused(code, `more than ${bytesMax} bytes`);
  if (!isAscii(bytes)) return refused(code, 'other letters than ASCII');
  const text = Buffer.from(bytes).toString('latin1');
  if (scanJson(text).depth > JSON_DEPTH_MAX) return refused(code, `nests deeper than ${JSON_DEPTH_MAX}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused(code, 'not JSON');
  }
  return unsoundName(text) === undefined ? { ok: true, value } : refused(code, 'a member twice');
}
