import { canonicalJson } from '#core';
import fc from 'fast-check';
import { MemoryLog } from '../testing/memory-log.js';
import { Mirrored } from '../testing/mirrored.js';
import { digest, leafOf, received, receiptLeaves, saltOf, tellingOf, told } from '../testing/samples.js';
import {
  edgeAt,
  leafHash,
  mirroredMax,
  mirrorTelling,
  piecesOf,
  type Leaf,
  type PairContent,
} from './index.js';

const at = '2026-06-01T00:00:00Z';
const SIZE = 700;
const log = new MemoryLog();
log.append(receiptLeaves(SIZE));

/** The same log up to a size, and from there on another. */
function forkedAt(size: number, length: number): MemoryLog {
  const forked = new MemoryLog();
  forked.append(log.leaves.slice(0, size));
  forked.append(Array.from({ length: length - size }, (_, n) => leafOf(received(n, { at }), `fork ${n}`)));
  return forked;
}

function mirroring(size: number): Mirrored {
  const mirrored = new Mirrored();
  for (const piece of piecesOf(edgeAt(0, log.read), log.leaves.slice(0, size))) mirrored.take(told(piece));
  return mirrored;
}

describe('a mirror', () => {
  it('appends what a telling brings, with its leaves, nodes and edge', () => {
    const mirrored = new Mirrored();
    const outcome = mirrored.take(tellingOf(log, 0, 300, { at }));
    expect(outcome).toMatchObject({ is: 'appended', unnamed: [], mirror: { ep: 1, heldAt: at } });
    if (outcome.is !== 'appended') return;
    expect(outcome.mirror.edge).toEqual(edgeAt(300, log.read));
    expect(outcome.nodes).toEqual([{ level: 1, idx: 0, hash: edgeAt(256, log.read).hashes[0] }]);
    expect(outcome.leaves).toEqual(
      log.leaves.slice(0, 300).map((leaf, index) => ({
        ...leaf,
        index,
        reading: { is: 'known', content: received(index) },
      })),
    );
  });

  it('is equal in the end, however tellings are cut, repeated and reordered on their way', () => {
    const stretch = fc
      .tuple(fc.integer({ min: 0, max: SIZE }), fc.integer({ min: 0, max: 512 }))
      .map(([start, length]) => ({ start, size: Math.min(SIZE, start + length) }));
    let [ahead, appended, unchanged] = [0, 0, 0];
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 12 }), (stretches) => {
        const mirrored = new Mirrored();
        for (const { start, size } of stretches) {
          const outcome = mirrored.take(tellingOf(log, start, size));
          const before = mirrored.mirror.edge.size;
          if (outcome.is === 'ahead') {
            expect(outcome).toEqual({ is: 'ahead', code: 'LEDGER_BEHIND', have: before });
            ahead += 1;
            // What it asks for.
            mirrored.take(tellingOf(log, before, Math.min(SIZE, before + 100)));
          } else if (outcome.is === 'appended') appended += 1;
          else if (outcome.is === 'unchanged') unchanged += 1;
          else throw new Error(`an honest telling is ${outcome.is}`);
          expect(mirrored.rows.size).toBe(mirrored.mirror.edge.size);
        }
        while (mirrored.mirror.edge.size < SIZE) {
          const have = mirrored.mirror.edge.size;
          mirrored.take(tellingOf(log, have, Math.min(SIZE, have + 512)));
        }
        expect(mirrored.rows.rows()).toBe(log.rows());
      }),
      { numRuns: 25 },
    );
    expect(Math.min(ahead, appended, unchanged)).toBeGreaterThan(0);
  });

  it('is not changed by what it has; a later checkpoint of the same head is the one to hold', () => {
    const mirrored = mirroring(10);
    const take = (start: number, size: number, over = {}) => mirrored.take(tellingOf(log, start, size, over));
    const later = { at: '2026-06-01T00:00:01Z' };
    expect(take(0, 10)).toEqual({ is: 'unchanged', isNewer: false });
    expect(take(0, 10, later)).toEqual({ is: 'unchanged', isNewer: true });
    expect(take(10, 10, later)).toEqual({ is: 'unchanged', isNewer: true });
    expect(take(10, 10, { at: '2026-05-31T23:59:59Z' })).toEqual({ is: 'unchanged', isNewer: false });
    expect(take(2, 9, later)).toEqual({ is: 'unchanged', isNewer: false });
    expect(new Mirrored().take(tellingOf(log, 0, 0))).toEqual({ is: 'unchanged', isNewer: true });
  });

  it('does not look at entries that it has, or that are too far ahead', () => {
    const mirrored = mirroring(10);
    for (const entries of [undefined, 'junk', [null]]) {
      const takes = (start: number, size: number) =>
        mirrored.take({ ...tellingOf(log, start, size), entries });
      expect(takes(0, 10)).toMatchObject({ is: 'unchanged' });
      expect(takes(11, 20)).toMatchObject({ is: 'ahead', have: 10 });
    }
    const overlapping = tellingOf(log, 5, 20);
    const entries = overlapping.entries.map((entry, index) => (index < 5 ? 'junk' : entry));
    expect(mirrored.take({ ...overlapping, entries })).toMatchObject({ is: 'appended' });
  });

  it('accuses nobody of entries that miss the root', () => {
    const mirrored = mirroring(10);
    const telling = tellingOf(log, 5, 20);
    const other = tellingOf(forkedAt(0, 40), 5, 20);
    const { entries } = telling;
    for (const wrong of [
      other.entries,
      entries.slice(0, -1),
      [...entries, entries[0]],
      entries.toReversed(),
      entries.with(7, null as never),
      entries.with(7, { salt: saltOf('x').toString('base64url'), content: received(12) }),
      entries.with(7, { erased: digest('x').toString('base64url') }),
      undefined,
    ]) {
      const outcome = mirrored.take({ ...telling, entries: wrong });
      expect(outcome).toMatchObject({ is: 'unlike', code: 'LEDGER_ENTRY', have: 10 });
      expect(mirrored.mirror.edge).toEqual(edgeAt(10, log.read));
    }
    expect(mirrored.take(telling)).toMatchObject({ is: 'appended' });
  });

  it('is not changed by whatever comes beside a genuine checkpoint', () => {
    const mirrored = mirroring(10);
    const telling = tellingOf(log, 8, 12);
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 4, maxLength: 4 }), (entries) => {
        expect(mirrored.take({ ...telling, entries })).toMatchObject({ is: 'unlike', have: 10 });
      }),
    );
  });

  it('belongs to one log: its ends and its epoch', () => {
    const { mirror, numbers } = new Mirrored();
    for (const over of [{ from: 'am-nss' }, { to: 'am-nss' }, { ep: 2 }])
      expect(() => mirrorTelling(mirror, tellingOf(log, 0, 5, over), numbers, () => digest(''))).toThrow(
        expect.objectContaining({ code: 'INPUT_INVALID' }),
      );
  });
});

