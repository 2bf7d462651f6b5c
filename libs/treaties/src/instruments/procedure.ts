import { HOUSE } from '../house.js';
import { BY_EXECUTOR, BY_INITIATOR, type MessageType } from '../vocabulary.js';
import type { Operation } from '../operations.js';

/** What only exists inside a case; consultation and consents may also stand alone. */
const IN_CASE: readonly MessageType[] = [
  'confirmation',
  'result',
  'refusal',
  'postponement',
  'conditions',
  'conditions-answer',
  'additional-information-request',
  'additional-information',
  'obstacle',
  'forwarded',
  'confidentiality-notice',
  'confidentiality-answer',
  'attendance-request',
  'attendance-answer',
  'return',
  'reminder',
  'withdrawal',
  'costs',
  'recall',
  'restriction',
];
/** Where an instrument has a request procedure: who asks and who executes follows from who opened the case. */
export const requestProcedure: readonly Operation[] = [
  { op: 'in-case', on: IN_CASE, unmet: HOUSE.noRule },
  { op: 'sent-by', on: BY_INITIATOR, who: 'initiator', unmet: HOUSE.noRule },
  { op: 'sent-by', on: BY_EXECUTOR, who: 'executor', unmet: HOUSE.noRule },
];
