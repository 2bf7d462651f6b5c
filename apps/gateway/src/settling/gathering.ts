interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** What one run of several items gives each of them. */
export type Outcome<Result> = { readonly result: Result } | { readonly error: unknown } | 'again';

export interface Bounds<Item> {
  readonly countMax: number;
  readonly bytesMax: number;
  readonly bytesOf: (item: Item) => number;
}

/**
 * The first item starts a run; those that come while it runs share the next, up to the bounds. There is no timer: alone an item
 * waits for nobody, and under load as many share a transaction as come during one.
 */
export class Gathering<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private running = false;

  constructor(
    /** In the order of the items; 'again' puts one back for the next run. What it throws is thrown to all of them. */
    private readonly run: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>,
    private readonly bounds: Bounds<Item>,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.running) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) await this.runNext(this.next());
    this.running = false;
  }

  private async runNext(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const outcomes = await this.run(batch.map(({ item }) => item));
      const again: Waiting<Item, Result>[] = [];
      for (const [index, one] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome === 'again') again.push(one);
        else if (outcome === undefined) one.reject(new Error('nothing became of it'));
        else if ('error' in outcome) one.reject(outcome.error);
        else one.resolve(outcome.result);
      }
      this.waiting.unshift(...again);
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown);
    }
  }

  private next(): Waiting<Item, Result>[] {
    const { countMax, bytesMax, bytesOf } = this.bounds;
    let bytes = 0;
    const tooMany = this.waiting.findIndex(({ item }, index) => {
      bytes += bytesOf(item);
      return index >= countMax || (index > 0 && bytes > bytesMax);
    });
    return this.waiting.splice(0, tooMany === -1 ? this.waiting.length : tooMany);
  }
}
