/** Where the incoming sequence from one authority stands. */
export interface IncomingSequence {
  readonly ep: number;
  /** The last number that was seen in order or noted as the end of a gap. */
  readonly n: number;
  /** Identity of the message with that number; null before the first. */
  readonly d: string | null;
}
export interface Numbered {
  readonly ep: number;
  readonly n: number;
  readonly prev: string | null;
}
/** What is kept of the numbers around a late message. */
export interface Neighbours {
  readonly isGap: boolean;
  /** D of the message with the number before, where we have it. */
  readonly before: string | undefined;
  /** What the message with the number after names as its `prev`, where we have it. */
  readonly after: string | null | undefined;
}

export type Place =
  | { readonly kind: 'next' }
  | { readonly kind: 'ahead'; readonly missing: { readonly from: number; readonly to: number } }
  | { readonly kind: 'late' }
  /** Of an epoch that its sender has not stated yet. */
  | { readonly kind: 'early'; readonly detail: string }
  | { readonly kind: 'conflict'; readonly detail: string };

/** A larger jump is not a loss on the bus but a fault: so many messages could not be asked for again. */
export const GAP_MAX = 10_000;

/**
 * Where a message belongs in its sender's sequence (docs/protocol/envelope.md, sequences): the next one, one behind
 * a gap, a late one that fills a gap (of an ended epoch too), one of an epoch to come, or none that can be right.
 */
export function placeOf(sequence: IncomingSequence, message: Numbered, neighbours: Neighbours): Place {
  if (message.ep > sequence.ep)
    return { kind: 'early', detail: `epoch ${message.ep} has not begun, ${sequence.ep} goes on` };
  if (message.ep < sequence.ep && !neighbours.isGap)
    return conflict(`epoch ${message.ep} has ended, and nothing of it is missing`);
  if (message.ep < sequence.ep) return followsBefore(message, neighbours);
  if (message.n === sequence.n + 1)
    return message.prev === sequence.d
      ? { kind: 'next' }
      : conflict(`number ${message.n} does not follow the message before it`);
  if (message.n > sequence.n + GAP_MAX)
    return conflict(`number ${message.n} jumps ahead of ${sequence.n} by more than ${GAP_MAX}`);
  if (message.n > sequence.n) return { kind: 'ahead', missing: { from: sequence.n + 1, to: message.n - 1 } };
  if (!neighbours.isGap) return conflict(`number ${message.n} was taken by another message`);
  return followsBefore(message, neighbours);
}

/** A missing one may come now if it names the message before it, where we have that. */
function followsBefore({ n, prev }: Numbered, { before }: Neighbours): Place {
  return before !== undefined && prev !== before
    ? conflict(`number ${n} does not follow the message before it`)
    : { kind: 'late' };
}

/** A late message must be the one that its successor names. */
export function fitsSuccessor(d: string, after: string | null | undefined): boolean {
  return after === undefined || after === d;
}

function conflict(detail: string): Place {
  return { kind: 'conflict', detail };
}
