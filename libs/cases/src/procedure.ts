import { unixSeconds } from '#core';
import { BY_EXECUTOR, BY_INITIATOR, type MessageType } from '#treaties';
import type { CaseState, MessageEvent } from './state.js';

/** An answer needs its question, sent by the other side and not answered yet. */
const QUESTION_OF: Readonly<Partial<Record<MessageType, MessageType>>> = {
  'conditions-answer': 'conditions',
  'confidentiality-answer': 'confidentiality-notice',
  'attendance-answer': 'attendance-request',
  'term-answer': 'term-proposal',
};
/** What still makes sense after the end: it concerns the information, not the execution. */
const AFTER_CLOSING: readonly MessageType[] = [
  'consent-request',
  'consent-answer',
  'consent-revocation',
  'consultation',
  'return',
  'costs',
  'recall',
  'restriction',
  'account',
  'supplement',
  'paper-notice',
  'correction',
  'erasure-request',
  'feedback',
];
const OPENING: readonly MessageType[] = ['request', 'standing-request', 'spontaneous'];

/** Why a message has no place in the case, in words; undefined: it has one. */
export function objectionTo(event: MessageEvent, state: CaseState): string | undefined {
  const { type, from } = event;
  if (state.status === 'void')
    return 'the message that opened the case was voided or rejected: there is no case';
  if (event.instrument !== state.instrument)
    return `the case is under ${state.instrument}, the message under ${event.instrument}`;
  if (OPENING.includes(type)) return `a ${type} opens a case of its own`;
  if (![state.initiator, state.executor].includes(from)) return `${from} takes no part in the case`;
  const ended = lapseObjection(event, state);
  if (ended !== undefined) return ended;
  if (state.kind === 'exchange') return undefined;
  if (state.kind === 'spontaneous') {
    return BY_EXECUTOR.includes(type) || BY_INITIATOR.includes(type)
      ? `a ${type} answers a request, and there is none`
      : undefined;
  }
  if (BY_INITIATOR.includes(type) && from !== state.initiator) return `only the initiator sends a ${type}`;
  if (BY_EXECUTOR.includes(type) && from !== state.executor) return `only the executor sends a ${type}`;
  if (type === 'confirmation' && state.confirmed) return 'there is nothing to confirm';
  const question = QUESTION_OF[type];
  if (question !== undefined && count(state, type) >= count(state, question))
    return `there is no open ${question} to answer`;
  return AFTER_CLOSING.includes(type) ? undefined : closingObjection(event, state);
}

/** What was sent while both were bound may still be on its way. */
function lapseObjection({ type, sentAt }: MessageEvent, { lapsedAt }: CaseState): string | undefined {
  if (lapsedAt === undefined || AFTER_CLOSING.includes(type)) return undefined;
  if (unixSeconds(sentAt) < unixSeconds(lapsedAt)) return undefined;
  return `the case lapsed at ${lapsedAt}, when one of the two ceased to be bound: a ${type} is not allowed in it`;
}

/** Each side is held to what it said itself; what the other side said may have crossed with a message that comes in. */
function closingObjection({ type, from, direction }: MessageEvent, state: CaseState): string | undefined {
  const doneByExecutor = state.final || state.refusedInFull || count(state, 'forwarded') > 0;
  const doneByInitiator = count(state, 'withdrawal') > 0;
  const own = from === state.executor ? doneByExecutor : doneByInitiator;
  const others = from === state.executor ? doneByInitiator : doneByExecutor;
  return own || (others && direction === 'out')
    ? `the case is ${state.status}, a ${type} is not allowed in it`
    : undefined;
}

export function count(state: Pick<CaseState, 'counts'>, type: MessageType): number {
  return state.counts[type] ?? 0;
}
