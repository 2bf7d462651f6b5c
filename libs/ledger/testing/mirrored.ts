import {
  emptyMirror,
  mirrorTelling,
  rootsNeeded,
  type Mirror,
  type MirrorOutcome,
  type Numbers,
  type ToldBy,
} from '../src/index.js';
import { MemoryLog } from './memory-log.js';
import { AUTHORITIES } from './offices.js';

/** The mirror that `kz` keeps of the log of `by`, with its rows, as a shell would run it. */
export class Mirrored {
  readonly rows = new MemoryLog();
  /** Erased entries that no leaf has named yet. */
  readonly unnamed = new Set<number>();

  constructor(
    readonly numbers: Numbers = { own: 10_000, peer: 0 },
    public mirror: Mirror = emptyMirror({ own: AUTHORITIES.kz, peer: AUTHORITIES.by, ep: 1 }),
  ) {}

  take(told: ToldBy): MirrorOutcome {
    const needed = new Set(rootsNeeded(this.mirror, told.checkpoint));
    const outcome = mirrorTelling(this.mirror, told, this.numbers, (size) => {
      if (!needed.has(size)) throw new Error(`the root of ${size} was not asked for`);
      return this.rows.rootAt(size);
    });
    if (outcome.is === 'appended') {
      this.mirror = outcome.mirror;
      const leaves = outcome.leaves.map(({ hash, salt, text }) =>
        salt === null || text === null ? { hash, salt: null, text: null } : { hash, salt, text },
      );
      this.rows.write(outcome.mirror.edge, leaves, outcome.nodes);
      for (const index of outcome.unnamed) this.unnamed.add(index);
    }
    return outcome;
  }
}
