import type { Opened } from '#envelope';
import { keyOf, LoadedRows, settleIn } from './index.js';
import type { Circumstances } from './settlement.js';

const OWN = 'by-mvd';
const NOW = Date.parse('2026-03-01T12:00:00Z');
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const D = Buffer.alloc(32, 1).toString('base64url');
const FILE = '01890a5d-ac96-774b-bcce-b30200000001';
/** Parts of a file that its recipient has asked for already. */
const SERVED = 100;
const PART_BYTES = 1024 * 1024;

/** A node that has sent a file to several peers, with their requests at any time. */
class Asked {
  readonly rows = new LoadedRows(true);
  private signed = 0;

  /** The hash of a request that nobody has signed before. */
  sign(): string {
    return `request ${++this.signed}`;
  }

  private settle(opened: object, hash: string, at: number, signedAt: number) {
    const body = { kind: 'envelope', exchange: 'out.kz', queue: 'by.from.kz', sha256: hash, bytes: 1 };
    const circumstances = {
      ...{ at, registerMark: '', firstEpoch: 1, nodeOf: () => 'kz' },
      random: (bytes: number) => Buffer.alloc(bytes),
      bounds: { nodeRowsMax: 99, nodeBytesMax: 9_000 },
    } as unknown as Circumstances;
    const delivered = { node: 'kz', body, attempts: 0 };
    const asking = { hash, iat: signedAt / 1_000 };
    const statement = { ok: true, kind: 'statement', to: OWN, ...opened } as unknown as Opened;
    const member = { kind: 'delivery', delivered, opened: statement, asking } as const;
    const { changes, settled } = settleIn(this.rows, [member], circumstances);
    this.rows.apply(changes);
    return settled[0];
  }

  resend(peer: string, at: number, hash = this.sign(), signedAt = at) {
    const content = { from: peer, to: OWN, ep: 1, ns: [1] };
    return this.settle(
      { typ: 'valise-resend+jws', content, signer: { authority: peer } },
      hash,
      at,
      signedAt,
    );
  }

  epoch(peer: string, at: number, hash = this.sign()) {
    const content = { from: peer, to: OWN, ep: 1, sent: null, received: null, re: null, at: '' };
    return this.settle({ typ: 'valise-epoch+jws', content, signer: { authority: peer } }, hash, at, at);
  }

  /** Asks for parts, of which so many were served before. */
  parts(peer: string, at: number, repeated: number, hash = this.sign()) {
    const key = keyOf.attachment(OWN, 'out', FILE);
    const message = keyOf.message(OWN, peer, 'out', 1, 1);
    this.rows.set('attachment', key, {
      ...{ own: OWN, direction: 'out', id: FILE, peer, message, status: 'announced', partsServed: SERVED },
      ...{ name: 'a.bin', mediaType: 'text/plain', bytes: 1_000 * PART_BYTES, sha256: D, key: D },
      failure: null,
    });
    this.rows.set('message', message, {
      ...{ own: OWN, peer, direction: 'out', ep: 1, n: 1, id: FILE, caseId: FILE, D, prev: null, bytes: 1 },
      ...{ type: 'spontaneous', instrument: 'cis-it-crime-2018', level: 'open', event: null },
      ...{ decision: null, createdBy: null, createdAt: NOW, sentAt: NOW, expiresAt: NOW, attachments: [] },
    });
    const [first, count] = repeated === 0 ? [SERVED, 16] : [0, repeated];
    const content = { from: peer, to: OWN, D, attachment: FILE, first, count };
    return this.settle({ typ: 'valise-range+jws', content, signer: { authority: peer } }, hash, at, at);
  }

  remembered(peer: string) {
    return this.rows.get('asked', keyOf.pair(OWN, peer))?.lately ?? [];
  }

  get refused(): unknown {
    return this.rows.get('nodeUse', 'kz')?.refused;
  }
}

let asked: Asked;
beforeEach(() => {
  asked = new Asked();
});

