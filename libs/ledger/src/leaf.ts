import { hash } from 'node:crypto';
import { canonicalJson, fromBase64url, toBase64url, ValiseError } from '#core';
import type { z } from 'zod';
import {
  internalContentSchema,
  issueText,
  pairContentSchema,
  type InternalContent,
  type PairContent,
} from './contents.js';
import { CONTENT_BYTES_MAX, INTERNAL_CONTENT_BYTES_MAX, SALT_BYTES } from './limits.js';
import { refused, type Refused } from './refused.js';
import { leafHash } from './tree.js';

/** A leaf as its row has it. The entry, whose hash is in the tree, is salt ‖ text. */
export interface Leaf {
  readonly hash: Buffer;
  /** Lets one entry be shown without letting its neighbours be guessed. */
  readonly salt: Buffer;
  /** Canonical JSON of the content. */
  readonly text: string;
}

/**
 * A leaf of a pair's log.
 *
 * @param salt 16 random bytes; this library has no randomness
 * @throws ValiseError INPUT_INVALID with the path of the field at fault
 */
export function pairLeaf(content: PairContent, salt: Uint8Array): Leaf {
  return ownLeaf(pairContentSchema, content, salt, CONTENT_BYTES_MAX);
}

/** The same for an authority's internal log. */
export function internalLeaf(content: InternalContent, salt: Uint8Array): Leaf {
  return ownLeaf(internalContentSchema, content, salt, INTERNAL_CONTENT_BYTES_MAX);
}

/** What is too long for a leaf of the internal log is named by its hash there: it stands in full elsewhere. */
export function shortened(content: InternalContent): InternalContent {
  const { kind, at } = content;
  const text = canonicalJson(content);
  const bytes = Buffer.byteLength(text);
  return bytes <= INTERNAL_CONTENT_BYTES_MAX
    ? content
    : { kind, at, bytes, sha256: hash('sha256', text, 'base64url') };
}

/** What is left of a leaf after its erasure. */
export interface ErasedLeaf {
  readonly hash: Buffer;
  readonly salt: null;
  readonly text: null;
}

/** An entry as it travels, in tellings and receipts: whole, or its hash where it was erased. */
export type Entry = { readonly salt: string; readonly content: unknown } | { readonly erased: string };

export function entryOf(leaf: Leaf | ErasedLeaf): Entry {
  if (leaf.salt === null) return { erased: toBase64url(leaf.hash) };
  return { salt: toBase64url(leaf.salt), content: JSON.parse(leaf.text) as unknown };
}

/** An entry that came, by the hash that it adds to the tree. */
export type ReadEntry =
  | (Leaf & { readonly erased: false; readonly content: unknown })
  | { readonly erased: true; readonly hash: Buffer };

/** Any canonical content within bounds is an entry, whatever it says; nothing of a stranger's value makes it throw. */
export function readEntry(value: unknown): ReadEntry | Refused {
  if (typeof value !== 'object' || value === null) return notEntry('not an object');
  const members = Object.keys(value).sort().join();
  if (members === 'erased') {
    const hash = bytesOf((value as { erased: unknown }).erased, 32);
    return hash === undefined ? notEntry('no hash') : { erased: true, hash };
  }
  if (members !== 'content,salt') return notEntry('other members than salt and content');
  const { salt: saltText, content } = value as { salt: unknown; content: unknown };
  const salt = bytesOf(saltText, SALT_BYTES);
  if (salt === undefined) return notEntry(`a salt has ${SALT_BYTES} bytes`);
  const text = canonicalTextOf(content);
  if (text === undefined) return notEntry('a content without a canonical form');
  if (text.length > CONTENT_BYTES_MAX) return notEntry(`a content has at most ${CONTENT_BYTES_MAX} bytes`);
  return { erased: false, hash: hashOf(salt, text), salt, text, content };
}

function ownLeaf(schema: z.ZodType, content: unknown, salt: Uint8Array, bytesMax: number): Leaf {
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw new ValiseError('INPUT_INVALID', `leaf: ${issueText(parsed.error)}`);
  if (salt.length !== SALT_BYTES) throw new ValiseError('INPUT_INVALID', `a salt has ${SALT_BYTES} bytes`);
  const text = canonicalJson(parsed.data);
  if (Buffer.byteLength(text) > bytesMax)
    throw new ValiseError('INPUT_INVALID', `the content of a leaf has at most ${bytesMax} bytes`);
  return { hash: hashOf(salt, text), salt: Buffer.from(salt), text };
}

function hashOf(salt: Uint8Array, text: string): Buffer {
  return leafHash(Buffer.concat([salt, Buffer.from(text)]));
}

/** Undefined for what has none, or one with other than ASCII letters: an envelope's frame has no others. */
function canonicalTextOf(content: unknown): string | undefined {
  try {
    const text = canonicalJson(content);
    if (Buffer.byteLength(text) === text.length) return text;
  } catch {
    // It has none, or nests deeper than anything can follow.
  }
  return undefined;
}

function bytesOf(text: unknown, length: number): Buffer | undefined {
  const bytes = typeof text === 'string' ? fromBase64url(text) : undefined;
  return bytes?.length === length ? bytes : undefined;
}

function notEntry(detail: string): Refused {
  return refused('LEDGER_ENTRY', `not an entry: ${detail}`);
}
