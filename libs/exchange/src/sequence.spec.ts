import fc from 'fast-check';
import { fitsSuccessor, GAP_MAX, placeOf, type IncomingSequence } from './sequence.js';

const D = (n: number): string => `d${n}`;
const prevOf = (n: number): string | null => (n === 1 ? null : D(n - 1));

/** A receiver that keeps its gaps, as the database does. */
class Receiver {
  sequence: IncomingSequence = { ep: 1, n: 0, d: null };
  readonly gaps = new Set<number>();
  readonly prevs = new Map<number, string | null>();

  take(n: number, d: string, prev: string | null): 'taken' | 'conflict' {
    const isGap = this.gaps.has(n);
    const before = this.prevs.has(n - 1) ? D(n - 1) : undefined;
    const after = this.prevs.get(n + 1);
    const place = placeOf(this.sequence, { ep: 1, n, prev }, { isGap, before, after });
    if (place.kind === 'conflict' || (place.kind === 'late' && !fitsSuccessor(d, after))) return 'conflict';
    if (place.kind === 'ahead')
      for (let missing = place.missing.from; missing <= place.missing.to; missing++) this.gaps.add(missing);
    this.gaps.delete(n);
    this.prevs.set(n, prev);
    if (n > this.sequence.n) this.sequence = { ep: 1, n, d };
    return 'taken';
  }
}

describe('placeOf', () => {
  it('takes a chain in whatever order it arrives, and misses nothing in the end', () => {
    const orders = fc.integer({ min: 1, max: 40 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, i) => i + 1),
        { minLength: count },
      ),
    );
    fc.assert(
      fc.property(orders, (order) => {
        const receiver = new Receiver();
        for (const n of order) expect(receiver.take(n, D(n), prevOf(n))).toBe('taken');
        expect(receiver.gaps.size).toBe(0);
        expect(receiver.sequence.n).toBe(order.length);
      }),
    );
  });

  it('refuses whatever does not follow the message before it', () => {
    const receiver = new Receiver();
    expect(receiver.take(1, D(1), null)).toBe('taken');
    expect(receiver.take(2, D(2), 'another')).toBe('conflict');
    expect(receiver.take(2, D(2), D(1))).toBe('taken');
  });

  it('refuses a number that was taken, and a late message that its neighbours do not know', () => {
    const receiver = new Receiver();
    receiver.take(1, D(1), null);
    expect(receiver.take(1, 'other', null)).toBe('conflict');
    receiver.take(3, D(3), D(2));
    expect(receiver.take(2, 'forged', D(1))).toBe('conflict');
    expect(receiver.take(2, D(2), 'not the first')).toBe('conflict');
    expect(receiver.take(2, D(2), D(1))).toBe('taken');
  });

  it('lets an epoch that was not stated wait, and of an ended one takes only what is missing', () => {
    const sequence = { ep: 2, n: 5, d: D(5) };
    const known = { isGap: false, before: undefined, after: undefined };
    expect(placeOf(sequence, { ep: 3, n: 1, prev: null }, known).kind).toBe('early');
    expect(placeOf(sequence, { ep: 1, n: 6, prev: D(5) }, known).kind).toBe('conflict');
    const missing = { isGap: true, before: D(6), after: undefined };
    expect(placeOf(sequence, { ep: 1, n: 7, prev: D(6) }, missing).kind).toBe('late');
    expect(placeOf(sequence, { ep: 1, n: 7, prev: 'another' }, missing).kind).toBe('conflict');
  });

  it('refuses a jump over more numbers than can be asked for', () => {
    const sequence = { ep: 1, n: 5, d: D(5) };
    const neighbours = { isGap: false, before: undefined, after: undefined };
    expect(placeOf(sequence, { ep: 1, n: 5 + GAP_MAX, prev: null }, neighbours).kind).toBe('ahead');
    expect(placeOf(sequence, { ep: 1, n: 6 + GAP_MAX, prev: null }, neighbours).kind).toBe('conflict');
  });
});
