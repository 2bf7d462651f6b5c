export * from './vocabulary.js';
export { text, type Text } from './text.js';
export { HOUSE } from './house.js';
export type * from './operations.js';
export type { Binding, Codes, Exchange, Instrument } from './instrument.js';
export {
  agreementSchema,
  arrangementSchema,
  authoritySchema,
  channelSchema,
  daySchema,
  eventSchema,
  idSchema,
  instantSchema,
  levelSchema,
  registerSchema,
  stateSchema,
  type Agreement,
  type Arrangement,
  type Authority,
  type Channel,
  type DepositaryEvent,
  type Register,
} from './register.js';
export { CIS_DEPOSITARY, CIS_STATES, CSTO_DEPOSITARY, CSTO_STATES } from './states.js';
export { INSTRUMENTS, SECRECY_AGREEMENTS, instrumentOf } from './catalogue.js';
export { boundAt, computeForce, type Bound, type Force, type Stay } from './in-force.js';
export { DAY_MS } from './days.js';
export {
  arrangementBetween,
  channelRank,
  compileRegister,
  inForce,
  inForceBetween,
  knownEntry,
  listedEntry,
  secrecyBinds,
  type CompiledRegister,
  type Entry,
} from './compiled.js';
