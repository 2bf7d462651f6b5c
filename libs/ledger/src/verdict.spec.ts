import { instantOf } from '#core';
import { NOW } from '../testing/offices.js';
import { dOf, idOf, received } from '../testing/samples.js';
import { judgeReceived, standingWith, type OwnMessage, type Received, type Standing } from './index.js';

const message: OwnMessage = { D: dOf(1), id: idOf(1), ep: 1, n: 1, iat: NOW };
const of = (over: object) => received(1, over) as Received;
const at = (seconds: number) => of({ at: instantOf(NOW + seconds) });

describe('a mirrored receipt', () => {
  it('counts for the message that it names, from now on', () => {
    expect(judgeReceived(at(10), message, NOW + 20)).toEqual({ ok: true, effectiveAt: NOW + 20 });
  });

  it.each([
    ['D', { D: dOf(2) }],
    ['id', { id: idOf(2) }],
    ['epoch', { ep: 2 }],
    ['number', { n: 2 }],
  ])('for another %s than that of a message of ours is for none', (_, over) => {
    expect(judgeReceived(of(over), message, NOW)).toMatchObject({ ok: false, code: 'RECEIPT_UNKNOWN' });
  });

  it('for a message that we did not send is for none', () => {
    expect(judgeReceived(of({}), undefined, NOW)).toMatchObject({ ok: false, code: 'RECEIPT_UNKNOWN' });
  });

  it('may be five minutes older than the message, and no more', () => {
    expect(judgeReceived(at(-300), message, NOW)).toMatchObject({ ok: true });
    expect(judgeReceived(at(-301), message, NOW)).toMatchObject({ ok: false, code: 'RECEIPT_TIME' });
  });

  it('that is dated more than five minutes ahead counts when our clock is there', () => {
    expect(judgeReceived(at(300), message, NOW)).toEqual({ ok: true, effectiveAt: NOW });
    expect(judgeReceived(at(301), message, NOW)).toEqual({ ok: true, effectiveAt: NOW + 301 });
  });
});

describe('the receipts of a message', () => {
  const none: Standing = { storedAt: null, verdict: null };
  const stage = (name: string, seconds: number, over: object = {}) =>
    of({ stage: name, at: instantOf(NOW + seconds), ...over });
  const [stored, accepted] = [stage('stored', 5), stage('accepted', 7)];
  const rejected = stage('rejected', 6, { code: 'REPLAY' });
  const after = (...receipts: Received[]) =>
    receipts.reduce<ReturnType<typeof standingWith>>(({ standing }, one) => standingWith(standing, one), {
      standing: none,
      isContrary: false,
    });

  it('are stored, then accepted', () => {
    expect(after(stored)).toEqual({ standing: { storedAt: stored.at, verdict: null }, isContrary: false });
    const both = { standing: { storedAt: stored.at, verdict: accepted }, isContrary: false };
    expect(after(stored, accepted)).toEqual(both);
    expect(after(accepted, stored)).toEqual(both);
  });

  it('say that it is stored where they say that it is accepted', () => {
    expect(after(accepted).standing).toEqual({ storedAt: accepted.at, verdict: accepted });
  });

  it('do not say that it is stored where they say that it is rejected', () => {
    expect(after(rejected).standing).toEqual({ storedAt: null, verdict: rejected });
  });

  it('keep the earliest instant at which it was stored', () => {
    const [earlier, later] = [stage('stored', 3), stage('stored', 9)];
    for (const order of [
      [stored, earlier, later],
      [later, stored, earlier],
      [earlier, later, stored],
    ])
      expect(after(...order).standing.storedAt).toBe(earlier.at);
    const spelled = of({ stage: 'stored', at: earlier.at.replace('Z', '.000Z') });
    expect(after(earlier, spelled).standing.storedAt).toBe(earlier.at);
  });

  it('keep the first verdict; a contrary one raises the alarm', () => {
    expect(after(accepted, rejected)).toEqual({
      standing: { storedAt: accepted.at, verdict: accepted },
      isContrary: true,
    });
    expect(after(rejected, accepted)).toMatchObject({ standing: { verdict: rejected }, isContrary: true });
    expect(after(accepted, stage('accepted', 9))).toMatchObject({
      standing: { verdict: accepted },
      isContrary: false,
    });
    expect(after(rejected, stored)).toEqual({
      standing: { storedAt: stored.at, verdict: rejected },
      isContrary: false,
    });
  });
});
