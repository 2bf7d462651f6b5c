import type { Obligation } from '#policy';
import { MESSAGE_TYPES } from '#treaties';
import { EXECUTOR, INITIATOR, message, run, urgent } from '../testing/messages.js';
import { type CaseEvent, type CaseState, type Duty, type MessageEvent, transition } from './index.js';

const [IT_CRIME, INFOSPHERE, INFOSEC, COUNTERTERROR] = [
  ...(['cis-it-crime-2018', 'csto-infosphere-2014'] as const),
  ...(['cis-infosec-2013', 'cis-counterterror-2017'] as const),
] as const;
/** 72 hours after the sending of every message here. */
const CONFIRM_BY = '2026-03-05T08:00:00Z';
const [BEFORE, TERM, AFTER] = ['2026-04-01T20:59:59Z', '2026-04-01T21:00:00Z', '2026-04-01T21:00:01Z'];

const toDo = (duty: Duty, rule: string, by = TERM): Obligation => ({ do: duty, by, rule });
const toConfirm = toDo('confirm-in-writing', `${IT_CRIME}#6.2.1`, CONFIRM_BY);
const toExecute = toDo('execute', `${INFOSPHERE}#7.2`);
const toAnswer = toDo('answer', `${COUNTERTERROR}#8.2`);

function request(instrument: string, more: Partial<MessageEvent> = {}): MessageEvent {
  return message('request', INITIATOR, { instrument, ...more });
}
/** To be confirmed and executed, both with a term. */
const twofold = request(IT_CRIME, { obligations: [toConfirm], deadline: TERM });

function effectsOf(state: CaseState | null, event: CaseEvent): readonly unknown[] {
  const next = transition(state, event);
  return next.ok ? next.effects : [next.code];
}
const ranOut = (duty: Duty, at = AFTER): CaseEvent => ({ kind: 'clock-ran-out', duty, at });
const result = (more: Partial<MessageEvent> = {}): MessageEvent =>
  message('result', EXECUTOR, { extent: 'final', ...more });
const refusal = (more: Partial<MessageEvent> = {}): MessageEvent =>
  message('refusal', EXECUTOR, { extent: 'full', ...more });

describe('a request starts the clock', () => {
  const [asked, confirm] = [{ deadline: TERM }, { kind: 'clock', duty: 'confirm-in-writing' }];
  it.each([
    ['of nothing, where nothing is due', IT_CRIME, {}, []],
    ['of nothing, for a condition', IT_CRIME, { obligations: [conditionOf(IT_CRIME)] }, []],
    ['of the term asked for', IT_CRIME, asked, [{ duty: 'execute', rule: `${IT_CRIME}#7.1` }]],
    ['of the term agreed', INFOSPHERE, asked, [{ duty: 'execute', rule: `${INFOSPHERE}#7.2` }]],
    ['without an article behind it', INFOSEC, asked, [{ duty: 'execute', rule: 'valise#procedure' }]],
    [
      'of the agreement’s term rather than the one asked for',
      INFOSPHERE,
      { deadline: '2026-03-20T00:00:00Z', obligations: [conditionOf(INFOSPHERE), toExecute] },
      [{ duty: 'execute', rule: `${INFOSPHERE}#7.2` }],
    ],
    ['of an answer', COUNTERTERROR, { obligations: [toAnswer] }, [{ duty: 'answer', rule: toAnswer.rule }]],
  ])('%s', (_, instrument, more, clocks) => {
    const opened = transition(null, request(instrument, more));
    const started = clocks.map((clock) => ({ kind: 'clock', by: TERM, ...clock }));
    expect(opened).toMatchObject({
      effects: started,
      state: { deadline: started[0]?.by ?? null, confirmed: true, confirmBy: null },
    });
  });

  it('of its confirmation in writing, besides its term', () => {
    expect(effectsOf(null, twofold)).toEqual([
      { ...confirm, by: CONFIRM_BY, rule: `${IT_CRIME}#6.2.1` },
      { kind: 'clock', duty: 'execute', by: TERM, rule: `${IT_CRIME}#7.1` },
    ]);
    expect(effectsOf(null, urgent)).toEqual([{ ...confirm, by: CONFIRM_BY, rule: `${IT_CRIME}#6.2.1` }]);
  });

  function conditionOf(instrument: string): Obligation {
    return { do: 'observe-condition', condition: 'no-court-use', rule: `${instrument}#7.6` };
  }
});

