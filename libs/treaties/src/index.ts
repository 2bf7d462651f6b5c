export * from './vocabulary.js';
export { text, type Text } from './text.js';
export { HOUSE, type House } from './house.js';
export { BY_EXECUTOR, BY_INITIATOR } from './instruments/procedure.js';
export type * from './operations.js';
export type { Binding, Codes, Exchange, Instrument } from './instrument.js';
export {
  agreementSchema,
  authoritySchema,
  daySchema,
  eventSchema,
  idSchema,
  instantSchema,
  levelSchema,
  registerArrangementSchema,
  registerChannelSchema,
  registerSchema,
  stateSchema,
  type Agreement,
  type Authority,
  type DepositaryEvent,
  type Register,
} from './register.js';
export { CIS_DEPOSITARY, CIS_STATES, CSTO_DEPOSITARY, CSTO_STATES } from './states.js';
export { INSTRUMENTS, LAW, SECRECY_AGREEMENTS, instrumentOf, type Law } from './catalogue.js';
export { boundAt, computeForce, type Bound, type Force, type Stay } from './in-force.js';
export { DAY_MS } from './days.js';
export {
  agreementBinds,
  arrangementBetween,
  bodyOf,
  consenterFor,
  channelRank,
  compileRegister,
  forceAt,
  inForce,
  inForceBetween,
  instrumentAt,
  isUnit,
  knownEntry,
  lastBound,
  listedEntry,
  secrecyBinds,
  wereBoundTogether,
  type CompiledRegister,
  type Entry,
} from './compiled.js';
export {
  CERTIFICATE_ROLES,
  accreditationSchema,
  arrangementSchema,
  bookIdsFor,
  requiredBookIdsFor,
  keeperOf,
  speaksFor,
  levelOfGrade,
  nationalListSchema,
  treatyBookSchema,
  type Accreditation,
  type Arrangement,
  type NationalList,
  type TreatyBook,
} from './books.js';
export { assembleRegister } from './assemble.js';
export { KAZAKHSTAN_AUTHORITIES_2017, KAZAKHSTAN_GRADES, KAZAKHSTAN_SOURCE_2017 } from './kazakhstan.js';
export { articlesOf, type Unit } from './articles.js';
export { DIVISIONS, PUBLISHED, type Published } from './published.js';
export { provisionsIn, type Placed, type RuleEffect } from './provisions.js';
export { canonical, rulesOf, unitCodes, type ArticleRules, type Rule } from './rules.js';
