import { createHash } from 'node:crypto';

const WORDS = 4;
const SLOTS_FIRST = 4096;

/**
 * The ids seen so far, in some 32 bytes each whatever their length: the first 128 bits of their SHA-256, which no two ids
 * share that anybody could find. A set of strings would not fit into the memory that a file of millions may take.
 */
export class SeenIds {
  #table = new Uint32Array(SLOTS_FIRST * WORDS);
  #count = 0;

  /** @returns whether it is new */
  add(id: string): boolean {
    const digest = createHash('sha256').update(id).digest();
    // A free slot has a zero in its first word, so no id may: its lowest bit is always set.
    digest.writeUInt8(digest.readUInt8(0) | 1, 0);
    const words = [0, 4, 8, 12].map((offset) => digest.readUInt32LE(offset));
    if (!insert(this.#table, words)) return false;
    this.#count += 1;
    if (this.#count * WORDS * 2 > this.#table.length) this.#grow();
    return true;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#table.length * 2);
    for (let at = 0; at < this.#table.length; at += WORDS)
      if (this.#table[at] !== 0) insert(larger, this.#table.subarray(at, at + WORDS));
    this.#table = larger;
  }
}

/** Open addressing: the first free slot from where the second word points. @returns whether it was not there yet */
function insert(table: Uint32Array, words: ArrayLike<number>): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = [words[0], words[1], words[2], words[3]];
  const last = table.length - 1;
  let at = (b * WORDS) & last;
  for (; table[at] !== 0; at = (at + WORDS) & last)
    if (table[at] === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d) return false;
  table.set([a, b, c, d], at);
  return true;
}
