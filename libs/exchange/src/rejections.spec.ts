import type { CaseState } from '#cases';
import type { Checkpoint, Jws } from '#envelope';
import { checkpointOf, EMPTY_EDGE, entryOf, pairLeaf, piecesOf } from '#ledger';
import { type Facts, keyOf, LoadedRows, Missing, type Row, settleLog, type TableName } from './index.js';
import type { Circumstances } from './settlement.js';

const [OWN, PEER] = ['kz-knb', 'by-mvd'];
const AT = '2026-06-01T00:00:00Z';
const NOW = Date.parse(AT);
const hash = (index: number) => Buffer.alloc(32, index).toString('base64url');
const id = (n: number) => `01890a5d-ac96-774b-bcce-${String(n).padStart(12, '0')}`;

/** How many rows were looked at. */
class Counting implements Facts {
  reads = 0;

  constructor(private readonly rows: Facts) {}

  get<T extends TableName>(table: T, key: string): Row<T> | null | undefined {
    this.reads += 1;
    return this.rows.get(table, key);
  }
}

/** Messages of ours, one to a case or all to one, and a telling of the peer that rejects all of them. */
function rejected(messages: number, cases: number) {
  const rows = new LoadedRows(true);
  const caseOf = (n: number) => id(((n - 1) % cases) + 1);
  rows.set('pair', keyOf.pair(OWN, PEER), {
    ...{ own: OWN, peer: PEER, outEp: 1, outN: messages, outD: hash(1), outTotal: messages },
    ...{ inEp: 1, inN: 0, inD: null, inTotal: 0, gaps: [], waiting: [] },
    ...{ log: EMPTY_EDGE, receiptedTo: 0, duplicates: 0 },
  });
  const keys = Array.from({ length: messages }, (_, index) => keyOf.message(OWN, PEER, 'out', 1, index + 1));
  for (const [index, key] of keys.entries()) {
    const n = index + 1;
    rows.set('message', key, {
      ...{ own: OWN, peer: PEER, direction: 'out', ep: 1, n, id: id(n), caseId: caseOf(n), D: hash(n % 256) },
      ...{ type: 'request', level: 'open', instrument: 'cis-it-crime-2018', prev: null, bytes: 1 },
      ...{ event: null, decision: null, createdBy: null, createdAt: NOW, sentAt: NOW, expiresAt: NOW },
      attachments: [],
    });
    rows.set('state', key, {
      ...{ status: 'sent', storedAt: null, acceptedAt: null, judgedAt: null },
      ...{ rejection: null, decision: null, registerMark: '' },
    });
  }
  for (let n = 1; n <= cases; n++) {
    const key = keyOf.case(OWN, id(n));
    rows.set('case', key, {
      ...{
        own: OWN,
        id: id(n),
        counterpart: PEER,
        instrument: 'cis-it-crime-2018',
        openedAt: 0,
        updatedAt: 0,
      },
      state: { requestId: id(n) } as CaseState,
    });
    rows.set('caseMessages', key, { keys: keys.filter((_, index) => caseOf(index + 1) === id(n)) });
  }
  const leaves = keys.map((_, index) => {
    const n = index + 1;
    const about = { D: hash(n % 256), id: id(n), ep: 1, n, at: AT };
    return pairLeaf({ kind: 'received', ...about, stage: 'rejected', code: 'CONFLICT' }, Buffer.alloc(16, n));
  });
  const [piece] = piecesOf(EMPTY_EDGE, leaves);
  if (!piece) throw new Error('a telling has a piece');
  const about = { from: PEER, to: OWN, ep: 1, seen: null, internal: null, at: AT };
  const checkpoint: Checkpoint = checkpointOf(piece, about);
  const jws: Jws = { payload: Buffer.from(JSON.stringify(checkpoint)).toString('base64url'), signatures: [] };
  return { rows, told: { checkpoint, jws, entries: leaves.map((leaf) => entryOf(leaf)) } };
}

function settle(facts: Facts, told: ReturnType<typeof rejected>['told']) {
  const body = { kind: 'telling', exchange: 'out.by', queue: 'kz.from.by', sha256: hash(9), bytes: 1 };
  const circumstances = {
    ...{ at: NOW, registerMark: '', firstEpoch: 1, random: (bytes: number) => Buffer.alloc(bytes) },
    bounds: { nodeRowsMax: 9, nodeBytesMax: 9_000 },
  } as Circumstances;
  const member = { kind: 'telling', delivered: { node: 'by', body, attempts: 0 }, told } as const;
  return settleLog(facts, [member], circumstances);
}

function readsOf(messages: number): number {
  const { rows, told } = rejected(messages, 1);
  const counting = new Counting(rows);
  const { changes, taken } = settle(counting, told);
  expect([taken, changes.state?.size, changes.case?.size]).toEqual([['appended'], messages, 1]);
  return counting.reads;
}

/** How often rows had to be loaded before the telling could be settled. */
function roundsOf(messages: number): number {
  const { rows, told } = rejected(messages, messages);
  const loaded = new LoadedRows();
  for (let rounds = 1; ; rounds++)
    try {
      expect(settle(loaded, told).changes.case?.size).toBe(messages);
      return rounds;
    } catch (thrown) {
      if (!(thrown instanceof Missing)) throw thrown;
      for (const { table, key } of thrown.names) loaded.set(table, key, rows.get(table, key) ?? null);
    }
}

describe('many rejections in one telling', () => {
  it('of one case read as many times more rows as there are more of them', () => {
    const [few, many] = [readsOf(25), readsOf(250)];
    expect(many / few).toBeLessThan(12);
  });

  it('of as many cases are settled after as many rounds of loading as a few', () => {
    expect(roundsOf(40)).toBe(roundsOf(2));
  });
});
