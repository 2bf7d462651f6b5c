import { createHash } from 'node:crypto';
import type { Node } from './node.js';

/** 16 MiB, whatever is counted. */
const BITS = 2 ** 27;

/**
 * About how many different states the nodes were in, by linear counting (Whang, Vander-Zanden and Taylor 1990): each state sets a bit, and the
 * share of bits that are not set tells how many there were. A state is where all sequences, gaps and logs stand; names and bytes do not
 * count.
 */
export class States {
  private readonly bits = new Uint8Array(BITS / 8);

  note(nodes: readonly Node[]): void {
    const text = JSON.stringify(nodes.map(stateOf));
    const bit = createHash('sha1').update(text).digest().readUInt32BE(0) % BITS;
    this.bits[bit >> 3] = (this.bits[bit >> 3] ?? 0) | (1 << (bit & 7));
  }

  /** An estimate, good to a few in a thousand up to 10⁸. */
  get count(): number {
    const unset = this.bits.reduce((sum, byte) => sum + (UNSET_IN[byte] ?? 0), 0);
    return Math.round(-BITS * Math.log(unset / BITS));
  }
}

const UNSET_IN = Array.from({ length: 256 }, (_, byte) => 8 - byte.toString(2).replaceAll('0', '').length);

function stateOf({ own, database }: Node): unknown {
  const pairs = [...database.entries('pair')].map(([, pair]) => {
    const { peer, outN, inN, gaps, waiting, log, receiptedTo } = pair;
    return [
      peer,
      outN,
      inN,
      gaps.map(({ from, to }) => [from, to]),
      waiting.map(({ n }) => n),
      log.size,
      receiptedTo,
    ];
  });
  const mirrors = [...database.entries('mirror')].map(([, { edge, stopped }]) => [edge.size, stopped]);
  const left = (['outbox', 'held', 'deferred', 'overdue'] as const).map(
    (table) => [...database.entries(table)].length,
  );
  return [own, pairs, mirrors, left];
}
