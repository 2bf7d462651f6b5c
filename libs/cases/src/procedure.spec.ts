import { MESSAGE_TYPES, type MessageType } from '#treaties';
import { EXECUTOR, INITIATOR, message, run, type Side, urgent } from '../testing/messages.js';
import { type CaseState, type MessageEvent, transition } from './index.js';

/**
 * Who may say what, when, as MATRIX sections 4 and 5 of the treaties have it: written out once more, so that a type that is
 * dropped from one of the procedure's lists, or added to one, is noticed.
 */
const OPENING: readonly MessageType[] = ['request', 'standing-request', 'spontaneous'];
const OF_INITIATOR: readonly MessageType[] = [
  ...(['confirmation', 'conditions-answer', 'additional-information'] as const),
  ...(['confidentiality-answer', 'attendance-request', 'withdrawal'] as const),
];
const OF_EXECUTOR: readonly MessageType[] = [
  ...(['result', 'refusal', 'postponement', 'conditions', 'additional-information-request'] as const),
  ...(['obstacle', 'forwarded', 'confidentiality-notice', 'attendance-answer'] as const),
];
const QUESTION_OF: Partial<Record<MessageType, MessageType>> = {
  'conditions-answer': 'conditions',
  'confidentiality-answer': 'confidentiality-notice',
  'attendance-answer': 'attendance-request',
  'term-answer': 'term-proposal',
};
/** They answer something, so they cannot come first under an instrument that has requests. */
const NEVER_FIRST: readonly MessageType[] = [
  ...(['confirmation', 'result', 'refusal', 'withdrawal'] as const),
  ...(['conditions-answer', 'confidentiality-answer', 'attendance-answer', 'term-answer'] as const),
];
/** About the information, not the execution: they have a place after the last word, too. */
const OF_INFORMATION: readonly MessageType[] = [
  ...(['consent-request', 'consent-answer', 'consent-revocation', 'consultation', 'return'] as const),
  ...(['costs', 'recall', 'restriction', 'account', 'supplement', 'paper-notice'] as const),
  ...(['correction', 'erasure-request', 'feedback'] as const),
];

const SIDES: readonly Side[] = [INITIATOR, EXECUTOR];

const allowed = (state: CaseState, event: MessageEvent): boolean => transition(state, event).ok;

/** Whose type it is, and whether what it answers has been asked. */
const mayStandInRequest = (type: MessageType, from: Side): boolean =>
  !OPENING.includes(type) &&
  !(OF_INITIATOR.includes(type) && from !== INITIATOR) &&
  !(OF_EXECUTOR.includes(type) && from !== EXECUTOR);

