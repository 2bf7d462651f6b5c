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
