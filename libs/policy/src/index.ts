export {
  actionSchema,
  caseFactsSchema,
  consentSchema,
  itemSchema,
  messageSchema,
  purposeSchema,
  type Action,
  type CaseFacts,
  type Consent,
  type DiscloseAction,
  type InForceAction,
  type Item,
  type Message,
  type Purpose,
  type SendAction,
  type TransferAction,
  type UseAction,
} from './action.js';
export {
  EFFECT_TEXTS,
  OUTCOMES,
  conditionsIn,
  type Decision,
  type Effect,
  type Finding,
  type Obligation,
  type Outcome,
} from './decision.js';
export { decide } from './decide.js';
/** For libs/information, which asks the same questions of what items carry with them. */
export { agreedIn, type Agreed, type Consenters, type Grant, type Held, type Passage } from './agreed.js';
export { purposeWithin } from './consents.js';
export { decideOnward, decideUseOf } from './information.js';
export { lawAt, type LawAt } from './law-at.js';
export {
  decisionFileSchema,
  expectationSchema,
  mismatches,
  type DecisionFile,
  type Expectation,
} from './vectors.js';
export { intendedSchema, which, type Carrier, type Intended } from './which.js';
export { explain } from './explain.js';
export { endOfLocalDays } from './deadlines.js';
export { compileRegister, type CompiledRegister } from '#treaties';