describe('the length of a mirror', () => {
  it('is three leaves for a number of ours, two for one of theirs, and 64', () => {
    expect(mirroredMax({ own: 0, peer: 0 })).toBe(64);
    expect(mirroredMax({ own: 10, peer: 0 })).toBe(94);
    expect(mirroredMax({ own: 10, peer: 7 })).toBe(108);
  });

  it('is not exceeded by what an honest log could not have', () => {
    const mirrored = new Mirrored({ own: 2, peer: 3 });
    expect(mirrored.take(tellingOf(log, 0, 76))).toMatchObject({ is: 'appended' });
    const code = 'LEDGER_ENTRY';
    expect(mirrored.take(tellingOf(log, 76, 77))).toMatchObject({ is: 'too-long', code });
    expect(mirrored.take(tellingOf(log, 80, 90))).toMatchObject({ is: 'too-long', code });
    expect(mirrored.take(tellingOf(log, 0, 76))).toMatchObject({ is: 'unchanged' });
  });
});

describe('a fork', () => {
  const fork = { is: 'fork', code: 'LEDGER_FORK' };
  const forked = forkedAt(7, 60);
  const contradiction = (of: string, size: number) => ({
    ...{ of, size },
    ours: log.rootAt(size),
    theirs: forked.rootAt(size),
  });

  it.each([
    ['at our end', 10, 20, 10],
    ['before our end', 9, 20, 9],
    ['and nothing after it', 10, 10, 10],
  ])('shows in the root of the start, %s', (_, start, size, found) => {
    expect(mirroring(10).take(tellingOf(forked, start, size))).toEqual({
      ...fork,
      contradiction: contradiction('startRoot', found),
    });
  });

  it.each([
    ['at our end', 10],
    ['before our end', 8],
  ])('shows in the root of what we have, %s', (_, size) => {
    expect(mirroring(10).take(tellingOf(forked, 5, size))).toEqual({
      ...fork,
      contradiction: contradiction('root', size),
    });
  });

  it('shows whatever came beside it, and however long it is', () => {
    const mirrored = mirroring(10);
    expect(mirrored.take({ ...tellingOf(forked, 10, 20), entries: 'junk' })).toMatchObject(fork);
    const [none, long] = [{ own: 0, peer: 0 }, forkedAt(7, 100)];
    const short = mirrorTelling(mirroring(80).mirror, tellingOf(long, 80, 100), none, log.rootAt);
    expect(short).toMatchObject(fork);
  });

  it('is not claimed where no signature contradicts: a shorter head of the same log is only old', () => {
    expect(mirroring(10).take(tellingOf(forked, 3, 7))).toMatchObject({ is: 'unchanged' });
    expect(mirroring(10).take(tellingOf(forked, 0, 0))).toMatchObject({ is: 'unchanged' });
  });

  it('after a start that both have is found when we ask for the rest', () => {
    const mirrored = mirroring(10);
    expect(mirrored.take(tellingOf(forked, 6, 20))).toMatchObject({ is: 'unlike', have: 10 });
    expect(mirrored.take(tellingOf(forked, 10, 20))).toMatchObject(fork);
  });

  it('is found wherever it is, before or after our end, and never in an honest log', () => {
    const place = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 50 }), place, (from, size, start) => {
        const mirrored = mirroring(size);
        const other = forkedAt(from, 60);
        const outcome = mirrored.take(tellingOf(other, start, 60));
        if (start > size) expect(outcome).toMatchObject({ is: 'ahead', have: size });
        else if (from < start) expect(outcome).toMatchObject(fork);
        else expect(outcome.is).toBe(from < size ? 'unlike' : 'appended');
        if (outcome.is !== 'appended')
          expect(mirrored.take(tellingOf(other, size, 60)).is).toBe(from < size ? 'fork' : 'appended');
      }),
      { numRuns: 60 },
    );
  });
});