describe('a clock that runs out', () => {
  it.each([
    [IT_CRIME, 'confirm-in-writing', `${IT_CRIME}#6.2.1`],
    [IT_CRIME, 'execute', `${IT_CRIME}#7.1`],
    [INFOSPHERE, 'confirm-in-writing', `${INFOSPHERE}#6.4`],
    [INFOSPHERE, 'execute', `${INFOSPHERE}#7.2`],
    [COUNTERTERROR, 'answer', `${COUNTERTERROR}#8.2`],
    [INFOSEC, 'execute', 'valise#procedure'],
  ] as const)('under %s makes %s overdue by its article', (instrument, duty, rule) => {
    const opened = run([request(instrument, { obligations: [toDo(duty, rule)] })]);
    expect(transition(opened, ranOut(duty))).toEqual({
      ok: true,
      state: { ...opened, overdue: [duty] },
      effects: [{ kind: 'overdue', duty, rule }],
    });
  });

  it('is late from the second at which the term ends', () => {
    const opened = run([request(IT_CRIME, { deadline: TERM })]);
    expect(run([ranOut('execute', BEFORE)], opened).overdue).toEqual([]);
    expect(run([ranOut('execute', TERM)], opened).overdue).toEqual(['execute']);
  });

  it.each([
    ['there is no term for', [request(IT_CRIME)], 'execute'],
    ['there is nothing to confirm for', [request(IT_CRIME)], 'confirm-in-writing'],
    ['was marked before', [twofold, ranOut('execute')], 'execute'],
    ['was confirmed', [twofold, message('confirmation', INITIATOR)], 'confirm-in-writing'],
    ['was executed', [twofold, result()], 'execute'],
    ['was refused', [twofold, refusal()], 'execute'],
  ] as const)('changes nothing about what %s', (_, events, duty) => {
    const state = run(events);
    expect(transition(state, ranOut(duty))).toEqual({ ok: true, state, effects: [] });
  });

  it.each([
    ['execution', [twofold, result()], 'confirm-in-writing'],
    ['confirmation', [twofold, message('confirmation', INITIATOR)], 'execute'],
  ] as const)('counts although the other duty was done: %s', (_, events, duty) => {
    expect(run([ranOut(duty)], run(events)).overdue).toEqual([duty]);
  });

  it('leaves the same case whichever of the two duties was missed first', () => {
    const [confirmation, execution] = [ranOut('confirm-in-writing'), ranOut('execute')];
    const both = run([twofold, confirmation, execution]);
    expect(both.overdue).toHaveLength(2);
    expect(run([twofold, execution, confirmation])).toEqual(both);
  });

  it('needs a case', () => {
    expect(effectsOf(null, ranOut('execute'))).toEqual(['CASE_TRANSITION']);
  });
});

describe('a clock is stopped', () => {
  const stopped = (duty: Duty): unknown => ({ kind: 'clock-stopped', duty });
  const answered = { kind: 'closed', status: 'answered' };

  it.each([
    ['by a confirmation', twofold, message('confirmation', INITIATOR), [stopped('confirm-in-writing')]],
    ['by the final result', twofold, result(), [stopped('execute'), answered]],
    ['by a full refusal', twofold, refusal(), [stopped('execute'), { kind: 'closed', status: 'refused' }]],
    [
      'by an answer under the agreement of 2017',
      request(COUNTERTERROR, { obligations: [toAnswer] }),
      result({ instrument: COUNTERTERROR }),
      [stopped('answer'), answered],
    ],
    ['not by a result where none runs', urgent, result(), [answered]],
    ['not by a partial result', twofold, result({ extent: 'partial' }), []],
    ['not by a partial refusal', twofold, refusal({ extent: 'partial' }), []],
    [
      'not by a result of a standing request',
      message('standing-request', INITIATOR, { deadline: TERM }),
      result(),
      [],
    ],
    [
      'by a refusal of a standing request',
      message('standing-request', INITIATOR, { deadline: TERM }),
      refusal(),
      [stopped('execute'), { kind: 'closed', status: 'refused' }],
    ],
  ] as const)('%s', (_, opening, event, effects) => {
    expect(effectsOf(run([opening]), event)).toEqual(effects);
  });

  it('by nothing else', () => {
    const state = run([twofold]);
    const others = MESSAGE_TYPES.filter(
      (type) => !['confirmation', 'result', 'refusal', 'withdrawal', 'forwarded'].includes(type),
    );
    for (const type of others)
      for (const from of [INITIATOR, EXECUTOR] as const)
        expect([type, ...effectsOf(state, message(type, from))]).toEqual([
          type,
          ...(transition(state, message(type, from)).ok ? [] : ['CASE_TRANSITION']),
        ]);
  });
});

