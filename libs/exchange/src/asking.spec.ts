import { type Checkpoint, type Jws } from '#envelope';
import { append, checkpointOf, EMPTY_EDGE, entryOf, pairLeaf, piecesOf } from '#ledger';
import { keyOf, LoadedRows, type Row, settleLog } from './index.js';
import type { Circumstances } from './settlement.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const ENDS = { from: 'by-mvd', to: 'kz-knb' };
const hash = (index: number) => Buffer.alloc(32, index).toString('base64url');
const id = (index: number) => `01890a5d-ac96-774b-bcce-b3020000000${index}`;

/** A log of the peer that says what it has sent, in tellings of one entry each. */
const leaves = [1, 2, 3].map((n) =>
  pairLeaf(
    { kind: 'sent', D: hash(n), id: id(n), ep: 1, n, at: '2026-06-01T00:00:00Z' },
    Buffer.alloc(16, n),
  ),
);
const TELLINGS = leaves.map((leaf, index) => {
  const before = append(
    EMPTY_EDGE,
    leaves.slice(0, index).map((one) => one.hash),
  ).edge;
  const [piece] = piecesOf(before, [leaf]);
  if (!piece) throw new Error('a telling has a piece');
  const about = { ...ENDS, ep: 1, seen: null, internal: null, at: '2026-06-01T00:00:00Z' };
  const checkpoint: Checkpoint = checkpointOf(piece, about);
  const jws: Jws = { payload: Buffer.from(JSON.stringify(checkpoint)).toString('base64url'), signatures: [] };
  return { checkpoint, jws, entries: [entryOf(leaf)] };
});

function circumstances(): Circumstances {
  return {
    at: NOW,
    registerMark: '',
    random: (bytes: number) => Buffer.alloc(bytes),
    firstEpoch: 1,
    bounds: { nodeRowsMax: 9, nodeBytesMax: 9_000 },
  } as Circumstances;
}

/** Takes tellings one after the other. @returns what is asked for then */
function asked(...order: readonly number[]): Row<'outbox'> | null {
  const rows = new LoadedRows(true);
  for (const index of order) {
    const told = TELLINGS[index];
    if (!told) throw new Error('there are three tellings');
    const body = { kind: 'telling', exchange: 'out.by', queue: 'kz.from.by', sha256: hash(index), bytes: 1 };
    const delivered = { node: 'by', body, attempts: 0 };
    rows.apply(settleLog(rows, [{ kind: 'telling', delivered, told }], circumstances()).changes);
  }
  return rows.get('outbox', keyOf.statement('kz-knb', 'by-mvd', 'valise-log-ask+jws', '1')) ?? null;
}

describe('what is missing of a log', () => {
  it('is asked for from where ours ends', () => {
    expect(asked(2)).toMatchObject({ content: { have: 0 }, until: 3, dueAt: NOW + 1_000 });
    expect(asked(0, 2)).toMatchObject({ content: { have: 1 }, until: 3 });
  });

  it('is asked for once, up to the farthest that was told of', () => {
    expect(asked(1, 2)).toMatchObject({ content: { have: 0 }, until: 3 });
    expect(asked(2, 1)).toMatchObject({ content: { have: 0 }, until: 3 });
  });

  it('is still asked for when a part of it has come', () => {
    expect(asked(2, 0)).toMatchObject({ content: { have: 1 }, until: 3 });
  });

  it.each([[[0]], [[0, 1, 2]], [[1, 0, 1]], [[2, 0, 1, 2]]])('is nothing when all has come (%j)', (order) => {
    expect(asked(...order)).toBeNull();
  });
});

/** A log whose entries are given, in one telling. */
function tellingOf(ep: number, contents: readonly Parameters<typeof pairLeaf>[0][]) {
  const own = contents.map((content, index) => pairLeaf(content, Buffer.alloc(16, index)));
  const [piece] = piecesOf(EMPTY_EDGE, own);
  if (!piece) throw new Error('a telling has a piece');
  const about = { ...ENDS, ep, seen: null, internal: null, at: '2026-06-01T00:00:00Z' };
  const checkpoint: Checkpoint = checkpointOf(piece, about);
  const jws: Jws = { payload: Buffer.from(JSON.stringify(checkpoint)).toString('base64url'), signatures: [] };
  return { checkpoint, jws, entries: own.map((leaf) => entryOf(leaf)) };
}

function taken(rows: LoadedRows, told: ReturnType<typeof tellingOf>) {
  const body = { kind: 'telling', exchange: 'out.by', queue: 'kz.from.by', sha256: hash(9), bytes: 1 };
  const member = { kind: 'telling', delivered: { node: 'by', body, attempts: 0 }, told } as const;
  const { changes, taken: outcomes } = settleLog(rows, [member], circumstances());
  rows.apply(changes);
  return outcomes[0];
}

const asks = (rows: LoadedRows) => [...rows.entries('outbox')].map(([key]) => key);
const begun = (ep: number, size: number, of = ep - 1) =>
  ({
    kind: 'epoch',
    ep,
    last: { ep: of, size, root: hash(8) },
    at: '2026-06-01T00:00:00Z',
  }) as const;

/** The peer sends in epoch 5. */
function inEpochFive(): LoadedRows {
  const rows = new LoadedRows(true);
  rows.set('pair', keyOf.pair('kz-knb', 'by-mvd'), {
    ...{
      own: 'kz-knb',
      peer: 'by-mvd',
      outEp: 1,
      outN: 0,
      outD: null,
      outTotal: 0,
      inEp: 5,
      inN: 0,
      inD: null,
    },
    ...{ inTotal: 0, gaps: [], waiting: [], log: EMPTY_EDGE, receiptedTo: 0, duplicates: 0 },
  });
  return rows;
}

describe('the log of an epoch that ended', () => {
  it('is asked for when the first entry of the next one tells how far it went', () => {
    const rows = inEpochFive();
    expect(taken(rows, tellingOf(5, [begun(5, 3)]))).toBe('appended');
    expect(asks(rows)).toEqual([keyOf.statement('kz-knb', 'by-mvd', 'valise-log-ask+jws', '4')]);
  });

  it.each([
    ['is not of an earlier epoch', [begun(5, 3, 5)]],
    ['is longer than any log of theirs can be', [begun(5, 100_000)]],
    ['is told of by a later entry', [begun(5, 0), begun(5, 3, 4)]],
  ])('is not asked for where it %s', (_, contents) => {
    const rows = inEpochFive();
    expect(taken(rows, tellingOf(5, contents))).toBe('appended');
    expect(asks(rows)).toEqual([]);
  });

  it('is taken where its epoch was stated, asked for, or the first of all, and not otherwise', () => {
    const rows = inEpochFive();
    const told = (ep: number) => taken(rows, tellingOf(ep, [begun(ep, 0, 0)]));
    expect([told(1), told(5)]).toEqual(['appended', 'appended']);
    expect([told(2), told(3)]).toEqual(['unlike', 'unlike']);
    expect([...rows.entries('mirror')]).toHaveLength(2);
    const statement = { hash: hash(1), content: {}, answeredAt: NOW, lost: null };
    rows.set('epoch', keyOf.epoch('kz-knb', 'by-mvd', 'in', 2), statement);
    rows.set('outbox', keyOf.statement('kz-knb', 'by-mvd', 'valise-log-ask+jws', '3'), {
      ...{ kind: 'statement', own: 'kz-knb', peer: 'by-mvd', typ: 'valise-log-ask+jws' },
      ...{ content: {}, dueAt: NOW, until: 1 },
    });
    expect([told(2), told(3)]).toEqual(['appended', 'appended']);
  });
});
