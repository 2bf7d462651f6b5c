import type { EpochStatement, Opened, Rejected } from '#envelope';
import { EMPTY_EDGE } from '#ledger';
import { keyOf, LoadedRows, type Row, settleIn } from './index.js';
import type { Circumstances } from './settlement.js';

const [OWN, PEER] = ['kz-knb', 'by-mvd'];
const NOW = Date.parse('2026-06-01T00:00:00Z');
const [OLD, NEW, THEIRS] = [1, 7, 5];
const AT = '2026-06-01T00:00:00Z';
const hash = (index: number) => Buffer.alloc(32, index).toString('base64url');
const place = (ep: number, n: number) => ({ ep, n, D: hash(n) });
const OURS = hash(99);

/** A node that was restored, states an epoch, and knows one message of the peer's first epoch. */
class Restored {
  readonly rows = new LoadedRows(true);
  at = NOW;
  private count = 0;

  constructor() {
    this.rows.set('pair', keyOf.pair(OWN, PEER), {
      ...{ own: OWN, peer: PEER, outEp: NEW, outN: 0, outD: null, outTotal: 3 },
      ...{ inEp: OLD, inN: 1, inD: hash(1), inTotal: 1, gaps: [], waiting: [] },
      ...{ log: EMPTY_EDGE, receiptedTo: 0, duplicates: 0 },
    });
    const content = { from: OWN, to: PEER, ep: NEW, sent: place(OLD, 3), received: null, re: null, at: AT };
    this.rows.set('epoch', keyOf.epoch(OWN, PEER, 'out', NEW), {
      ...{ hash: OURS, content, answeredAt: null, lost: null },
    });
  }

  private deliver(opened: Opened | Rejected, of: string, before: { attempts?: number; held?: string } = {}) {
    const body = { kind: 'envelope', exchange: 'out.by', queue: 'kz.from.by', sha256: of, bytes: 1 };
    const asking = { hash: of, iat: this.at / 1000 };
    const circumstances = {
      ...{ at: this.at, registerMark: '', firstEpoch: NEW, nodeOf: () => 'by' },
      random: (bytes: number) => Buffer.alloc(bytes, ++this.count),
      bounds: { nodeRowsMax: 99, nodeBytesMax: 9_000 },
    } as unknown as Circumstances;
    const member = {
      kind: 'delivery',
      delivered: { node: 'by', body, attempts: 0, ...before },
      opened,
      asking,
    } as const;
    const { changes, settled } = settleIn(this.rows, [member], circumstances);
    this.rows.apply(changes);
    return settled[0];
  }

  states(content: Pick<EpochStatement, 'ep' | 'sent' | 'received' | 're'>, as = hash(50 + ++this.count)) {
    this.at += 60_000;
    const opened = {
      ...{ ok: true, kind: 'statement', typ: 'valise-epoch+jws', to: OWN },
      ...{ content: { from: PEER, to: OWN, at: AT, ...content }, signer: { authority: PEER } },
    };
    return this.deliver(opened as unknown as Opened, as);
  }

  /** One that is authentic and refused has its place all the same. */
  message(ep: number, n: number, how: { envelope?: string; attempts?: number; held?: string } = {}) {
    const id = `01890a5d-ac96-774b-bcce-b302099a80${10 * ep + n}`;
    const sender = { from: PEER, to: OWN, id, D: hash(n), ep, n, prev: n === 1 ? null : hash(n - 1) };
    const { envelope = hash(100 + n), ...before } = how;
    return this.deliver({ ok: false, code: 'ENVELOPE_PROOF', detail: 'a test', sender }, envelope, before);
  }

  get pair(): Row<'pair'> {
    const pair = this.rows.get('pair', keyOf.pair(OWN, PEER));
    if (!pair) throw new Error('the pair is there');
    return pair;
  }

  get use(): Row<'nodeUse'> | null | undefined {
    return this.rows.get('nodeUse', 'by');
  }

  get own(): Row<'epoch'> | null | undefined {
    return this.rows.get('epoch', keyOf.epoch(OWN, PEER, 'out', NEW));
  }

  get answer(): unknown {
    const row = this.rows.get('outbox', keyOf.statement(OWN, PEER, 'valise-epoch+jws', `answer ${THEIRS}`));
    return row?.kind === 'statement' ? row.content : undefined;
  }
}

const answer = { ep: THEIRS, sent: place(THEIRS, 1), received: place(OLD, 5), re: OURS };
const beginning = { ep: THEIRS, sent: place(OLD, 4), received: place(OLD, 3), re: null };

describe('an answer of a peer that was restored too', () => {
  it('begins no epoch: messages of the one before are taken until it is stated', () => {
    const restored = new Restored();
    restored.states(answer);
    expect(restored.own).toMatchObject({ answeredAt: restored.at, lost: { from: 4, to: 5 } });
    expect([restored.pair.inEp, restored.message(OLD, 3)]).toEqual([OLD, 'rejected']);
    expect(restored.message(THEIRS, 1)).toBe('held');
    restored.states(beginning);
    expect(restored.pair).toMatchObject({ inEp: THEIRS, inN: 0, inTotal: 4 });
    expect(restored.pair.gaps).toMatchObject([
      { ep: OLD, from: 2, to: 2 },
      { ep: OLD, from: 4, to: 4 },
    ]);
    expect([restored.message(OLD, 4), restored.message(OLD, 2)]).toEqual(['rejected', 'rejected']);
    expect(restored.message(OLD, 5)).toBe('conflict');
  });

  it('does not count once it is of an epoch that a restore ended', () => {
    const restored = new Restored();
    restored.states(beginning);
    restored.states({ ...answer, ep: OLD, sent: place(OLD, 4) });
    expect(restored.own?.answeredAt).toBeNull();
    restored.states(answer);
    expect(restored.own?.answeredAt).toBe(restored.at);
    expect(restored.pair).toMatchObject({ inEp: THEIRS, inN: 1, gaps: [{ ep: OLD }, { ep: THEIRS, to: 1 }] });
  });
});

