import { type Instant, instantOf, unixSeconds } from '#core';
import { HOUSE, type MessageType } from '#treaties';
import type { Obligation } from '#policy';
import { count, objectionTo } from './procedure.js';
import {
  CLOSED_STATUSES,
  type CaseEffect,
  type CaseEvent,
  type CaseKind,
  type CaseState,
  type CaseStatus,
  type Duty,
  type MessageEvent,
  type Transition,
} from './state.js';

type Clock = Omit<Extract<CaseEffect, { kind: 'clock' }>, 'kind'>;

/** Three days "from the moment of transmission, kept to the second" (2018 #6.2.1, CSTO #6.4). */
const CONFIRM_SECONDS = 72 * 3600;
const KINDS: Readonly<Partial<Record<MessageType, CaseKind>>> = {
  request: 'request',
  'standing-request': 'standing-request',
  spontaneous: 'spontaneous',
};
/** What cannot be without a case that it is about, under an instrument with a request procedure. */
const NEVER_FIRST: readonly MessageType[] = [
  'confirmation',
  'result',
  'refusal',
  'withdrawal',
  'conditions-answer',
  'confidentiality-answer',
  'attendance-answer',
  'term-answer',
];

/**
 * What an event makes of a case. Both ends run the same function on the same messages; `decide` has judged each
 * message before.
 *
 * @param state null: the event opens the case
 */
export function transition(state: CaseState | null, event: CaseEvent): Transition {
  if (event.kind === 'message') return state === null ? open(event) : advance(state, event);
  if (state === null) return refused('there is no such case');
  switch (event.kind) {
    case 'received':
      return noteReceipt(state, event);
    case 'clock-ran-out':
      return noteOverdue(state, event);
    case 'left':
      return noteLapse(state, event.at);
  }
}

function open(event: MessageEvent): Transition {
  const forwardedFor = event.type === 'forwarded' ? event.initiator : undefined;
  const kind = forwardedFor === undefined ? (KINDS[event.type] ?? 'exchange') : 'request';
  // The agreement of 2013 has no request procedure: there any message may be the first (#9.1).
  if (NEVER_FIRST.includes(event.type) && event.instrument !== 'cis-infosec-2013') {
    return refused(`a ${event.type} must belong to an existing case`);
  }
  const confirmation = confirmationOf(event);
  const term = termOf(event);
  const state: CaseState = {
    instrument: event.instrument,
    kind,
    initiator: forwardedFor ?? event.from,
    executor: event.to,
    status: 'open',
    requestId: event.id,
    sentAt: event.sentAt,
    receivedAt: event.receivedAt,
    deadline: term?.by ?? null,
    confirmed: confirmation === undefined,
    confirmBy: confirmation?.by ?? null,
    confidentialityAsked: event.confidential,
    overdue: [],
    // The opening message of a passed-on case is not this executor's own forwarding.
    counts: forwardedFor === undefined ? { [event.type]: 1 } : {},
    final: false,
    refusedInFull: false,
  };
  const clocks = [confirmation, term].filter((clock) => clock !== undefined);
  return { ok: true, state, effects: clocks.map((clock) => ({ kind: 'clock', ...clock })) };
}

function advance(state: CaseState, event: MessageEvent): Transition {
  const objection = objectionTo(event, state);
  if (objection !== undefined) return refused(objection);
  const effects: CaseEffect[] = [];
  let next: CaseState = { ...state, counts: { ...state.counts, [event.type]: count(state, event.type) + 1 } };
  if (event.type === 'confirmation') {
    // A late confirmation still counts.
    next = {
      ...next,
      confirmed: true,
      overdue: overdueAfter(next, 'confirm-in-writing', state.confirmBy, event.sentAt),
    };
    effects.push({ kind: 'clock-stopped', duty: 'confirm-in-writing' });
  }
  if (isExecuted(state) && endsExecution(state, event)) {
    next = {
      ...next,
      final: next.final || event.type === 'result',
      refusedInFull: next.refusedInFull || event.type === 'refusal',
      overdue: overdueAfter(next, dutyOf(state), state.deadline, event.sentAt),
    };
    if (state.deadline !== null) effects.push({ kind: 'clock-stopped', duty: dutyOf(state) });
  }
  // Not going on without confidentiality ends the request (2018 #8.3). Conditions that are not accepted end nothing: the
  // requested side then postpones, refuses or goes on.
  if (isExecuted(state) && event.type === 'confidentiality-answer' && event.agreed === false) {
    next = { ...next, counts: { ...next.counts, withdrawal: 1 } };
  }
  const status = statusOf(next);
  if (CLOSED_STATUSES.includes(status) && !CLOSED_STATUSES.includes(state.status))
    effects.push({ kind: 'closed', status });
  return { ok: true, state: { ...next, status }, effects };
}

/** Something is asked for, so that there is something to be done and to be closed with. */
function isExecuted({ kind }: CaseState): boolean {
  return kind === 'request' || kind === 'standing-request';
}

/** A standing request is answered as information arrives: no result is its last. */
function endsExecution(state: CaseState, event: MessageEvent): boolean {
  if (event.type === 'result') return event.extent !== 'partial' && state.kind === 'request';
  return event.type === 'refusal' && event.extent !== 'partial';
}

