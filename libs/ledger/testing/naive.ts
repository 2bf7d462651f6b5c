import { createHash } from 'node:crypto';

/** The definitions of RFC 9162 sections 2.1.1, 2.1.3.1 and 2.1.4.1, as they stand there: recursive, over all leaves. */

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** k, the largest power of two smaller than n. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

export const naiveLeaf = (entry: Uint8Array): Buffer => sha256(Buffer.from([0]), entry);

/** @param leaves their hashes; over thousands of them it hashes for a while */
export class NaiveTree {
  private readonly known = new Map<string, Buffer>();

  constructor(private readonly leaves: readonly Buffer[]) {}

  /** MTH(D[from:to]). */
  mth(from: number, to: number): Buffer {
    if (to === from) return sha256();
    if (to - from === 1) return this.leaves[from] ?? Buffer.alloc(0);
    const key = `${from} ${to}`;
    const found = this.known.get(key);
    if (found) return found;
    const k = split(to - from);
    const made = sha256(Buffer.from([1]), this.mth(from, from + k), this.mth(from + k, to));
    this.known.set(key, made);
    return made;
  }

  /** PATH(m, D[from:to]). */
  path(m: number, to: number, from = 0): Buffer[] {
    if (to - from === 1) return [];
    const k = split(to - from);
    return m < k
      ? [...this.path(m, from + k, from), this.mth(from + k, to)]
      : [...this.path(m - k, to, from + k), this.mth(from, from + k)];
  }

  /** PROOF(m, D_n) = SUBPROOF(m, D_n, true). */
  proof(m: number, n: number): Buffer[] {
    return this.subproof(m, 0, n, true);
  }

  private subproof(m: number, from: number, to: number, b: boolean): Buffer[] {
    if (m === to - from) return b ? [] : [this.mth(from, to)];
    const k = split(to - from);
    return m <= k
      ? [...this.subproof(m, from, from + k, b), this.mth(from + k, to)]
      : [...this.subproof(m - k, from + k, to, false), this.mth(from, from + k)];
  }
}
