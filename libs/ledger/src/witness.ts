import { toBase64url } from '#core';
import type { LogHead } from '#envelope';

/**
 * What a counterpart's `seen` says of our own log. `beyond` and `unlike` mean that we were restored without saying so, or that
 * somebody else signs with our seal: stop telling, alarm.
 */
export type Seen = 'nothing' | 'same' | 'beyond' | 'unlike';

/**
 * @param seen of a checkpoint of the counterpart, old or new
 * @param sizeOf our log of an epoch; undefined where there is none
 * @param rootOf its root at a size that it has
 */
export function judgeSeen(
  seen: LogHead | null,
  sizeOf: (ep: number) => number | undefined,
  rootOf: (ep: number, size: number) => Buffer,
): Seen {
  if (seen === null) return 'nothing';
  const size = sizeOf(seen.ep);
  if (size === undefined || seen.size > size) return 'beyond';
  return toBase64url(rootOf(seen.ep, seen.size)) === seen.root ? 'same' : 'unlike';
}
