import { openInput } from './input.js';
import { readJson } from './json-text.js';
import { malformed } from './malformed.js';
import { REGISTER_BYTES_MAX } from './splitter.js';
import { isSpace, Token } from './token.js';

/** A register and one message beside it. */
const BOUNDS = { bytes: REGISTER_BYTES_MAX + 1024 * 1024, values: 2_000_000 };

/**
 * Reads one JSON value that fits into memory, as strictly as a decision file.
 *
 * @param file a path, or `-`
 * @throws ValiseError INPUT_INVALID naming the path
 */
export async function readJsonFile(file: string): Promise<unknown> {
  const input = await openInput(file);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of input.chunks) {
      size += chunk.length;
      if (size > BOUNDS.bytes) throw malformed('$', `longer than ${BOUNDS.bytes} bytes`);
      chunks.push(Buffer.from(chunk));
    }
    return readWhole(Buffer.concat(chunks));
  } finally {
    await input.close();
  }
}

function readWhole(bytes: Buffer): unknown {
  const start = bytes.findIndex((byte) => !isSpace(byte));
  if (start === -1) throw malformed('$', 'the input is empty');
  const token = new Token('$', BOUNDS, true);
  const end = token.push(bytes, start);
  const rest = bytes.subarray(end);
  if (!rest.every(isSpace)) throw malformed('$', `something follows the value, at byte ${end}`);
  // An unfinished value is for JSON.parse to refuse.
  return readJson(token);
}
