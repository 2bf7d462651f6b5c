import { fromBase64url, scanJson } from '#core';
import { JSON_DEPTH_MAX } from '#envelope';
import { keeperOf } from '#treaties';

/** What a text claims of itself before anything of it is verified: only used to choose what it is verified by. */

/** The type in the header of the first signature. */
export function typOf(text: string): string | undefined {
  const signatures = memberOf(parsed(text), 'signatures');
  const header = textOf(memberOf(Array.isArray(signatures) ? signatures[0] : undefined, 'protected'));
  const typ = memberOf(header, 'typ');
  return typeof typ === 'string' ? typ : undefined;
}

/**
 * The book that it is, or speaks of.
 *
 * @returns undefined for what can be no keeper's book: a name goes to the database before it is verified
 */
export function bookNamedIn(text: string): string | undefined {
  const book = memberOf(contentIn(text), 'book');
  return typeof book === 'string' && keeperOf(book) !== undefined ? book : undefined;
}

/** The content of a signed text, as JSON parses it. */
export function contentIn(text: string): unknown {
  return textOf(memberOf(parsed(text), 'payload'));
}

/** JSON in base64url. */
function textOf(encoded: unknown): unknown {
  const bytes = typeof encoded === 'string' ? fromBase64url(encoded) : undefined;
  return bytes === undefined ? undefined : parsed(bytes.toString('utf8'));
}

/** A parser recurses on what a stranger nested. */
function parsed(text: string): unknown {
  if (scanJson(text).depth > JSON_DEPTH_MAX) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}
