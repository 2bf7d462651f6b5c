import { readFileSync, statSync } from 'node:fs';
import { messageOf, ValiseError } from '#core';
import { ENVELOPE_BYTES_MAX } from '#envelope';

/** A vector of several envelopes, or a list of a few thousand certificates. */
const FILE_BYTES_MAX = 16 * ENVELOPE_BYTES_MAX;

/** @throws ValiseError INPUT_INVALID */
export function readInput(file: string): Buffer {
  try {
    const { size } = statSync(file);
    if (size > FILE_BYTES_MAX) throw new Error(`it has ${size} bytes, more than ${FILE_BYTES_MAX}`);
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'it is not there' : code === 'EISDIR' ? 'it is a folder' : messageOf(error);
    throw new ValiseError('INPUT_INVALID', `cannot read ${file}: ${why}`, { remedy: 'check its name' });
  }
}