describe('an epoch of ours that was answered', () => {
  it.each([
    ['knows nothing of ours', null],
    ['knows an older epoch of ours', place(OLD, 3)],
  ])('is stated again when the peer begins one and %s', (_, received) => {
    const restored = new Restored();
    restored.states({ ...answer, ep: OLD, sent: null });
    expect(restored.own?.answeredAt).toBe(restored.at);
    restored.states({ ...beginning, received });
    expect(restored.own).toMatchObject({ answeredAt: null, lost: { from: 4, to: 5 } });
  });

  it('is not stated again where the peer knows it, nor for a statement that was taken before', () => {
    const known = new Restored();
    known.states({ ...answer, ep: OLD });
    known.states({ ...beginning, received: place(NEW, 1) });
    expect(known.own?.answeredAt).not.toBeNull();
    const repeated = new Restored();
    repeated.states(beginning, hash(77));
    repeated.states(answer);
    repeated.states(beginning, hash(77));
    expect(repeated.own?.answeredAt).not.toBeNull();
  });

  it('counts what is lost once, however often it is answered', () => {
    const restored = new Restored();
    restored.states({ ...answer, ep: OLD, received: place(OLD, 4) });
    expect(restored.pair.outTotal).toBe(4);
    restored.states(beginning);
    restored.states({ ...answer, received: place(OLD, 6) });
    expect([restored.own?.lost, restored.pair.outTotal]).toEqual([{ from: 4, to: 6 }, 6]);
    restored.states({ ...beginning, ep: THEIRS + 1 });
    restored.states({ ...answer, ep: THEIRS + 1, received: null });
    expect([restored.own?.lost, restored.pair.outTotal]).toEqual([{ from: 4, to: 6 }, 6]);
  });
});

describe('our answer to an epoch of theirs', () => {
  it('is written when it is given, and still says what we had of the epoch before', () => {
    const restored = new Restored();
    restored.states(beginning, hash(77));
    expect(restored.answer).toMatchObject({ ep: NEW, sent: null, received: place(OLD, 1), re: hash(77) });
    restored.rows.set('pair', keyOf.pair(OWN, PEER), { ...restored.pair, outEp: 9, outN: 2, outD: hash(2) });
    restored.message(THEIRS, 1);
    restored.states(beginning, hash(77));
    expect(restored.answer).toMatchObject({ ep: 9, sent: place(9, 2), received: place(OLD, 1) });
  });
});

describe('what is missing of an epoch that ended', () => {
  it('is all of one that was not stated here', () => {
    const restored = new Restored();
    restored.states({ ...beginning, ep: 9, sent: place(THEIRS, 2) });
    expect(restored.pair).toMatchObject({ inEp: 9, gaps: [{ ep: THEIRS, from: 1, to: 2 }], inTotal: 3 });
  });

  it('is nothing of what its sender does not know any more', () => {
    const restored = new Restored();
    restored.message(OLD, 4);
    restored.states({ ...beginning, sent: place(OLD, 2) });
    expect(restored.pair.gaps).toMatchObject([{ ep: OLD, from: 2, to: 2 }]);
  });
});

describe('a message of an epoch that was not stated', () => {
  it('is held once, in however many envelopes it comes, and goes when it can be judged', () => {
    const restored = new Restored();
    for (const envelope of ['one', 'two', 'three'])
      expect(restored.message(THEIRS, 1, { envelope })).toBe('held');
    expect(restored.message(THEIRS, 2)).toBe('held');
    const held = () => [...restored.rows.entries('held')];
    expect(held().map(([, { D, body, attempts }]) => [D, body.sha256, attempts])).toEqual([
      [hash(1), 'one', 0],
      [hash(2), hash(102), 0],
    ]);
    expect(restored.use).toMatchObject({ heldRows: 2, heldBytes: 2 });

    const again = () => {
      const [[key, { attempts }] = ['', { attempts: 0 }]] = held();
      return restored.message(THEIRS, 1, { envelope: 'one', attempts: attempts + 1, held: key });
    };
    expect(again()).toBe('held');
    expect(
      held()
        .map(([, { attempts }]) => attempts)
        .sort(),
    ).toEqual([0, 1]);
    expect(restored.use).toMatchObject({ heldRows: 2 });
    restored.states(beginning);
    for (const [key, { body }] of held())
      restored.message(THEIRS, body.sha256 === 'one' ? 1 : 2, {
        envelope: body.sha256,
        attempts: 2,
        held: key,
      });
    expect(held()).toEqual([]);
    expect(restored.use).toMatchObject({ heldRows: 0, heldBytes: 0 });
    expect(restored.pair).toMatchObject({ inEp: THEIRS, inN: 2 });
  });
});
