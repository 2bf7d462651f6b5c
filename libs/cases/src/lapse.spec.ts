import type { Instant } from '#core';
import type { MessageType } from '#treaties';
import fc from 'fast-check';
import { EXECUTOR, INITIATOR, message, run, urgent } from '../testing/messages.js';
import { type CaseEvent, type CaseState, type MessageEvent, replay, transition, voided } from './index.js';

/** One of the two states leaves the instrument on 4 March 2026, while the confirmation in writing is due and before the term ends. */
const LEAVING = '2026-03-04T00:00:00Z';
const TERM = '2026-04-01T21:00:00Z';
const [BEFORE, AFTER] = ['2026-03-03T23:59:59Z', LEAVING] as const;
const left: CaseEvent = { kind: 'left', at: LEAVING };
const request = { ...urgent, deadline: TERM };
const final = message('result', EXECUTOR, { extent: 'final', sentAt: BEFORE });
const ranOut = (duty: 'execute' | 'confirm-in-writing'): CaseEvent => ({
  ...{ kind: 'clock-ran-out', duty, at: '2026-05-01T00:00:00Z' },
});
function effectsOf(state: CaseState, event: CaseEvent): readonly unknown[] {
  const next = transition(state, event);
  return next.ok ? next.effects : [next.code];
}
const closed = { kind: 'closed', status: 'lapsed' };
const stopped = (duty: string) => ({ kind: 'clock-stopped', duty });

describe('on the day of leaving', () => {
  it.each<[string, MessageEvent[], object[]]>([
    ['a request', [message('request', INITIATOR)], []],
    ['what runs in it', [request], [stopped('confirm-in-writing'), stopped('execute')]],
    ['a duty that was done not', [request, message('confirmation', INITIATOR)], [stopped('execute')]],
    [
      'a standing request',
      [message('standing-request', INITIATOR, { deadline: TERM })],
      [stopped('execute')],
    ],
    ['a postponed one', [message('request', INITIATOR), message('postponement', EXECUTOR)], []],
    ['spontaneous information', [message('spontaneous', INITIATOR)], []],
    ['a consultation', [message('consultation', INITIATOR)], []],
  ])('an open case lapses, and its duties end: %s', (_, events, stops) => {
    const state = run(events);
    expect(effectsOf(state, left)).toEqual([...stops, closed]);
    expect(run([left], state)).toEqual({ ...state, status: 'lapsed', lapsedAt: LEAVING });
  });

  it.each<[string, MessageEvent]>([
    ['answered', final],
    ['refused', message('refusal', EXECUTOR, { extent: 'full' })],
    ['withdrawn', message('withdrawal', INITIATOR)],
    ['forwarded', message('forwarded', EXECUTOR)],
  ])('a case that is %s stays so, without what was still due', (status, last) => {
    const state = run([urgent, last]);
    expect(run([left], state)).toEqual({ ...state, status, lapsedAt: LEAVING });
    expect(effectsOf(state, left)).toEqual([stopped('confirm-in-writing')]);
  });

  it('a case that never was one stays void', () => {
    const state = voided(run([request]));
    expect(transition(state, left)).toEqual({ ok: true, state, effects: [] });
  });

  it('a case lapses once, whatever is said of the day later', () => {
    const state = run([request, left]);
    const later = { kind: 'left', at: '2026-09-01T00:00:00Z' } as const;
    expect(transition(state, later)).toEqual({ ok: true, state, effects: [] });
  });

  it('there has to be a case', () => {
    expect(transition(null, left)).toMatchObject({ ok: false, code: 'CASE_TRANSITION' });
  });
});

