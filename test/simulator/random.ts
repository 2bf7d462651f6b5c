import { createHash } from 'node:crypto';

/** Mulberry32: a seed reproduces a run. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Goes on as if it had begun with a part of a run: what a part draws does not depend on the parts before it. */
  begin(seed: number, part: number): void {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(part + 1, 0x85ebca6b)) >>> 0;
  }

  /** From 0 up to 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}

/** Bytes that follow from a name, in their order: what the shell draws from the operating system. */
export function bytesOf(name: string): (bytes: number) => Buffer {
  let drawn = 0;
  return (bytes) => createHash('sha256').update(`${name} ${drawn++}`).digest().subarray(0, bytes);
}

/** A UUIDv7 of an instant, by a name. */
export function uuidOf(name: string, at: number): string {
  const hash = createHash('sha256').update(name).digest('hex');
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}
