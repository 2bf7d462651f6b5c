import type { Jws } from '#envelope';
import { parseJson } from './json.js';
import { readEntry, type Entry, type ReadEntry } from './leaf.js';
import { CHECKPOINT_BYTES_MAX, TELLING_BYTES_MAX, TELLING_ENTRIES_MAX } from './limits.js';
import { refused, type Refused } from './refused.js';

/**
 * A checkpoint and the entries of its stretch, as they travel together inside an envelope. The signature is over the
 * checkpoint alone: anyone who has it can put other entries beside it, and the root tells.
 */
export interface Telling {
  readonly checkpoint: Jws;
  readonly entries: readonly Entry[];
}

/** A telling whose form was checked, and nothing inside. */
export interface ParsedTelling {
  readonly ok: true;
  readonly checkpoint: unknown;
  readonly entries: readonly unknown[];
}

/** As JSON text: what is encrypted. */
export function tellingBytes({ checkpoint, entries }: Telling): Buffer {
  return Buffer.from(JSON.stringify({ checkpoint, entries }));
}

/** Reads the frame of a telling from its plaintext. Whose the checkpoint is and what the entries are is not looked at. */
export function parseTelling(plaintext: Uint8Array): ParsedTelling | Refused {
  const parsed = parseJson(plaintext, TELLING_BYTES_MAX + CHECKPOINT_BYTES_MAX, 'ENVELOPE_FORMAT');
  if (!parsed.ok) return parsed;
  const value = parsed.value ?? {};
  if (Object.keys(value).sort().join() !== 'checkpoint,entries')
    return refused('ENVELOPE_FORMAT', 'other members than checkpoint and entries');
  const { checkpoint, entries } = value as { checkpoint: unknown; entries: unknown };
  if (!Array.isArray(entries)) return refused('ENVELOPE_FORMAT', 'the entries are no list');
  return { ok: true, checkpoint, entries };
}

/**
 * Reads the entries beside a checkpoint, which somebody else may have put there.
 *
 * @param skip so many at the beginning are had already, and not read
 * @param expected how many the checkpoint says
 */
export function readEntries(
  entries: unknown,
  skip: number,
  expected: number,
): { readonly ok: true; readonly entries: readonly ReadEntry[] } | Refused {
  if (!Array.isArray(entries) || entries.length !== expected)
    return refused('LEDGER_ENTRY', `not the ${expected} entries that the checkpoint says`);
  if (expected > TELLING_ENTRIES_MAX)
    return refused('LEDGER_ENTRY', `a telling has at most ${TELLING_ENTRIES_MAX} entries`);
  const read: ReadEntry[] = [];
  let bytes = 0;
  for (const value of entries.slice(skip)) {
    const entry = readEntry(value);
    if ('code' in entry) return entry;
    bytes += entryBytes(entry.erased ? null : entry.text);
    if (bytes > TELLING_BYTES_MAX)
      return refused('LEDGER_ENTRY', `a telling has at most ${TELLING_BYTES_MAX} bytes of entries`);
    read.push(entry);
  }
  return { ok: true, entries: read };
}

const FRAME_BYTES = '{"content":,"salt":"0123456789012345678901"},'.length;
const ERASED_BYTES = '{"erased":"0123456789012345678901234567890123456789012"},'.length;

/** How many bytes an entry takes in a telling, with its comma. @param text its canonical content; null where it was erased */
export function entryBytes(text: string | null): number {
  return text === null ? ERASED_BYTES : FRAME_BYTES + text.length;
}
