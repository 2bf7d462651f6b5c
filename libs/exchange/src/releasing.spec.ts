import { createHash } from 'node:crypto';
import {
  keyOf,
  LoadedRows,
  type MessageRow,
  type PairRow,
  settleIn,
  settleOut,
  type StateRow,
} from './index.js';
import type { Circumstances } from './settlement.js';

const [OWN, PEER] = ['kz-knb', 'by-mvd'];
const AT = Date.parse('2026-06-01T00:00:00Z');
const WAITING = 120;
/** Of one pair in one transaction: its lock is held for as long. */
const AT_ONCE = 50;

const circumstances = {
  ...{ at: AT, registerMark: '', firstEpoch: 1, nodeOf: () => 'by', isRevoked: () => false },
  basis: { register: undefined, busLevelMax: 'open' },
  random: (count: number) => Buffer.alloc(count),
  bounds: { nodeRowsMax: 999, nodeBytesMax: 9_000 },
} as unknown as Circumstances;

const hashOf = (n: number) => createHash('sha256').update(String(n)).digest('base64url');
const idOf = (n: number) => `01890a5d-ac96-774b-bcce-${n.toString(16).padStart(12, '0')}`;

/** Messages that expired while they waited for one before them, which has come. */
function waiting(): LoadedRows {
  const rows = new LoadedRows(true);
  const numbers = Array.from({ length: WAITING }, (_, index) => index + 2);
  rows.set('pair', keyOf.pair(OWN, PEER), {
    ...{ own: OWN, peer: PEER, outEp: 1, outN: 0, outD: null, outTotal: 0 },
    ...{
      inEp: 1,
      inN: WAITING + 1,
      inD: null,
      inTotal: WAITING + 1,
      gaps: [],
      duplicates: 0,
      receiptedTo: 0,
    },
    waiting: numbers.map((n) => ({ ep: 1, n, bytes: 1 })),
    log: { size: 0, hashes: [] },
  } satisfies PairRow);
  for (const n of numbers) {
    const key = keyOf.message(OWN, PEER, 'in', 1, n);
    const place = { own: OWN, peer: PEER, direction: 'in', ep: 1, n, prev: null, id: idOf(n), D: hashOf(n) };
    rows.set('message', key, { ...place, expiresAt: AT, attachments: [] } as unknown as MessageRow);
    rows.set('state', key, { status: 'waiting', storedAt: AT } as unknown as StateRow);
    const sealProtected = Buffer.from('{}').toString('base64url');
    rows.set('content', key, { payload: Buffer.from('{}'), officers: [], sealProtected, sealSignature: '' });
  }
  return rows;
}

it('what waited is judged in its order, a few at a time', () => {
  const rows = waiting();
  const release = { kind: 'release', own: OWN, peer: PEER } as const;
  const judged = (members = 1) => {
    const settled = settleIn(rows, Array<typeof release>(members).fill(release), circumstances);
    rows.apply(settled.changes);
    return { count: settled.changes.state?.size ?? 0, more: settled.more };
  };
  const pair = { own: OWN, peer: PEER };
  // However many members of a batch release, it is one transaction.
  expect(judged(3)).toEqual({ count: AT_ONCE, more: [pair] });
  expect(rows.get('pair', keyOf.pair(OWN, PEER))?.waiting[0]?.n).toBe(AT_ONCE + 2);
  expect(judged()).toEqual({ count: AT_ONCE, more: [pair] });
  expect(judged()).toEqual({ count: WAITING - 2 * AT_ONCE, more: [] });
  expect(rows.get('pair', keyOf.pair(OWN, PEER))?.waiting).toEqual([]);
});

it('a message that cannot leave gets its error, and leaves nothing', () => {
  const payload = { from: OWN, to: PEER, id: idOf(1), case: idOf(1), exp: AT / 1000, attachments: [] };
  const outgoing = { payload, roles: [] } as unknown as Parameters<typeof settleOut>[1][number];
  const member = { kind: 'message', outgoing } as unknown as Parameters<typeof settleOut>[1][number];
  const { left, changes } = settleOut(new LoadedRows(true), [member], circumstances);
  expect(left).toMatchObject([{ ok: false, error: { code: 'ENVELOPE_EXPIRED' } }]);
  expect(changes).toEqual({});
});
