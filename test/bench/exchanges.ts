import type { Measured } from './statistics.js';

/** Notes what was sent and what came back: each receipt once, and all of them, or it fails. */
export class Exchanges {
  private readonly startedAt = new Map<string, number>();
  private readonly receiptedAt = new Map<string, number>();
  private readonly calls: number[] = [];
  private done: () => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;
  private readonly complete: Promise<void>;

  constructor(private readonly count: number) {
    this.complete = new Promise((resolve, reject) => {
      this.done = resolve;
      this.fail = reject;
    });
    this.complete.catch(() => undefined);
  }

  begin(id: string): void {
    this.startedAt.set(id, performance.now());
  }

  /** The caller can continue. */
  called(id: string): void {
    this.calls.push(performance.now() - (this.startedAt.get(id) ?? Number.NaN));
  }

  receipt(id: string): void {
    if (!this.startedAt.has(id)) this.fail(new Error(`a receipt came for ${id}, which was not sent`));
    else if (this.receiptedAt.has(id)) this.fail(new Error(`two receipts came for ${id}`));
    this.receiptedAt.set(id, performance.now());
    if (this.receiptedAt.size === this.count) this.done();
  }

  /** A moment longer than the last receipt would show one too many; the recipient refuses duplicates itself. */
  async measured(timeoutMs: number): Promise<Measured> {
    const timer = setTimeout(() => {
      this.fail(
        new Error(`${this.receiptedAt.size} of ${this.count} receipts came in ${timeoutMs / 1000} s`),
      );
    }, timeoutMs);
    await this.complete.finally(() => {
      clearTimeout(timer);
    });
    const endToEnd = [...this.startedAt].map(([id, at]) => (this.receiptedAt.get(id) ?? Number.NaN) - at);
    const elapsedMs = Math.max(...this.receiptedAt.values()) - Math.min(...this.startedAt.values());
    return { messages: this.count, elapsedMs, calls: this.calls, endToEnd };
  }
}

/** A recipient's memory: a duplicate is a fault here, for nothing goes wrong on purpose. */
export class Once {
  private readonly seen = new Set<string>();

  take(id: string): void {
    if (this.seen.has(id)) throw new Error(`the message ${id} came twice`);
    this.seen.add(id);
  }
}
