import { Gathering, type Outcome } from '../settling/gathering.js';

/**
 * Items of one queue in their order, as many at a time as came meanwhile: one transaction then serves them all. Where a
 * batch fails each of its items is tried alone, so that one bad item does not block the others; a failure that concerns
 * all of them fails them at once.
 */
export class Batches<Item> {
  private readonly gathering: Gathering<Item, void>;

  constructor(
    private readonly run: (items: readonly Item[]) => Promise<void>,
    sizeMax: number,
    private readonly failsAll: (thrown: unknown) => boolean,
  ) {
    const bounds = { countMax: sizeMax, bytesMax: Infinity, bytesOf: () => 0 };
    this.gathering = new Gathering((items) => this.runAll(items), bounds);
  }

  /** Resolves when the item was run, with others or alone; rejects with what running it alone threw. */
  add(item: Item): Promise<void> {
    return this.gathering.add(item);
  }

  private async runAll(items: readonly Item[]): Promise<Outcome<void>[]> {
    try {
      await this.run(items);
      return items.map(() => ({ result: undefined }));
    } catch (error) {
      if (items.length === 1 || this.failsAll(error)) throw error;
    }
    const outcomes: Outcome<void>[] = [];
    for (const item of items) outcomes.push(await this.runAlone(item));
    return outcomes;
  }

  private runAlone(item: Item): Promise<Outcome<void>> {
    return this.run([item]).then(
      () => ({ result: undefined }),
      (error: unknown) => ({ error }),
    );
  }
}