describe('a request that was answered', () => {
  it('is not answered again for as long as it is fresh, and the refusal is counted', () => {
    const hash = asked.sign();
    expect(asked.resend('kz-knb', NOW, hash)).toBe('taken');
    for (const later of [0, MINUTE, HOUR - SECOND, HOUR, 3 * HOUR])
      expect(asked.resend('kz-knb', NOW + later, hash, NOW)).toBe('refused');
    expect(asked.refused).toEqual({ asked: 5 });
    // The same statement in another pair is another request.
    expect(asked.resend('kz-mvd', NOW, hash)).toBe('taken');
  });

  it('is not answered again however often a peer may ask meanwhile, its clock five minutes ahead', () => {
    const signedAt = NOW + 5 * MINUTE;
    const once = asked.sign();
    expect(asked.resend('kz-knb', NOW, once, signedAt)).toBe('taken');
    for (let at = NOW + 6 * SECOND; at <= signedAt + HOUR - MINUTE; at += 6 * SECOND)
      expect(asked.resend('kz-knb', at)).toBe('taken');
    // After a minute without requests it is not their number that refuses it.
    expect(asked.resend('kz-knb', signedAt + HOUR, once, signedAt)).toBe('refused');
    expect(asked.resend('kz-knb', signedAt + HOUR)).toBe('taken');
  });

  it('is forgotten, of whatever kind, once it could not be taken again anyway', () => {
    asked.epoch('kz-knb', NOW);
    asked.parts('kz-knb', NOW, 0);
    asked.resend('kz-knb', NOW);
    expect(asked.remembered('kz-knb').map(({ kind }) => kind)).toEqual(['epoch', 'range', 'resend']);
    asked.resend('kz-knb', NOW + HOUR);
    expect(asked.remembered('kz-knb')).toHaveLength(4);
    asked.resend('kz-knb', NOW + 3 * HOUR);
    expect(asked.remembered('kz-knb')).toHaveLength(1);
  });

  it('leaves a row that thousands of others do not make longer than its bound', () => {
    for (let time = 0; time < 3_000; time++) expect(asked.parts('kz-knb', NOW + time, 0)).toBe('served');
    const { length } = asked.remembered('kz-knb');
    expect(length).toBeLessThanOrEqual(700);
    // And other kinds are not pushed out by them.
    const once = asked.sign();
    asked.resend('kz-mvd', NOW, once);
    for (let time = 0; time < 3_000; time++) asked.parts('kz-mvd', NOW + time, 0);
    expect(asked.resend('kz-mvd', NOW + MINUTE, once, NOW)).toBe('refused');
  });
});

it('one that was signed an hour ago, or is dated more than five minutes ahead, is not answered', () => {
  const signed = (before: number) => asked.resend('kz-knb', NOW, asked.sign(), NOW - before);
  expect([signed(HOUR), signed(HOUR + SECOND)]).toEqual(['taken', 'refused']);
  expect([signed(-5 * MINUTE), signed(-5 * MINUTE - SECOND)]).toEqual(['taken', 'refused']);
});

it('requests to resend are counted themselves: ten a minute', () => {
  for (let second = 0; second < 10; second++)
    expect(asked.resend('kz-knb', NOW + second * SECOND)).toBe('taken');
  expect(asked.resend('kz-knb', NOW + 59 * SECOND)).toBe('refused');
  expect(asked.resend('kz-mvd', NOW + 59 * SECOND)).toBe('taken');
  expect(asked.resend('kz-knb', NOW + 60 * SECOND)).toBe('taken');
});

it('parts that were served before are counted, however many requests they come in, and new ones are not', () => {
  let requests = 0;
  /** A minute is not over. */
  const parts = (repeated: number, peer = 'kz-knb') =>
    asked.parts(peer, NOW + (SECOND / 2) * requests++, repeated);
  for (let time = 0; time < 30; time++) expect(parts(0)).toBe('served');
  for (let time = 0; time < 20; time++) expect(parts(8)).toBe('served');
  expect(parts(1)).toBe('refused');
  expect(parts(0)).toBe('served');
  // Another pair has its own.
  expect(parts(16, 'kz-mvd')).toBe('served');
  expect(asked.refused).toEqual({ asked: 1 });
  expect(asked.parts('kz-knb', NOW + 2 * MINUTE, 16)).toBe('served');
});

it('a statement of an epoch is answered once a minute, and may be the same one', () => {
  const hash = asked.sign();
  const key = keyOf.statement(OWN, 'kz-knb', 'valise-epoch+jws', 'answer 1');
  const answerTo = (at: number) => {
    asked.rows.set('outbox', key, null);
    const settled = asked.epoch('kz-knb', at, hash);
    return [settled, (asked.rows.get('outbox', key) ?? null) !== null];
  };
  expect(answerTo(NOW)).toEqual(['taken', true]);
  expect(answerTo(NOW + MINUTE - 1)).toEqual(['refused', false]);
  expect(asked.refused).toEqual({ asked: 1 });
  for (let minute = 1; minute < 10; minute++)
    expect(answerTo(NOW + minute * MINUTE)).toEqual(['taken', true]);
  expect(asked.remembered('kz-knb')).toHaveLength(1);
});
