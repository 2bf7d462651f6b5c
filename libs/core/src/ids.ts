import { v7 } from 'uuid';

/** Numbers of books' versions: what a column of whole numbers keeps, in whichever database a reader has. */
export const BOOK_VERSION_MAX = 2_147_483_647;

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * UUID version 7 (RFC 9562 section 5.7).
 *
 * @param now instant, as Unix milliseconds
 * @param random 16 random bytes; the caller has them, this library has no randomness
 */
export function uuidv7(now: number, random: Uint8Array): string {
  return v7({ msecs: now, random });
}

export function isUuidv7(text: string): boolean {
  return UUID_V7.test(text);
}
