import { HOUSE } from '../house.js';
import type { Exchange } from '../instrument.js';
import type { Operation } from '../operations.js';
import type { MessageType } from '../vocabulary.js';

/** Confirmation of a request and answers to it: without the request, or from the wrong side, they are no such thing. */
const CONFIRMATION: readonly MessageType[] = ['confirmation'];
const ANSWERS: readonly MessageType[] = [
  'result',
  'refusal',
  'postponement',
  'conditions',
  'obstacle',
  'forwarded',
];
/** Merely procedural: silence on procedure is no prohibition, but an officer should look twice. */
const OF_INITIATOR: readonly MessageType[] = [
  'conditions-answer',
  'additional-information',
  'confidentiality-answer',
  'attendance-request',
  'withdrawal',
];
const OF_EXECUTOR: readonly MessageType[] = [
  'additional-information-request',
  'confidentiality-notice',
  'attendance-answer',
];
/** Who may send what inside a case that asks for execution; other types are open to both. */
export const BY_INITIATOR: readonly MessageType[] = [...CONFIRMATION, ...OF_INITIATOR];
export const BY_EXECUTOR: readonly MessageType[] = [...ANSWERS, ...OF_EXECUTOR];

const OF_BOTH: readonly MessageType[] = [
  'return',
  'reminder',
  'costs',
  'recall',
  'restriction',
  'account',
  'supplement',
  'paper-notice',
  'term-proposal',
  'term-answer',
  'correction',
  'erasure-request',
  'feedback',
];

/**
 * Where an instrument has a request procedure: who asks and who executes follows from who opened the case. Consultation
 * and consents may stand alone.
 */
export const requestProcedure: readonly Operation[] = [
  { op: 'in-case', on: [...CONFIRMATION, ...ANSWERS], unmet: HOUSE.noRule },
  { op: 'sent-by', on: CONFIRMATION, who: 'initiator', unmet: HOUSE.noRule },
  { op: 'sent-by', on: ANSWERS, who: 'executor', unmet: HOUSE.noRule },
  { op: 'in-case', on: [...OF_INITIATOR, ...OF_EXECUTOR, ...OF_BOTH], warning: HOUSE.unusual },
  { op: 'sent-by', on: OF_INITIATOR, who: 'initiator', warning: HOUSE.unusual },
  { op: 'sent-by', on: OF_EXECUTOR, who: 'executor', warning: HOUSE.unusual },
];

/**
 * Procedural messages that none of the texts mentions. They say what became of information that was given, correct it,
 * or announce what goes on paper.
 */
export const UNSPOKEN: readonly MessageType[] = [
  'return',
  'reminder',
  'withdrawal',
  'recall',
  'account',
  'supplement',
  'paper-notice',
  'correction',
  'erasure-request',
  'feedback',
];

/** The constraints on what was given go on after withdrawal, under every instrument, and so does what concerns them. */
export const continuing: Exchange['continuing'] = {
  on: [
    'consent-request',
    'consent-answer',
    'consent-revocation',
    'restriction',
    'recall',
    'account',
    'correction',
    'erasure-request',
    'return',
  ],
  rule: HOUSE.continuing,
};