describe('what a mirror takes in', () => {
  const strange = (content: unknown): Leaf => {
    const [salt, text] = [saltOf('strange'), canonicalJson(content)];
    return { salt, text, hash: leafHash(Buffer.concat([salt, Buffer.from(text)])) };
  };
  function readingsOf(leaves: MemoryLog['leaves']): unknown[] {
    const other = new MemoryLog();
    other.append(leaves);
    const outcome = new Mirrored().take(tellingOf(other, 0, leaves.length));
    if (outcome.is !== 'appended') throw new Error(outcome.is);
    return outcome.leaves.map(({ reading }) => reading);
  }

  it('has effect only where it is known; a faulty content stands alone', () => {
    const readings = readingsOf([
      strange({ kind: 'vote', for: 'it' }),
      strange({ kind: 'sent' }),
      leafOf(received(1)),
    ]);
    expect(readings).toMatchObject([
      { is: 'unknown' },
      { is: 'faulty' },
      { is: 'known', content: received(1) },
    ]);
  });

  const erasedLeaf = (leaf: Leaf) => ({ hash: leaf.hash, salt: null, text: null });
  const naming = (index: number, ep = 1) =>
    leafOf({ kind: 'erased', ep, index, at } satisfies PairContent, `${ep} ${index}`);
  const told = (leaves: MemoryLog['leaves']) => {
    const other = new MemoryLog();
    other.append(leaves);
    return new Mirrored().take(tellingOf(other, 0, leaves.length));
  };
  const [one, two] = [leafOf(received(1)), leafOf(received(2))];

  it('may be the hash of what was erased, which a later leaf names', () => {
    const outcome = told([erasedLeaf(one), two, naming(0)]);
    expect(outcome).toMatchObject({
      is: 'appended',
      unnamed: [],
      leaves: [{ hash: one.hash, salt: null, text: null, reading: { is: 'erased' } }, {}, {}],
    });
  });

  it.each([
    ['by nothing', [erasedLeaf(one), two], [0]],
    ['for another', [erasedLeaf(one), naming(2), two], [0]],
    ['in another epoch', [erasedLeaf(one), naming(0, 2)], [0]],
    ['before it', [naming(1), erasedLeaf(one)], [1]],
    ['itself by another', [erasedLeaf(one), erasedLeaf(two), naming(0)], [1]],
    ['before it and after it', [naming(1), erasedLeaf(one), naming(1)], []],
    ['after it, when it was named before', [erasedLeaf(one), naming(0), naming(0)], []],
  ])('and named %s is kept in mind', (_, leaves, unnamed) => {
    expect(told(leaves)).toMatchObject({ is: 'appended', unnamed });
  });
});
