import type { LogAsk } from '#envelope';
import { emptyMirror, mirrorTelling, type Mirror, TELLING_ENTRIES_MAX } from '#ledger';
import {
  type Fault,
  keyOf,
  LoadedRows,
  type Row,
  settleTelling,
  type Speaking,
  type ToTell,
  View,
} from './index.js';
import { appendLeaf } from './log.js';
import { type Circumstances, instantAt, pairOf } from './settlement.js';

const OWN = 'kz-knb';
const PEER = 'by-mvd';
const NOW = Date.parse('2026-06-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const hash = (index: number) => Buffer.alloc(32, index).toString('base64url');

/** A node's tables and its clock. */
class Teller {
  readonly rows = new LoadedRows(true);
  at = NOW;

  private get circumstances(): Circumstances {
    return { at: this.at, random: (bytes: number) => Buffer.alloc(bytes, 7), firstEpoch: 1 } as Circumstances;
  }

  /** Appends leaves to the log for the peer. */
  log(kind: 'sent' | 'received', count = 1): void {
    const view = new View(this.rows);
    for (let index = 0; index < count; index++) {
      const pair = pairOf(view, this.circumstances, OWN, PEER);
      const content = { D: hash(1), id: ID, ep: 1, n: pair.log.size + 1, at: '2026-06-01T00:00:00Z' };
      appendLeaf(
        view,
        this.circumstances,
        pair,
        kind === 'sent' ? { kind, ...content } : { kind, ...content, stage: 'accepted' },
      );
    }
    this.rows.apply(view.changes());
  }

  speak(...members: readonly Speaking[]): readonly ToTell[] {
    const { changes, toTell, faults } = settleTelling(this.rows, members, this.circumstances);
    this.rows.apply(changes);
    this.faults = faults;
    return toTell.flat();
  }
  faults: readonly Fault[] = [];

  due(evenEmpty = false): readonly ToTell[] {
    return this.speak({ kind: 'due', own: OWN, peer: PEER, evenEmpty });
  }

  /** Signs an ask, now or at another time, which then comes. */
  ask(have: number, ep = 1, signedAt = this.at): readonly ToTell[] {
    const ask: LogAsk = { from: PEER, to: OWN, ep, have, at: instantAt(signedAt) };
    const asking = { hash: hash(++this.asks % 256), iat: Math.floor(signedAt / 1000) };
    return this.speak({ kind: 'ask', ask, asking });
  }
  private asks = 0;

  get alarms(): object[] {
    return [...this.rows.entries('internal')].map(([, { kind, content }]) => ({ kind, ...content }));
  }

  confirm(told: readonly ToTell[]): void {
    for (const { checkpoint } of told) this.speak({ kind: 'told', checkpoint });
  }

  put(row: Partial<Row<'mirror'>>): void {
    const none = { checkpoint: null, heldAt: null, sent: null, stopped: null, seenAmiss: null };
    const edge = { size: 0, hashes: [] };
    this.rows.set('mirror', keyOf.mirror(OWN, PEER, 1), { edge, ...none, ...row });
  }
}
const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

const stretch = ({ checkpoint: { start, size }, entries }: ToTell) => [start, size, entries.length];

/** What a counterpart makes of tellings that it gets in their order. */
function mirrored(told: readonly ToTell[]): Mirror {
  const log = { own: PEER, peer: OWN, ep: 1 };
  return told.reduce<Mirror>((mirror, { checkpoint, entries }) => {
    const outcome = mirrorTelling(mirror, { checkpoint, entries }, { own: 10_000, peer: 10_000 }, () => {
      throw new Error('no earlier root is needed');
    });
    if (outcome.is !== 'appended') throw new Error(outcome.is);
    return outcome.mirror;
  }, emptyMirror(log));
}

describe('what is due of a log', () => {
  it('is a receipt at once, with all that stands before it', () => {
    const teller = new Teller();
    teller.log('sent', 2);
    expect(teller.due()).toEqual([]);
    teller.log('received');
    expect(teller.due().map(stretch)).toEqual([[0, 3, 3]]);
  });

  it('is told again until the broker has it, and not after', () => {
    const teller = new Teller();
    teller.log('received');
    expect(teller.due().map(stretch)).toEqual([[0, 1, 1]]);
    const told = teller.due();
    teller.confirm(told);
    expect(teller.due()).toEqual([]);
    teller.log('received');
    expect(teller.due().map(stretch)).toEqual([[1, 2, 1]]);
  });

  it('is not moved back by a confirmation that comes late', () => {
    const teller = new Teller();
    teller.log('received');
    const first = teller.due();
    teller.log('received');
    teller.confirm(teller.due());
    teller.confirm(first);
    expect(teller.due()).toEqual([]);
  });

  it('are other entries when there are 256 of them, or after an hour', () => {
    const teller = new Teller();
    teller.log('sent', 255);
    expect(teller.due()).toEqual([]);
    teller.log('sent');
    expect(teller.due().map(stretch)).toEqual([[0, 256, 256]]);
    teller.confirm(teller.due());
    teller.log('sent');
    teller.at += HOUR_MS - 1;
    expect(teller.due()).toEqual([]);
    teller.at += 1;
    expect(teller.due().map(stretch)).toEqual([[256, 257, 1]]);
  });

  it('is cut into tellings that the counterpart appends one after the other', () => {
    const teller = new Teller();
    teller.log('received', TELLING_ENTRIES_MAX + 1);
    const told = teller.due();
    expect(told.map(stretch)).toEqual([
      [0, TELLING_ENTRIES_MAX, TELLING_ENTRIES_MAX],
      [TELLING_ENTRIES_MAX, TELLING_ENTRIES_MAX + 1, 1],
    ]);
    expect(mirrored(told).edge.size).toBe(TELLING_ENTRIES_MAX + 1);
  });

  it('is nothing once a second, where a duplicate is to be answered', () => {
    const teller = new Teller();
    teller.log('received');
    teller.confirm(teller.due());
    expect(teller.due(true).map(stretch)).toEqual([[1, 1, 0]]);
    teller.at += 999;
    expect(teller.due(true)).toEqual([]);
    teller.at += 1;
    expect(teller.due(true).map(stretch)).toEqual([[1, 1, 0]]);
  });

  it('says what is seen of the peer’s log', () => {
    const teller = new Teller();
    teller.log('received');
    expect(teller.due()[0]?.checkpoint.seen).toBeNull();
    teller.put({ edge: { size: 1, hashes: [Buffer.alloc(32, 9)] } });
    expect(teller.due()[0]?.checkpoint.seen).toEqual({ ep: 1, size: 1, root: hash(9) });
  });

  it.each(['beyond', 'unlike'] as const)('is nothing where the peer has seen what is %s', (seenAmiss) => {
    const teller = new Teller();
    teller.log('received');
    teller.put({ seenAmiss });
    expect(teller.due()).toEqual([]);
    expect(teller.ask(0)).toEqual([]);
  });
});

describe('a log whose rows are not all there', () => {
  it('is told nothing of, and the others of the batch are told', () => {
    const teller = new Teller();
    teller.log('received', 2);
    const pair = teller.rows.get('pair', keyOf.pair(OWN, PEER));
    if (!pair) throw new Error('the pair is there');
    // The same log with somebody else, and no leaves.
    teller.rows.set('pair', keyOf.pair(OWN, 'am-nss'), { ...pair, peer: 'am-nss' });
    const due = (peer: string) => ({ kind: 'due', own: OWN, peer, evenEmpty: false }) as const;
    expect(teller.speak(due('am-nss'), due(PEER)).map(stretch)).toEqual([[0, 2, 2]]);
    expect(teller.faults).toMatchObject([
      { member: 0, error: { message: 'a leaf of a log of ours is not there' } },
    ]);
    expect(teller.rows.get('told', keyOf.mirror(OWN, 'am-nss', 1)) ?? null).toBeNull();
    expect(teller.speak(due(PEER)).map(stretch)).toEqual([[0, 2, 2]]);
    expect(teller.faults).toEqual([]);
  });
});

describe('an ask for a log', () => {
  it('is answered from where the peer’s mirror ends', () => {
    const teller = new Teller();
    teller.log('received', 3);
    expect(teller.ask(1).map(stretch)).toEqual([[1, 3, 2]]);
  });

  it('is answered once a second', () => {
    const teller = new Teller();
    teller.log('received', 3);
    expect(teller.ask(0)).toHaveLength(1);
    teller.at += 999;
    expect(teller.ask(0)).toEqual([]);
    teller.at += 1;
    expect(teller.ask(0)).toHaveLength(1);
  });

  it('gets eight tellings at most, like what is due, and no more rows are read', () => {
    const teller = new Teller();
    teller.log('received', 8 * TELLING_ENTRIES_MAX + 1);
    const eight = Array.from({ length: 8 }, () => TELLING_ENTRIES_MAX);
    teller.rows.set('leaf', keyOf.leaf(OWN, PEER, 1, 'own', 8 * TELLING_ENTRIES_MAX), null);
    expect(teller.ask(0).map(({ entries }) => entries.length)).toEqual(eight);
    expect(teller.due().map(({ entries }) => entries.length)).toEqual(eight);
  });

  it('is not answered from before what the peer has countersigned, nor from beyond the log', () => {
    const teller = new Teller();
    teller.log('received', 3);
    const payload = Buffer.from(JSON.stringify({ seen: { ep: 1, size: 2, root: hash(1) } }));
    teller.put({ checkpoint: { payload: payload.toString('base64url'), signatures: [] } });
    expect(teller.ask(1)).toEqual([]);
    expect(teller.alarms).toEqual([]);
    expect(teller.ask(2).map(stretch)).toEqual([[2, 3, 1]]);
    teller.at += 1_000;
    expect(teller.ask(4)).toEqual([]);
  });

  it('from beyond the log raises an alarm once, and nothing is told any more', () => {
    const teller = new Teller();
    teller.log('received', 3);
    for (let times = 0; times < 2; times++) expect(teller.ask(4)).toEqual([]);
    expect(teller.alarms).toEqual([
      { kind: 'log-seen-amiss', peer: PEER, asked: { ep: 1, have: 4 }, is: 'beyond' },
    ]);
    expect(teller.rows.get('mirror', keyOf.mirror(OWN, PEER, 1))?.seenAmiss).toBe('beyond');
    expect([teller.ask(0), teller.due()]).toEqual([[], []]);
  });

  it('from beyond the log leaves what is mirrored, and the first alarm, as they are', () => {
    const teller = new Teller();
    teller.put({ edge: { size: 1, hashes: [Buffer.alloc(32, 9)] }, seenAmiss: 'unlike' });
    teller.ask(4);
    expect(teller.rows.get('mirror', keyOf.mirror(OWN, PEER, 1))).toMatchObject({
      edge: { size: 1 },
      seenAmiss: 'unlike',
    });
    teller.put({ edge: { size: 1, hashes: [Buffer.alloc(32, 9)] } });
    teller.ask(4);
    expect(teller.rows.get('mirror', keyOf.mirror(OWN, PEER, 1))).toMatchObject({
      edge: { size: 1 },
      seenAmiss: 'beyond',
    });
  });

  it.each([
    ['a later epoch that we never began', 10, 0, 1],
    ['an epoch that a restore ended', 1, 9, 0],
    ['an epoch that never was', 5, 9, 0],
  ])('for more than there is of %s raises an alarm only if no restore explains it', (_, ep, have, alarms) => {
    const teller = new Teller();
    teller.log('received', 2);
    const key = keyOf.pair(OWN, PEER);
    const pair = teller.rows.get('pair', key);
    if (!pair) throw new Error('the pair is there');
    teller.rows.set('closedLog', keyOf.mirror(OWN, PEER, 1), { edge: pair.log });
    teller.rows.set('pair', key, { ...pair, outEp: 9, log: { size: 0, hashes: [] }, receiptedTo: 0 });
    expect(teller.ask(have, ep)).toEqual([]);
    expect(teller.alarms).toHaveLength(alarms);
  });

  it('is answered once, however often the bus repeats it', () => {
    const teller = new Teller();
    teller.log('received', 3);
    expect(teller.ask(0)).toHaveLength(1);
    teller.at += 1_000;
    expect(teller.ask(0, 1, NOW)).toEqual([]);
    // Later than its answer is remembered, it is too old.
    teller.at += 3 * HOUR_MS;
    expect(teller.ask(0, 1, NOW)).toEqual([]);
    expect(teller.ask(0)).toHaveLength(1);
  });

  it('is not answered after a later one, which may have said more', () => {
    const teller = new Teller();
    teller.log('received', 3);
    expect(teller.ask(2, 1, NOW)).toHaveLength(1);
    teller.at += 1_000;
    expect(teller.ask(0, 1, NOW - 1_000)).toEqual([]);
    expect(teller.ask(0, 1, NOW + 1_000)).toHaveLength(1);
  });

  it('is good for an hour, and from not more than five minutes ahead', () => {
    const answers = (signedAt: number) => {
      const teller = new Teller();
      teller.log('received');
      return teller.ask(0, 1, signedAt).length;
    };
    expect([answers(NOW - HOUR_MS), answers(NOW - HOUR_MS - 1_000)]).toEqual([1, 0]);
    expect([answers(NOW + 300_000), answers(NOW + 301_000)]).toEqual([1, 0]);
  });

  it('leaves what is remembered of other requests', () => {
    const teller = new Teller();
    teller.log('received');
    const resend = { kind: 'resend', hash: hash(200), at: NOW, cost: 1 } as const;
    teller.rows.set('asked', keyOf.pair(OWN, PEER), { lately: [resend] });
    for (let times = 0; times < 3; times++, teller.at += 1_000) expect(teller.ask(0)).toHaveLength(1);
    expect(teller.rows.get('asked', keyOf.pair(OWN, PEER))?.lately).toMatchObject([resend, { kind: 'log' }]);
  });

  it('may be for a log whose epoch ended, and for none that never was', () => {
    const teller = new Teller();
    teller.log('received', 2);
    const pair = teller.rows.get('pair', keyOf.pair(OWN, PEER));
    if (!pair) throw new Error('the pair is there');
    teller.rows.set('closedLog', keyOf.mirror(OWN, PEER, 1), { edge: pair.log });
    teller.rows.set('pair', keyOf.pair(OWN, PEER), {
      ...pair,
      outEp: 9,
      log: { size: 0, hashes: [] },
      receiptedTo: 0,
    });
    expect(teller.ask(1).map(stretch)).toEqual([[1, 2, 1]]);
    expect(teller.ask(0, 5)).toEqual([]);
    // The one that goes on is asked for in the same second.
    expect(teller.ask(0, 9).map(stretch)).toEqual([[0, 0, 0]]);
  });

  it('moves what is told no further than what comes after it', () => {
    const teller = new Teller();
    teller.log('received', 3);
    teller.confirm(teller.ask(2));
    expect(teller.due().map(stretch)).toEqual([[0, 3, 3]]);
    teller.at += 1_000;
    teller.confirm(teller.ask(0));
    expect(teller.due()).toEqual([]);
  });

  it('does not move what is told of the log as it is', () => {
    const teller = new Teller();
    teller.log('received', 2);
    const [told] = teller.due();
    if (!told) throw new Error('receipts are due');
    teller.confirm([{ ...told, checkpoint: { ...told.checkpoint, ep: 5 } }]);
    expect(teller.due().map(stretch)).toEqual([[0, 2, 2]]);
  });
});
