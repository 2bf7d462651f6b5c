import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { scanJson, unsoundName, ValiseError } from '#core';

/** What any request of ours needs, several times over; deeper ones are made to exhaust a parser. */
const DEPTH_MAX = 32;

/**
 * Looks at a JSON body before it is parsed, for the parser would hide what is wrong: bytes that are no UTF-8 become
 * replacement characters, of a member that occurs twice the last one counts, and `__proto__` is no member everywhere.
 *
 * @throws ValiseError INPUT_INVALID, INPUT_TOO_LARGE; INPUT_MEDIA_TYPE for another charset than UTF-8
 */
export function requireSoundJson(
  _request: IncomingMessage,
  _response: ServerResponse,
  bytes: Buffer,
  charset: string,
): void {
  if (charset.toLowerCase() !== 'utf-8') throw mediaType(`JSON is UTF-8, not ${charset}`);
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes))
    throw new ValiseError('INPUT_INVALID', `the body is not UTF-8 at byte ${offsetOfFault(bytes, text)}`, {
      path: '$',
      offset: offsetOfFault(bytes, text),
    });
  const { depth, compact } = scanJson(text);
  if (depth > DEPTH_MAX)
    throw new ValiseError('INPUT_TOO_LARGE', `the body is nested deeper than ${DEPTH_MAX}`, {
      path: '$',
      limit: DEPTH_MAX,
    });
  const unsound = compact ? undefined : unsoundName(text);
  if (!unsound) return;
  const path = unsound.path.join('.');
  const problem = unsound.problem === 'twice' ? 'occurs twice' : 'is not allowed as the name of a member';
  throw new ValiseError('INPUT_INVALID', `${path}: ${problem}`, {
    path,
    errors: [{ path, message: problem }],
  });
}

/** Where a decoder put in the first replacement character that was not there. */
function offsetOfFault(bytes: Buffer, text: string): number {
  let [offset, from] = [0, 0];
  for (;;) {
    const at = text.indexOf('\ufffd', from);
    if (at === -1) return bytes.length;
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes.readUIntBE(offset, Math.min(3, bytes.length - offset)) !== 0xefbfbd) return offset;
    offset += 3;
    from = at + 1;
  }
}

/** Bodies that a handler takes as a stream of its own are not JSON, and are judged there. */
export type IsStream = (method: string, path: string) => boolean;

interface Incoming extends IncomingMessage {
  readonly path: string;
  is(type: string): string | false | null;
}

/** Refuses a body of another kind before anybody takes its absence for an empty one. */
export function requireJson(isStream: IsStream) {
  return (request: Incoming, _response: ServerResponse, next: (thrown?: unknown) => void): void => {
    const wrong =
      !isStream(request.method ?? '', request.path) &&
      request.is('application/json') === false &&
      hasBody(request);
    next(wrong ? mediaType('a body is sent as application/json') : undefined);
  };
}

/** @param asked what is sent how */
export function mediaType(asked: string): ValiseError {
  return new ValiseError('INPUT_MEDIA_TYPE', `Content-Type: ${asked}`, { path: 'Content-Type' });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