describe.each(MESSAGE_TYPES)('%s', (type) => {
  it('opens a case of its kind, or has no place without one', () => {
    const opened = transition(null, message(type, INITIATOR));
    expect(opened.ok).toBe(!NEVER_FIRST.includes(type));
    if (opened.ok)
      expect(opened.state).toMatchObject({
        kind: OPENING.includes(type) ? type : 'exchange',
        status: 'open',
        initiator: INITIATOR,
        executor: EXECUTOR,
        counts: { [type]: 1 },
      });
  });

  it('may be the first under the agreement of 2013, which has no request procedure (#9.1)', () => {
    expect(transition(null, message(type, INITIATOR, { instrument: 'cis-infosec-2013' })).ok).toBe(true);
  });

  it.each(SIDES)('in a request is for the side that may send it: %s', (from) => {
    const answersNothing = QUESTION_OF[type] !== undefined;
    expect(allowed(run([urgent]), message(type, from))).toBe(
      mayStandInRequest(type, from) && !answersNothing,
    );
  });

  it('answers each question once', () => {
    const question = QUESTION_OF[type];
    if (question === undefined) return;
    const asker = OF_INITIATOR.includes(type) || !OF_EXECUTOR.includes(type) ? EXECUTOR : INITIATOR;
    const answerer = asker === EXECUTOR ? INITIATOR : EXECUTOR;
    const asked = run([urgent, message(question, asker)]);
    expect(allowed(asked, message(type, answerer))).toBe(true);
    expect(
      allowed(run([urgent, message(question, asker), message(type, answerer)]), message(type, answerer)),
    ).toBe(false);
  });

  it.each(SIDES)('in spontaneous information is no answer to a request: %s', (from) => {
    const state = run([message('spontaneous', INITIATOR)]);
    const asksOrExecutes = OF_INITIATOR.includes(type) || OF_EXECUTOR.includes(type);
    expect(allowed(state, message(type, from))).toBe(!OPENING.includes(type) && !asksOrExecutes);
  });

  it.each(SIDES)('in an exchange without a request is for both: %s', (from) => {
    const state = run([message('consultation', INITIATOR)]);
    expect(allowed(state, message(type, from))).toBe(!OPENING.includes(type));
  });

  it.each([
    ['the final result', message('result', EXECUTOR, { extent: 'final' }), EXECUTOR],
    ['a full refusal', message('refusal', EXECUTOR, { extent: 'full' }), EXECUTOR],
    ['passing it on', message('forwarded', EXECUTOR), EXECUTOR],
    ['its withdrawal', message('withdrawal', INITIATOR), INITIATOR],
  ] as const)('after %s is for what concerns the information, or has crossed', (_, last, closer) => {
    // Confirmed before, with nothing asked: only the closing itself is left to stand against a message.
    const state = run([message('request', INITIATOR), last]);
    for (const from of SIDES)
      for (const direction of ['in', 'out'] as const) {
        const possible =
          mayStandInRequest(type, from) && QUESTION_OF[type] === undefined && type !== 'confirmation';
        const crossed = from !== closer && direction === 'in';
        expect([from, direction, allowed(state, message(type, from, { direction }))]).toEqual([
          from,
          direction,
          possible && (OF_INFORMATION.includes(type) || crossed),
        ]);
      }
  });

  it('of a stranger, under another instrument, or in a void case has no place', () => {
    const state = run([urgent]);
    expect(allowed(state, { ...message(type, INITIATOR), from: 'ru-mvd' })).toBe(false);
    expect(allowed(state, message(type, INITIATOR, { instrument: 'csto-infosphere-2014' }))).toBe(false);
    expect(allowed({ ...state, status: 'void' }, message(type, INITIATOR))).toBe(false);
  });
});

it.each([
  ['a question for more', [message('additional-information-request', EXECUTOR)], 'awaiting-information'],
  ['conditions', [message('conditions', EXECUTOR)], 'awaiting-conditions-answer'],
  [
    'a confidentiality notice',
    [message('confidentiality-notice', EXECUTOR)],
    'awaiting-confidentiality-answer',
  ],
  ['a postponement', [message('postponement', EXECUTOR)], 'postponed'],
  [
    'a question answered',
    [message('additional-information-request', EXECUTOR), message('additional-information', INITIATOR)],
    'open',
  ],
  ['conditions answered', [message('conditions', EXECUTOR), message('conditions-answer', INITIATOR)], 'open'],
  [
    'a notice answered',
    [
      message('confidentiality-notice', EXECUTOR),
      message('confidentiality-answer', INITIATOR, { agreed: true }),
    ],
    'open',
  ],
  [
    'conditions after a question',
    [message('additional-information-request', EXECUTOR), message('conditions', EXECUTOR)],
    'awaiting-conditions-answer',
  ],
  ['a partial result', [message('result', EXECUTOR, { extent: 'partial' })], 'open'],
  ['a final result', [message('result', EXECUTOR, { extent: 'final' })], 'answered'],
  ['passing it on', [message('forwarded', EXECUTOR)], 'forwarded'],
  ['a withdrawal', [message('withdrawal', INITIATOR)], 'withdrawn'],
  [
    'a withdrawal that crossed with a result',
    [message('withdrawal', INITIATOR), message('result', EXECUTOR, { extent: 'final' })],
    'answered',
  ],
] as const)('after %s a request is what its facts say', (_, events, status) => {
  expect(run([message('request', INITIATOR), ...events]).status).toBe(status);
});
