import { BOOK_VERSION_MAX, isInstant, isUuidv7 } from '#core';
import { AUTHORITY_ID } from '#trust';
import { z } from 'zod';
import { matching, oneOf, satisfying, whole } from './frame.js';

/** Fields that several parts of the format share: as checks where every message passes, and as schemas. */

/** SHA-256 in base64url: 43 characters, the last of which carries four bits. */
const SHA256_TEXT = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const TOKEN = /^[A-Za-z0-9][A-Za-z0-9._:#/-]{0,127}$/;
const INSTRUMENT_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/;
const BOOK_ID = /^(?=.{1,160}$)[a-z]+:[A-Za-z0-9][A-Za-z0-9._:-]*$/;
const LEVELS = ['open', 'restricted', 'secret', 'top-secret', 'special-importance'] as const;
/** The last second of the year 9999. */
const UNIX_SECONDS_MAX = 253_402_300_799;
/** Restores from backup are counted, by hand of an operator. */
const EPOCH_MAX = 2_147_483_647;

export const isAuthorityId = matching(AUTHORITY_ID, 'not an authority id');
export const isUuid = satisfying<string>(
  (value) => typeof value === 'string' && isUuidv7(value),
  'not a UUID version 7',
);
export const isUnixSeconds = whole(UNIX_SECONDS_MAX);
export const isSha256Text = matching(SHA256_TEXT, 'not a SHA-256 in base64url');
export const isToken = matching(TOKEN, 'not an identifier');
export const isInstrumentId = matching(INSTRUMENT_ID, 'not an instrument id');
export const isMediaType = matching(MEDIA_TYPE, 'not a media type');
export const isSequence = whole(Number.MAX_SAFE_INTEGER);
export const isEpoch = whole(EPOCH_MAX);
export const isLevel = oneOf(...LEVELS);
export const isBookVersion = satisfying<number>(
  (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= BOOK_VERSION_MAX,
  'not the number of a version',
);
export const isBookId = (text: string): boolean => BOOK_ID.test(text);
/** A name is shown and may become a file's name: no separators, no controls, not a step up the tree. */
export const isFileName = satisfying<string>(
  (value) => typeof value === 'string' && value.length >= 1 && value.length <= 255 && isPlainName(value),
  'not a plain file name',
);
/** An object whose inside belongs to another layer; that it is JSON was established by its canonical form. */
export const isJsonObject = satisfying<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'not an object',
);

/**
 * Separators of folders, controls, separators of lines, halves of characters, and what turns the direction of text: with
 * that, a program is shown under the name of a document.
 */
const NOT_IN_NAMES = /[/\\\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u;

function isPlainName(name: string): boolean {
  return !NOT_IN_NAMES.test(name) && !/^\.{1,2}$/.test(name);
}

export const authorityId = z.string().regex(AUTHORITY_ID, 'not an authority id');
export const uuid = z.string().length(36).refine(isUuidv7, 'not a UUID version 7');
export const unixSeconds = z.int().min(0).max(UNIX_SECONDS_MAX);
export const sha256Text = z.string().regex(SHA256_TEXT, 'not a SHA-256 in base64url');
export const token = z.string().regex(TOKEN, 'not an identifier');
export const instrumentId = z.string().regex(INSTRUMENT_ID, 'not an instrument id');
export const fileName = z.string().min(1).max(255).refine(isPlainName, 'not a plain file name');
export const mediaType = z.string().max(129).regex(MEDIA_TYPE, 'not a media type');
export const bookId = z.string().regex(BOOK_ID, 'not a book id');
export const bookVersion = z.int().min(1).max(BOOK_VERSION_MAX);
export const sequence = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const epoch = z.int().min(0).max(EPOCH_MAX);
export const level = z.enum(LEVELS);
export const instant = z.string().max(24).refine(isInstant, 'not an instant in UTC');
export const dayOrInstant = z
  .string()
  .max(24)
  .refine(
    (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) || isInstant(text),
    'neither a day nor an instant in UTC',
  );
export const jsonObject = z.custom<Readonly<Record<string, unknown>>>(
  (value) => isJsonObject(value) === undefined,
  'not an object',
);
