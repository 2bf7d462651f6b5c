import fc from 'fast-check';
import { EXECUTOR, INITIATOR, message, run, urgent } from '../testing/messages.js';
import { type CaseEvent, replay, transition, voided } from './index.js';

describe('a case', () => {
  it('opens with a request, keeps its deadline and is closed by the final result only', () => {
    const opened = transition(
      null,
      message('request', INITIATOR, { deadline: '2026-04-01T00:00:00Z', confidential: true }),
    );
    expect(opened).toMatchObject({
      ok: true,
      state: {
        status: 'open',
        initiator: INITIATOR,
        executor: EXECUTOR,
        confirmed: true,
        deadline: '2026-04-01T00:00:00Z',
        confidentialityAsked: true,
      },
      effects: [
        { kind: 'clock', duty: 'execute', by: '2026-04-01T00:00:00Z', rule: 'cis-it-crime-2018#7.1' },
      ],
    });
    const state = run([message('request', INITIATOR), message('result', EXECUTOR, { extent: 'partial' })]);
    expect(state.status).toBe('open');
    expect(transition(state, message('result', EXECUTOR, { extent: 'final' }))).toMatchObject({
      state: { status: 'answered' },
      effects: [{ kind: 'closed', status: 'answered' }],
    });
  });

  it('counts 72 hours of an urgent request from its sending, and marks it at that second', () => {
    const state = run([urgent]);
    expect(state).toMatchObject({ confirmed: false, confirmBy: '2026-03-05T08:00:00Z' });
    const before = transition(state, {
      kind: 'clock-ran-out',
      duty: 'confirm-in-writing',
      at: '2026-03-05T07:59:59Z',
    });
    expect(before).toMatchObject({ state: { overdue: [] }, effects: [] });
    const after = transition(state, {
      kind: 'clock-ran-out',
      duty: 'confirm-in-writing',
      at: '2026-03-05T08:00:00Z',
    });
    expect(after).toMatchObject({
      state: { overdue: ['confirm-in-writing'] },
      effects: [{ kind: 'overdue', duty: 'confirm-in-writing', rule: 'cis-it-crime-2018#6.2.1' }],
    });
  });

  it('accepts a late confirmation, and one that was sent in time is not late for arriving late', () => {
    const overdue = run([
      urgent,
      { kind: 'clock-ran-out', duty: 'confirm-in-writing', at: '2026-03-05T08:00:00Z' },
    ]);
    expect(
      run([message('confirmation', INITIATOR, { sentAt: '2026-03-06T08:00:00Z' })], overdue),
    ).toMatchObject({ confirmed: true, overdue: ['confirm-in-writing'] });
    expect(
      run([message('confirmation', INITIATOR, { sentAt: '2026-03-05T07:00:00Z' })], overdue),
    ).toMatchObject({ confirmed: true, overdue: [] });
  });

  it('learns on the initiator’s side when the request was received, and from then the term', () => {
    const sent = run([
      message('request', INITIATOR, {
        receivedAt: null,
        instrument: 'csto-infosphere-2014',
        obligations: [{ do: 'execute', by: '2026-04-01T21:00:00Z', rule: 'csto-infosphere-2014#7.2' }],
      }),
    ]);
    const receipt = {
      kind: 'received',
      id: 'request-1',
      at: '2026-03-02T21:30:00Z',
      obligations: [{ do: 'execute', by: '2026-04-02T21:00:00Z', rule: 'csto-infosphere-2014#7.2' }],
    } as const;
    expect(run([receipt], sent)).toMatchObject({
      receivedAt: '2026-03-02T21:30:00Z',
      deadline: '2026-04-02T21:00:00Z',
    });
  });

  it.each([
    ['a result of the initiator', message('result', INITIATOR, { extent: 'final' })],
    ['a confirmation of the executor', message('confirmation', EXECUTOR)],
    ['a message of a stranger', message('reminder', INITIATOR, { from: 'ru-mvd' })],
    ['an answer to conditions that nobody made', message('conditions-answer', INITIATOR)],
    ['a second request', message('request', INITIATOR)],
    ['another instrument', message('obstacle', EXECUTOR, { instrument: 'csto-infosphere-2014' })],
  ])('refuses %s', (_title, event) => {
    expect(transition(run([urgent]), event)).toMatchObject({ ok: false, code: 'CASE_TRANSITION' });
  });

  it('ends with a full refusal, not with a partial one', () => {
    const partly = run([message('request', INITIATOR), message('refusal', EXECUTOR, { extent: 'partial' })]);
    expect(partly.status).toBe('open');
    const refused = run([message('refusal', EXECUTOR, { extent: 'full' })], partly);
    expect(refused.status).toBe('refused');
    expect(transition(refused, message('result', EXECUTOR, { extent: 'final' }))).toMatchObject({
      ok: false,
    });
  });

  it('ends with the requester’s word that it does not go on without confidentiality (2018 #8.3)', () => {
    const asked = run([message('request', INITIATOR), message('confidentiality-notice', EXECUTOR)]);
    expect(asked.status).toBe('awaiting-confidentiality-answer');
    expect(run([message('confidentiality-answer', INITIATOR, { agreed: false })], asked).status).toBe(
      'withdrawn',
    );
  });

  it('is not ended by conditions that are not accepted: the requested side decides what follows', () => {
    const state = run([
      message('request', INITIATOR),
      message('conditions', EXECUTOR),
      message('conditions-answer', INITIATOR, { agreed: false }),
    ]);
    expect(state.status).toBe('open');
    expect(run([message('result', EXECUTOR, { extent: 'final' })], state).status).toBe('answered');
  });

  it('takes what concerns the information after the end, and no new term for what was done', () => {
    const answered = run([message('request', INITIATOR), message('result', EXECUTOR, { extent: 'final' })]);
    const information = [
      'account',
      'supplement',
      'paper-notice',
      'correction',
      'erasure-request',
      'feedback',
    ] as const;
    for (const type of information)
      expect(transition(answered, message(type, EXECUTOR, { direction: 'out' })).ok).toBe(true);
    expect(transition(answered, message('term-proposal', EXECUTOR, { direction: 'out' })).ok).toBe(false);
  });

  it('has no answer to a proposal of a term that nobody made', () => {
    const open = run([message('request', INITIATOR)]);
    expect(transition(open, message('term-answer', INITIATOR)).ok).toBe(false);
    expect(transition(null, message('term-answer', INITIATOR)).ok).toBe(false);
    const proposed = run([message('term-proposal', EXECUTOR)], open);
    expect(transition(proposed, message('term-answer', INITIATOR)).ok).toBe(true);
    expect(
      transition(run([message('term-answer', INITIATOR)], proposed), message('term-answer', INITIATOR)).ok,
    ).toBe(false);
  });

  it('is opened by spontaneous information, which is not answered with a result', () => {
    const state = run([message('spontaneous', INITIATOR)]);
    expect(transition(state, message('result', EXECUTOR, { extent: 'final' }))).toMatchObject({
      ok: false,
    });
    expect(transition(state, message('consultation', EXECUTOR))).toMatchObject({ ok: true });
    expect(transition(null, message('result', EXECUTOR))).toMatchObject({ ok: false });
  });

  it('does not send into a closed case, but takes what crossed with its closing', () => {
    const answered = run([message('request', INITIATOR), message('result', EXECUTOR, { extent: 'final' })]);
    expect(transition(answered, message('withdrawal', INITIATOR, { direction: 'out' }))).toMatchObject({
      ok: false,
    });
    expect(transition(answered, message('withdrawal', INITIATOR, { direction: 'in' }))).toMatchObject({
      ok: true,
      state: { status: 'answered' },
    });
  });

  it('is the same at both ends however the messages of the two cross', () => {
    const ofInitiator = fc.subarray([
      message('confirmation', INITIATOR),
      message('additional-information', INITIATOR),
      message('reminder', INITIATOR),
      message('withdrawal', INITIATOR),
    ]);
    const ofExecutor = fc.subarray([
      message('obstacle', EXECUTOR),
      message('postponement', EXECUTOR),
      message('additional-information-request', EXECUTOR),
      message('result', EXECUTOR, { extent: 'final' }),
    ]);
    fc.assert(
      fc.property(ofInitiator, ofExecutor, fc.infiniteStream(fc.boolean()), (a, b, choices) => {
        const merged: CaseEvent[] = [];
        const left = [...a];
        const right = [...b];
        while (left.length + right.length > 0) {
          const takeLeft = right.length === 0 || (left.length > 0 && choices.next().value === true);
          const event = takeLeft ? left.shift() : right.shift();
          if (event) merged.push(event);
        }
        expect(run(merged, run([urgent]))).toEqual(run([...a, ...b], run([urgent])));
      }),
    );
  });
});

describe('a case of which a message had no effect', () => {
  const withdrawal = message('withdrawal', INITIATOR, { id: 'withdrawal-1' });
  const reminder = message('reminder', INITIATOR, { id: 'reminder-1' });

  it('is what the others make of it', () => {
    const all = [urgent, reminder, withdrawal];
    expect(replay(all)).toEqual(run(all));
    expect(replay([urgent, reminder])).toEqual(run([urgent, reminder]));
    // What only made sense after it changes nothing either.
    const answer = message('conditions-answer', INITIATOR);
    expect(replay([urgent, answer])).toEqual(run([urgent]));
  });

  it('is void where that message opened it, and nothing is said in it any more', () => {
    expect(replay([withdrawal])).toBeNull();
    const state = voided(run([urgent]));
    for (const type of ['reminder', 'consultation', 'return', 'result'] as const)
      expect(transition(state, message(type, INITIATOR, { direction: 'out' }))).toMatchObject({
        ok: false,
        code: 'CASE_TRANSITION',
      });
  });
});
