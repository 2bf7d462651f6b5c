import { edgeAt, INTERNAL_CONTENT_BYTES_MAX, type Leaf, rootOf, statementHash } from '#ledger';
import { keyOf, type Keeping, LoadedRows, type Row, settleInternal } from './index.js';
import type { Circumstances } from './settlement.js';

const [OWN, OTHER, PEER] = ['kz-knb', 'kz-mvd', 'by-mvd'];
const NOW = Date.parse('2026-06-01T00:00:00.500Z');
const HOUR_MS = 3_600_000;

let rows: LoadedRows;
let at: number;
beforeEach(() => {
  rows = new LoadedRows(true);
  at = NOW;
});

function settle(member: Keeping) {
  const circumstances = { at, random: (bytes: number) => Buffer.alloc(bytes, 7), firstEpoch: 1 };
  const { changes, heads } = settleInternal(rows, [member], circumstances as Circumstances);
  rows.apply(changes);
  return heads[0];
}

function queue(key: string, row: Partial<Row<'internal'>> = {}): void {
  rows.set('internal', key, { own: OWN, kind: 'decision', content: { key }, at, ...row });
}

function entries(own = OWN): object[] {
  const { size } = rows.get('internalLog', own)?.edge ?? { size: 0 };
  return Array.from({ length: size }, (_, index) => {
    const { text } = rows.get('leaf', keyOf.internalLeaf(own, index)) as Leaf;
    return JSON.parse(text) as object;
  });
}

describe('entries of the internal log', () => {
  it('get places in the order of their times, and leave the queue', () => {
    queue('b', { at: NOW + 1 });
    queue('c');
    queue('a', { at: NOW + 1 });
    settle({ kind: 'sequence', own: OWN, keys: ['a', 'b', 'c'] });
    expect(entries()).toEqual(
      ['c', 'a', 'b'].map((key) => ({ kind: 'decision', key, at: '2026-06-01T00:00:00Z' })),
    );
    expect([...rows.entries('internal')]).toEqual([]);
  });

  it('are of one authority alone, and those that somebody else took are none', () => {
    queue('a', { own: OTHER });
    queue('b');
    settle({ kind: 'sequence', own: OWN, keys: ['a', 'b', 'gone'] });
    expect(entries()).toMatchObject([{ key: 'b' }]);
    expect([...rows.entries('internal')].map(([key]) => key)).toEqual(['a']);
  });

  it('go on where the log ends, whose head covers them', () => {
    for (const key of ['a', 'b', 'c']) {
      queue(key);
      settle({ kind: 'sequence', own: OWN, keys: [key] });
    }
    const edge = rows.get('internalLog', OWN)?.edge;
    if (!edge) throw new Error('the log is there');
    const leaves = [0, 1, 2].map((index) => rows.get('leaf', keyOf.internalLeaf(OWN, index))?.hash);
    const read = ({ from, to }: { from: number; to: number }) => leaves.slice(from, to) as Buffer[];
    expect(rootOf(edge)).toEqual(rootOf(edgeAt(3, read)));
    expect(entries()).toMatchObject([{ key: 'a' }, { key: 'b' }, { key: 'c' }]);
  });

  it('that are too long are named by their hash', () => {
    const frame = JSON.stringify({ at: '2026-06-01T00:00:00Z', kind: 'decision', x: '' }).length;
    queue('a', { content: { x: 'x'.repeat(INTERNAL_CONTENT_BYTES_MAX - frame) } });
    queue('b', { content: { x: 'x'.repeat(INTERNAL_CONTENT_BYTES_MAX - frame + 1) } });
    settle({ kind: 'sequence', own: OWN, keys: ['a', 'b'] });
    expect(entries()).toMatchObject([
      { x: expect.any(String) as unknown },
      { kind: 'decision', bytes: INTERNAL_CONTENT_BYTES_MAX + 1, sha256: expect.any(String) as unknown },
    ]);
  });

  it('leave no trace where there are none', () => {
    settle({ kind: 'sequence', own: OWN, keys: [] });
    expect(rows.get('internalLog', OWN)).toBeNull();
  });
});

describe('a member that throws', () => {
  it('leaves nothing, is named with its error, and spoils no other', () => {
    queue('a');
    queue('b', {
      own: OTHER,
      content: {
        toJSON: () => {
          throw new Error('a broken row');
        },
      },
    });
    queue('c', { own: PEER });
    const members = [OWN, OTHER, PEER].map((own, index): Keeping => ({
      kind: 'sequence',
      own,
      keys: ['abc'.charAt(index)],
    }));
    const circumstances = { at, random: (bytes: number) => Buffer.alloc(bytes, 7), firstEpoch: 1 };
    const { changes, heads, faults } = settleInternal(rows, members, circumstances as Circumstances);
    rows.apply(changes);
    expect([entries(OWN), entries(OTHER), entries(PEER)].map(({ length }) => length)).toEqual([1, 0, 1]);
    expect([...rows.entries('internal')].map(([key]) => key)).toEqual(['b']);
    expect(heads).toEqual([undefined, undefined, undefined]);
    expect(faults).toMatchObject([{ member: 1, error: expect.any(Error) as unknown }]);
  });
});

describe('heads of all logs', () => {
  const checkpoint = { payload: 'e30', signatures: [] };
  const heads = { peers: [PEER], mirrors: [{ peer: PEER, ep: 1 }], books: { 'list:KZ': 'hash' } };

  function prepare(): void {
    const none = { heldAt: null, sent: null, stopped: null, seenAmiss: null };
    rows.set('mirror', keyOf.mirror(OWN, PEER, 1), {
      ...none,
      checkpoint,
      edge: { size: 1, hashes: [Buffer.alloc(32, 9)] },
    });
  }

  it('are noted with the books, under one head to be sealed', () => {
    prepare();
    const head = settle({ kind: 'heads', own: OWN, heads });
    expect(entries()).toMatchObject([
      { kind: 'log-head', peer: PEER, ep: 1, size: 0 },
      { kind: 'mirror-head', peer: PEER, ep: 1, size: 1, checkpoint: statementHash(checkpoint) },
      { kind: 'book', book: 'list:KZ', hash: 'hash' },
    ]);
    const edge = rows.get('internalLog', OWN)?.edge;
    if (!edge) throw new Error('the log is there');
    expect(head).toEqual({
      ...{ by: OWN, size: 3, root: rootOf(edge).toString('base64url'), at: '2026-06-01T00:00:00Z' },
      salt: Buffer.alloc(16, 7).toString('base64url'),
    });
  });

  it('are noted each hour', () => {
    expect(settle({ kind: 'heads', own: OWN, heads })).toBeDefined();
    at += HOUR_MS - 1;
    expect(settle({ kind: 'heads', own: OWN, heads })).toBeUndefined();
    at += 1;
    expect(settle({ kind: 'heads', own: OWN, heads })).toBeDefined();
  });

  it('are none of a mirror that has no checkpoint yet', () => {
    prepare();
    const mirrors = [...heads.mirrors, { peer: OTHER, ep: 1 }];
    settle({ kind: 'heads', own: OWN, heads: { peers: [], mirrors, books: {} } });
    expect(entries()).toMatchObject([{ kind: 'mirror-head', peer: PEER }]);
  });

  it('are named by checkpoints once they are sealed', () => {
    settle({ kind: 'heads', own: OWN, heads });
    expect(rows.get('internalLog', OWN)?.statement).toBeNull();
    settle({ kind: 'sealed', own: OWN, hash: 'the hash' });
    expect(rows.get('internalLog', OWN)).toMatchObject({ statement: 'the hash', headsAt: NOW });
  });
});
