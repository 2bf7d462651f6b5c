interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Items of one queue in their order, as many at a time as came meanwhile: one transaction then serves them all. Where a
 * batch fails each of its items is tried alone, so that one bad item does not block the others; a failure that concerns
 * all of them fails them at once.
 */
export class Batches<Item> {
  private waiting: Waiting<Item>[] = [];
  private running = false;

  constructor(
    private readonly run: (items: readonly Item[]) => Promise<void>,
    private readonly sizeMax: number,
    private readonly failsAll: (thrown: unknown) => boolean,
  ) {}

  /** Resolves when the item was run, with others or alone; rejects with what running it alone threw. */
  add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.running) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.sizeMax);
      if (!(await this.tryTogether(batch))) for (const one of batch) await this.runAlone(one);
    }
    this.running = false;
  }

  /** @returns whether each of them is settled by it */
  private async tryTogether(batch: readonly Waiting<Item>[]): Promise<boolean> {
    if (batch.length === 1) return false;
    try {
      await this.run(batch.map(({ item }) => item));
    } catch (thrown) {
      if (!this.failsAll(thrown)) return false;
      for (const { reject } of batch) reject(thrown);
      return true;
    }
    for (const { resolve } of batch) resolve();
    return true;
  }

  private async runAlone({ item, resolve, reject }: Waiting<Item>): Promise<void> {
    try {
      await this.run([item]);
      resolve();
    } catch (thrown) {
      reject(thrown);
    }
  }
}