describe('a duty that is done', () => {
  const executed = request(INFOSPHERE, { obligations: [toExecute] });
  const answered = request(COUNTERTERROR, { obligations: [toAnswer] });

  it.each([
    ['at the end of its term', executed, TERM, []],
    ['a second later', executed, AFTER, ['execute']],
    ['later, under the agreement of 2017', answered, AFTER, ['answer']],
    ['whenever, without a term', request(INFOSPHERE), AFTER, []],
  ] as const)('%s is judged by its sending', (_, opening, sentAt, overdue) => {
    const { instrument } = opening;
    const more = { instrument, sentAt, receivedAt: '2026-06-01T00:00:00Z' };
    for (const event of [result(more), refusal(more)]) expect(run([opening, event]).overdue).toEqual(overdue);
  });

  it('in time is overdue no more, whatever its clock said; another one stays so', () => {
    const late = run([twofold, ranOut('execute'), ranOut('confirm-in-writing')]);
    expect(run([result({ sentAt: BEFORE })], late).overdue).toEqual(['confirm-in-writing']);
    expect(run([message('confirmation', INITIATOR)], late).overdue).toEqual(['execute']);
  });

  it('late leaves the same case whether or not its clock, or that of the other duty, was noticed first', () => {
    const confirmed = message('confirmation', INITIATOR, { sentAt: AFTER });
    const lateResult = result({ sentAt: AFTER });
    const both = run([twofold, ranOut('confirm-in-writing'), ranOut('execute'), confirmed]);
    expect(both.overdue).toHaveLength(2);
    expect(run([twofold, ranOut('execute'), confirmed])).toEqual(both);
    expect(run([twofold, confirmed, ranOut('execute')])).toEqual(both);
    expect(run([twofold, confirmed, lateResult]).overdue).toEqual(both.overdue);
  });
});

describe('the receipt for a request', () => {
  const AT = '2026-03-02T21:30:00Z';
  const LATER_TERM = '2026-04-02T21:00:00Z';
  const later = { ...toExecute, by: LATER_TERM } as Obligation;
  const receipt = (obligations: readonly Obligation[], id = 'request-1'): CaseEvent => ({
    kind: 'received',
    id,
    at: AT,
    obligations,
  });
  const sent = (more: Partial<MessageEvent>): CaseState =>
    run([request(INFOSPHERE, { receivedAt: null, ...more })]);
  const clock = { kind: 'clock', duty: 'execute', by: LATER_TERM, rule: `${INFOSPHERE}#7.2` };

  it.each([
    ['moves a term that counts from it', { obligations: [toExecute] }, [later], LATER_TERM, [clock]],
    ['starts one that it brings', {}, [later], LATER_TERM, [clock]],
    ['leaves one that is as it was', { obligations: [later] }, [later], LATER_TERM, []],
    ['leaves one that was asked for', { deadline: TERM }, [], TERM, []],
    ['starts none where there is none', {}, [], null, []],
  ] as const)('%s', (_, more, obligations, deadline, effects) => {
    const state = sent(more);
    expect(transition(state, receipt(obligations))).toEqual({
      ok: true,
      state: { ...state, receivedAt: AT, deadline },
      effects,
    });
  });

  it('counts once, and for the message that opened the case only', () => {
    const state = sent({ obligations: [toExecute] });
    expect(transition(state, receipt([later], 'reminder-1'))).toEqual({ ok: true, state, effects: [] });
    const received = run([receipt([toExecute])], state);
    expect(transition(received, { ...receipt([later]), at: AFTER } as CaseEvent)).toEqual({
      ok: true,
      state: received,
      effects: [],
    });
  });

  it('needs a case', () => {
    expect(effectsOf(null, receipt([]))).toEqual(['CASE_TRANSITION']);
  });
});