/** The status follows from the facts, not from their order. */
function statusOf(state: CaseState): CaseStatus {
  if (!isExecuted(state)) return state.lapsedAt === undefined ? 'open' : 'lapsed';
  if (state.final) return 'answered';
  if (state.refusedInFull) return 'refused';
  if (count(state, 'withdrawal') > 0) return 'withdrawn';
  if (count(state, 'forwarded') > 0) return 'forwarded';
  if (state.lapsedAt !== undefined) return 'lapsed';
  if (count(state, 'confidentiality-notice') > count(state, 'confidentiality-answer'))
    return 'awaiting-confidentiality-answer';
  if (count(state, 'conditions') > count(state, 'conditions-answer')) return 'awaiting-conditions-answer';
  if (count(state, 'additional-information-request') > count(state, 'additional-information'))
    return 'awaiting-information';
  return count(state, 'postponement') > 0 ? 'postponed' : 'open';
}

function noteReceipt(state: CaseState, event: Extract<CaseEvent, { kind: 'received' }>): Transition {
  if (event.id !== state.requestId || state.receivedAt !== null) return { ok: true, state, effects: [] };
  const term = termOf({
    instrument: state.instrument,
    deadline: state.deadline,
    obligations: event.obligations,
  });
  const isMoved = term && term.by !== state.deadline && !endedBefore(state, term.by);
  const effects: CaseEffect[] = isMoved ? [{ kind: 'clock', ...term }] : [];
  return { ok: true, state: { ...state, receivedAt: event.at, deadline: term?.by ?? null }, effects };
}

function noteOverdue(state: CaseState, event: Extract<CaseEvent, { kind: 'clock-ran-out' }>): Transition {
  const due = dueOf(state, event.duty);
  if (
    due === null ||
    state.overdue.includes(event.duty) ||
    unixSeconds(event.at) < unixSeconds(due) ||
    endedBefore(state, due)
  )
    return { ok: true, state, effects: [] };
  const overdue = [...state.overdue, event.duty].sort();
  return {
    ok: true,
    state: { ...state, overdue },
    effects: [{ kind: 'overdue', duty: event.duty, rule: ruleOf(state.instrument, event.duty) }],
  };
}

/** By when a duty has to be done; null: nothing of the kind is to be done. */
function dueOf(state: CaseState, duty: Duty): Instant | null {
  if (duty === 'confirm-in-writing') return state.confirmed ? null : state.confirmBy;
  return state.final || state.refusedInFull ? null : state.deadline;
}

/**
 * An open case ends, and with it what is owed from then on (MATRIX section 1). What had to be done before stays overdue, and a message that was
 * sent before may still come and close the case in its own way.
 */
function noteLapse(state: CaseState, at: Instant): Transition {
  if (state.lapsedAt !== undefined || state.status === 'void') return { ok: true, state, effects: [] };
  const lapsed = { ...state, lapsedAt: at };
  const ended = (['confirm-in-writing', dutyOf(state)] as const).filter((duty) => {
    const due = dueOf(state, duty);
    return due !== null && endedBefore(lapsed, due);
  });
  const effects: CaseEffect[] = ended.map((duty) => ({ kind: 'clock-stopped', duty }));
  const status = statusOf(lapsed);
  if (!CLOSED_STATUSES.includes(state.status)) effects.push({ kind: 'closed', status });
  const overdue = state.overdue.filter((duty) => !ended.includes(duty));
  return { ok: true, state: { ...lapsed, overdue, status }, effects };
}

/** Whether a case lapsed before a duty in it had to be done. */
function endedBefore({ lapsedAt }: CaseState, due: Instant): boolean {
  return lapsedAt !== undefined && unixSeconds(lapsedAt) <= unixSeconds(due);
}

/** Whether a duty was done in time is judged by when the message was sent, so both ends judge alike. */
function overdueAfter(state: CaseState, duty: Duty, by: Instant | null, doneAt: Instant): readonly Duty[] {
  const others = state.overdue.filter((overdue) => overdue !== duty);
  const late = by !== null && unixSeconds(doneAt) > unixSeconds(by);
  return late ? [...others, duty].sort() : others;
}

function confirmationOf(event: MessageEvent): Clock | undefined {
  const obligation = event.obligations.find(({ do: duty }) => duty === 'confirm-in-writing');
  return (
    obligation && {
      duty: 'confirm-in-writing',
      by: instantOf(unixSeconds(event.sentAt) + CONFIRM_SECONDS),
      rule: obligation.rule,
    }
  );
}

/** The instrument's own term from receipt, else what the requester asked for. */
function termOf(event: {
  instrument: string;
  deadline: Instant | null;
  obligations: readonly Obligation[];
}): Clock | undefined {
  for (const obligation of event.obligations) {
    if (obligation.do === 'execute' || obligation.do === 'answer')
      return { duty: obligation.do, by: obligation.by, rule: obligation.rule };
  }
  return event.deadline === null
    ? undefined
    : { duty: 'execute', by: event.deadline, rule: ruleOf(event.instrument, 'execute') };
}

function dutyOf(state: CaseState): Duty {
  return state.instrument === 'cis-counterterror-2017' ? 'answer' : 'execute';
}

/** Articles behind the clocks (MATRIX sections 4 and 5). */
const RULES: Readonly<Record<string, Partial<Record<Duty, string>>>> = {
  'cis-it-crime-2018': { 'confirm-in-writing': '6.2.1', execute: '7.1' },
  'csto-infosphere-2014': { 'confirm-in-writing': '6.4', execute: '7.2' },
  'cis-counterterror-2017': { answer: '8.2' },
};

function ruleOf(instrument: string, duty: Duty): string {
  const article = RULES[instrument]?.[duty];
  return article === undefined ? HOUSE.procedure.cite : `${instrument}#${article}`;
}

function refused(detail: string): Transition {
  return { ok: false, code: 'CASE_TRANSITION', detail, rule: HOUSE.procedure.cite };
}
