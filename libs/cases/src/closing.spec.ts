import type { MessageType } from '#treaties';
import { EXECUTOR, INITIATOR, message, run, urgent } from '../testing/messages.js';
import {
  CASE_STATUSES,
  type CaseEvent,
  type CaseState,
  type CaseStatus,
  CLOSED_STATUSES,
  type MessageEvent,
  transition,
  voided,
} from './index.js';

const request = message('request', INITIATOR);
const final = message('result', EXECUTOR, { extent: 'final' });
const full = message('refusal', EXECUTOR, { extent: 'full' });
const withdrawal = message('withdrawal', INITIATOR);
const forwarded = message('forwarded', EXECUTOR);
const goesOn = (agreed: boolean): MessageEvent => message('confidentiality-answer', INITIATOR, { agreed });

/** How a request comes to each status. */
const TO: Readonly<Record<Exclude<CaseStatus, 'void'>, readonly CaseEvent[]>> = {
  open: [],
  'awaiting-information': [message('additional-information-request', EXECUTOR)],
  'awaiting-conditions-answer': [message('conditions', EXECUTOR)],
  'awaiting-confidentiality-answer': [message('confidentiality-notice', EXECUTOR)],
  postponed: [message('postponement', EXECUTOR)],
  forwarded: [forwarded],
  answered: [final],
  refused: [full],
  withdrawn: [withdrawal],
  lapsed: [{ kind: 'left', at: '2026-03-02T08:00:00Z' }],
};
const inStatus = (status: CaseStatus): CaseState =>
  status === 'void' ? voided(run([request])) : run([request, ...TO[status]]);

function effectsOf(events: readonly CaseEvent[], last: CaseEvent): readonly unknown[] {
  const next = transition(run(events), last);
  return next.ok ? next.effects : [next.code];
}

it.each(CASE_STATUSES)(
  'the status %s is a closed one only if the executor may send no result in it',
  (status) => {
    const state = inStatus(status);
    expect(state.status).toBe(status);
    const next = transition(state, { ...final, direction: 'out' });
    expect(CLOSED_STATUSES.includes(status)).toBe(!next.ok);
  },
);

describe('a request is closed', () => {
  it.each([
    ['answered', final],
    ['refused', full],
    ['withdrawn', withdrawal],
    ['forwarded', forwarded],
  ] as const)('as %s, once, and says so', (status, last) => {
    expect(effectsOf([request], last)).toEqual([{ kind: 'closed', status }]);
    expect(effectsOf([request, last], message('feedback', INITIATOR))).toEqual([]);
  });

  it.each([
    ['a result', final, 'answered'],
    ['a refusal', full, 'refused'],
  ] as const)('once where %s crosses with its withdrawal', (_, last, status) => {
    expect(effectsOf([request, withdrawal], last)).toEqual([]);
    expect(effectsOf([request, last], withdrawal)).toEqual([]);
    expect(run([request, withdrawal, last])).toEqual(run([request, last, withdrawal]));
    expect(run([request, withdrawal, last]).status).toBe(status);
  });

  it('with what closed it on record, and nothing else', () => {
    expect(run([request, final])).toMatchObject({ final: true, refusedInFull: false });
    expect(run([request, full])).toMatchObject({ final: false, refusedInFull: true });
    expect(run([request, withdrawal])).toMatchObject({ final: false, refusedInFull: false });
  });

  it('by the requester that does not go on without confidentiality, and says so', () => {
    const asked = [request, message('confidentiality-notice', EXECUTOR)];
    expect(effectsOf(asked, goesOn(false))).toEqual([{ kind: 'closed', status: 'withdrawn' }]);
    expect(run([...asked, goesOn(false)]).counts).toMatchObject({ withdrawal: 1 });
    expect(effectsOf(asked, goesOn(true))).toEqual([]);
  });
});

describe('a standing request', () => {
  const standing = message('standing-request', INITIATOR);

  it('has no last result', () => {
    const state = run([standing, final, { ...final, id: 'result-2' }]);
    expect(state).toMatchObject({ status: 'open', final: false, counts: { result: 2 } });
  });

  it.each([
    ['refused', full],
    ['withdrawn', withdrawal],
    ['postponed', message('postponement', EXECUTOR)],
  ] as const)('is %s like any request', (status, last) => {
    expect(run([standing, last]).status).toBe(status);
  });
});

describe('a case without a request', () => {
  it.each([
    ['consultation', 'cis-it-crime-2018', ['withdrawal', 'forwarded', 'postponement', 'result', 'refusal']],
    ['result', 'cis-infosec-2013', ['withdrawal', 'forwarded', 'conditions', 'result', 'refusal']],
    ['spontaneous', 'cis-it-crime-2018', ['consultation', 'return', 'feedback']],
  ] as const)('that a %s opened under %s is open whatever is said in it', (opening, instrument, types) => {
    let state = run([message(opening, INITIATOR, { instrument })]);
    for (const type of types) {
      const event = message(type, EXECUTOR, { instrument, extent: type === 'refusal' ? 'full' : 'final' });
      const next = transition(state, event);
      expect(next).toMatchObject({ ok: true, effects: [], state: { status: 'open' } });
      if (next.ok) ({ state } = next);
    }
    expect(state).toMatchObject({ final: false, refusedInFull: false, overdue: [] });
  });

  it('counts messages, not what an answer in it amounts to', () => {
    const state = run([message('consultation', INITIATOR), withdrawal, goesOn(false), goesOn(false)]);
    expect(state.counts).toEqual({ consultation: 1, withdrawal: 1, 'confidentiality-answer': 2 });
  });
});

describe('a request that was passed on', () => {
  const passedOn = message('forwarded', EXECUTOR, { to: 'by-kgb', initiator: INITIATOR });

  it('opens a case of its first requester with the body it was passed to', () => {
    const state = run([passedOn]);
    expect(state).toMatchObject({
      kind: 'request',
      initiator: INITIATOR,
      executor: 'by-kgb',
      status: 'open',
    });
    const answer = { ...final, from: 'by-kgb', to: INITIATOR };
    expect(run([answer], state).status).toBe('answered');
    expect(run([withdrawal], state).status).toBe('withdrawn');
  });

  it('may be passed on again', () => {
    expect(run([passedOn, message('forwarded', EXECUTOR, { from: 'by-kgb' })]).status).toBe('forwarded');
  });

  it.each<MessageType>(['request', 'spontaneous', 'consultation'])(
    'is the only one whose requester is not its sender: %s',
    (type) => {
      expect(run([message(type, EXECUTOR, { initiator: 'ru-mvd' })])).toMatchObject({
        initiator: EXECUTOR,
        counts: { [type]: 1 },
      });
    },
  );
});

it('a void case keeps what it was, but for its status', () => {
  const state = run([urgent, withdrawal]);
  expect(voided(state)).toEqual({ ...state, status: 'void' });
});
