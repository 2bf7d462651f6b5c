export {
  CASE_STATUSES,
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
export { replay, voided } from './replay.js';
export { transition } from './transition.js';
