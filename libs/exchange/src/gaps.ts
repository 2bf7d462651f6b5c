import type { GapRange } from './tables.js';

/** Missing numbers of one pair together; a peer that skips more is at fault, and so many could not be asked for. */
export const MISSING_MAX = 10_000;
/** Separate runs of them: they are one column of the pair's row. */
export const RANGES_MAX = 256;

export interface SequenceNumber {
  readonly ep: number;
  readonly n: number;
}

/** Whether a number is missing. */
export function isMissing(gaps: readonly GapRange[], { ep, n }: SequenceNumber): boolean {
  return gaps.some((gap) => gap.ep === ep && gap.from <= n && n <= gap.to);
}

/** How many numbers are missing. */
export function missing(gaps: readonly GapRange[]): number {
  return gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** Whether a number before this one is missing. */
export function isAnyBefore(gaps: readonly GapRange[], { ep, n }: SequenceNumber): boolean {
  const [first] = gaps;
  return first !== undefined && (first.ep < ep || (first.ep === ep && first.from < n));
}

/** The gaps without a number that came: a run is shortened, or becomes two. */
export function closed(gaps: readonly GapRange[], { ep, n }: SequenceNumber): GapRange[] {
  return gaps.flatMap((gap) => {
    if (gap.ep !== ep || n < gap.from || gap.to < n) return [gap];
    const before = { ...gap, to: n - 1 };
    const after = { ...gap, from: n + 1 };
    return [before, after].filter(({ from, to }) => from <= to);
  });
}

/** The gaps with one more run, which was noticed now. */
export function opened(
  gaps: readonly GapRange[],
  run: Pick<GapRange, 'ep' | 'from' | 'to' | 'notedAt'>,
): GapRange[] {
  const all = [...gaps, { ...run, askedAt: null, asks: 0 }];
  return all.sort((one, other) => one.ep - other.ep || one.from - other.from);
}

/** The pause doubles with every request, so often at most. */
const DOUBLINGS_MAX = 8;
/** Of an ended epoch, whose sender may not have the message any more: it is given up after so many requests. */
const ENDED_ASKS_MAX = 6;

/**
 * What is to be asked for now, of one epoch and at most `count` numbers.
 *
 * @param at Unix milliseconds
 * @param afterMs a gap is left alone for so long, and after each request for twice as long
 * @returns the gaps with the request noted, and what is given up; undefined where nothing is due
 */
export function asked(
  gaps: readonly GapRange[],
  at: number,
  inEp: number,
  count: number,
  afterMs: number,
):
  | { readonly gaps: GapRange[]; readonly ep: number; readonly ns: number[]; readonly given: GapRange[] }
  | undefined {
  const isDue = ({ notedAt, askedAt, asks }: GapRange) =>
    (askedAt ?? notedAt) + afterMs * 2 ** Math.min(asks, DOUBLINGS_MAX) <= at;
  const isLost = ({ ep, asks }: GapRange) => ep < inEp && asks >= ENDED_ASKS_MAX;
  const given = gaps.filter((gap) => isDue(gap) && isLost(gap));
  const left = gaps.filter((gap) => !given.includes(gap));
  const ep = left.find(isDue)?.ep;
  if (ep === undefined) return given.length === 0 ? undefined : { gaps: left, ep: inEp, ns: [], given };
  const ns: number[] = [];
  const noted = left.flatMap((gap) => {
    const room = count - ns.length;
    if (gap.ep !== ep || room === 0 || !isDue(gap)) return [gap];
    const last = Math.min(gap.to, gap.from + room - 1);
    for (let n = gap.from; n <= last; n++) ns.push(n);
    const now = { ...gap, to: last, askedAt: at, asks: gap.asks + 1 };
    return last === gap.to ? [now] : [now, { ...gap, from: last + 1 }];
  });
  return { gaps: noted, ep, ns, given };
}

/** The gaps up to and with a number: what lies beyond is not waited for any more. */
export function upTo(gaps: readonly GapRange[], last: SequenceNumber): GapRange[] {
  return gaps.flatMap((gap) => {
    if (gap.ep > last.ep || (gap.ep === last.ep && gap.from > last.n)) return [];
    return gap.ep === last.ep && gap.to > last.n ? [{ ...gap, to: last.n }] : [gap];
  });
}
