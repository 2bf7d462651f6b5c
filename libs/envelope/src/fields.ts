import { isInstant, isUuidv7 } from '#core';
import { AUTHORITY_ID } from '#trust';
import { z } from 'zod';
import { matching } from './frame.js';

/** Fields that several parts of the format share. */

export const authorityId = z.string().regex(AUTHORITY_ID, 'not an authority id');
export const uuid = z.string().length(36).refine(isUuidv7, 'not a UUID version 7');
/** The last second of the year 9999. */
export const UNIX_SECONDS_MAX = 253_402_300_799;
export const unixSeconds = z.int().min(0).max(UNIX_SECONDS_MAX);
/** SHA-256 in base64url: 43 characters, the last of which carries four bits. */
const SHA256_TEXT = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
export const sha256Text = z.string().regex(SHA256_TEXT, 'not a SHA-256 in base64url');
export const isSha256Text = matching(SHA256_TEXT, 'not a SHA-256 in base64url');
const TOKEN = /^[A-Za-z0-9][A-Za-z0-9._:#/-]{0,127}$/;
export const token = z.string().regex(TOKEN, 'not an identifier');
export const isToken = matching(TOKEN, 'not an identifier');
export const instrumentId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'not an instrument id');
const BOOK_ID = /^(?=.{1,160}$)[a-z]+:[A-Za-z0-9][A-Za-z0-9._:-]*$/;
export const isBookId = (text: string): boolean => BOOK_ID.test(text);
export const bookId = z.string().regex(BOOK_ID, 'not a book id');
export const sequence = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Restores from backup are counted, by hand of an operator. */
export const EPOCH_MAX = 2_147_483_647;
export const epoch = z.int().min(0).max(EPOCH_MAX);
export const level = z.enum(['open', 'restricted', 'secret', 'top-secret', 'special-importance']);
export const instant = z.string().max(24).refine(isInstant, 'not an instant in UTC');
export const dayOrInstant = z
  .string()
  .max(24)
  .refine(
    (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) || isInstant(text),
    'neither a day nor an instant in UTC',
  );

/** A JSON object whose inside belongs to another layer; that it is JSON was established by its canonical form. */
export const jsonObject = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'not an object',
);