describe('in a case that lapsed', () => {
  const state = run([request, left]);

  it('nothing is overdue that was due later, or at that very instant, whenever the clock was noticed', () => {
    for (const duty of ['execute', 'confirm-in-writing'] as const) {
      expect(run([ranOut(duty)], state)).toEqual(state);
      expect(run([request, ranOut(duty), left])).toEqual(state);
    }
    const sharp = { ...request, obligations: [], deadline: LEAVING };
    expect(run([sharp, ranOut('execute'), left]).overdue).toEqual([]);
    expect(run([sharp, left, ranOut('execute')]).overdue).toEqual([]);
  });

  it('what was due before is overdue, whenever the clock was noticed', () => {
    const early = { ...request, obligations: [], deadline: BEFORE };
    const overdue = run([early, ranOut('execute'), left]);
    expect(overdue).toMatchObject({ status: 'lapsed', overdue: ['execute'] });
    expect(run([early, left, ranOut('execute')])).toEqual(overdue);
    expect(effectsOf(run([early]), left)).toEqual([closed]);
  });

  it('the receipt for the request starts no clock', () => {
    const sent = run([message('request', INITIATOR, { receivedAt: null }), left]);
    const obligations = [{ do: 'execute', by: TERM, rule: 'cis-it-crime-2018#7.1' }] as const;
    const receipt: CaseEvent = { kind: 'received', id: 'request-1', at: BEFORE, obligations };
    expect(transition(sent, receipt)).toMatchObject({ ok: true, effects: [], state: { deadline: TERM } });
    const due: CaseEvent = { ...receipt, obligations: [{ ...obligations[0], by: BEFORE }] };
    expect(effectsOf(sent, due)).toMatchObject([{ kind: 'clock', by: BEFORE }]);
  });

  it.each<[MessageType, typeof INITIATOR | typeof EXECUTOR]>([
    ['result', EXECUTOR],
    ['refusal', EXECUTOR],
    ['obstacle', EXECUTOR],
    ['withdrawal', INITIATOR],
    ['confirmation', INITIATOR],
    ['reminder', INITIATOR],
  ])('a %s that was sent before still comes in, and one of later does not', (type, from) => {
    const sent = (sentAt: Instant, direction: 'in' | 'out' = 'in') =>
      message(type, from, { sentAt, direction });
    expect(transition(state, sent(BEFORE))).toMatchObject({ ok: true });
    for (const direction of ['in', 'out'] as const)
      expect(transition(state, sent(AFTER, direction))).toMatchObject({
        ok: false,
        detail: expect.stringContaining(`the case lapsed at ${LEAVING}`) as unknown,
      });
  });

  it('what concerns the information is still said', () => {
    for (const opening of ['request', 'spontaneous', 'consultation'] as const) {
      const lapsed = run([message(opening, INITIATOR), left]);
      for (const type of ['account', 'recall', 'consent-revocation', 'return'] as const) {
        const event = message(type, EXECUTOR, { sentAt: AFTER, direction: 'out' });
        expect(transition(lapsed, event)).toMatchObject({
          ok: true,
          effects: [],
          state: { status: 'lapsed' },
        });
      }
    }
    const lapsed = run([message('consultation', INITIATOR), left]);
    expect(transition(lapsed, message('reminder', EXECUTOR, { sentAt: AFTER }))).toMatchObject({ ok: false });
    expect(transition(lapsed, message('reminder', EXECUTOR, { sentAt: BEFORE }))).toMatchObject({ ok: true });
  });

  it('a result that crossed with the day closes it as answered, and it is not closed again', () => {
    expect(run([final], state).status).toBe('answered');
    expect(effectsOf(state, final)).toEqual([stopped('execute')]);
    expect(replay([request, left, final])).toEqual(run([request, final, left]));
  });

  it('both ends have the same, wherever the day and the clocks come between the messages', () => {
    const messages = fc.subarray([
      message('confirmation', INITIATOR, { sentAt: BEFORE }),
      message('withdrawal', INITIATOR, { sentAt: BEFORE }),
      message('obstacle', EXECUTOR, { sentAt: BEFORE }),
      message('postponement', EXECUTOR, { sentAt: BEFORE }),
      final,
    ]);
    const clocks = fc.subarray([ranOut('execute'), ranOut('confirm-in-writing')]);
    const places = fc.tuple(fc.nat(5), fc.nat(6), fc.nat(7));
    const times = fc.constantFrom(BEFORE, AFTER, TERM);
    fc.assert(
      fc.property(messages, clocks, places, times, (sent, noticed, at, deadline) => {
        const opened = run([{ ...request, deadline }]);
        const between: CaseEvent[] = [...sent];
        for (const [index, event] of [left, ...noticed].entries()) between.splice(at[index] ?? 0, 0, event);
        expect(run(between, opened)).toEqual(run([...sent, left, ...noticed], opened));
      }),
    );
  });
});
