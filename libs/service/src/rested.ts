/** Of the time that reading took: after a second of it nothing is read for nineteen, so it takes a twentieth of the time at most. */
const REST_FACTOR = 19;

/**
 * What is dear to read and may be a little old: all who ask share one reading, and the next begins only after a pause. A reading that
 * failed counts too, for one that ends by its timeout is the dearest of all; a caller during its pause gets its error.
 *
 * @param pauseMs between two readings that succeed; a long one is followed by a longer pause
 * @param now milliseconds, monotonic
 */
export class Rested<Value> {
  private last: { readonly value: Promise<Value>; until: number } | undefined;

  constructor(
    private readonly read: () => Promise<Value>,
    private readonly pauseMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  value(): Promise<Value> {
    if (this.last && this.now() < this.last.until) return this.last.value;
    const last = { value: this.read(), until: Infinity };
    this.last = last;
    const begun = this.now();
    const rest = (atLeastMs: number): void => {
      const ended = this.now();
      last.until = ended + Math.max(atLeastMs, REST_FACTOR * (ended - begun));
    };
    last.value.then(
      () => {
        rest(this.pauseMs);
      },
      () => {
        rest(0);
      },
    );
    return last.value;
  }
}
