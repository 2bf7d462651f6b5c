export {
  actOf,
  bodySchema,
  code,
  instant,
  messageType,
  purpose,
  typeOf,
  type Body,
  type MessageType,
} from './body.js';
export { sendAction, type Signers } from './action.js';
export { byEffect, eventOf, type PlaceInCase } from './cases.js';
export { judge, obstacleIn, requirePermit, underCeiling, type Intended, type JudgingBasis } from './judge.js';
export { pairIn } from './batch.js';
export { readPayload, readStoredPayload } from './payloads.js';
export {
  fitsSuccessor,
  GAP_MAX,
  placeOf,
  type IncomingSequence,
  type Neighbours,
  type Numbered,
  type Place,
} from './sequence.js';
export {
  settleIn,
  settleLog,
  settleOut,
  type Incoming,
  type Leaving,
  type Left,
  type Pair,
  type Refused,
  type SettledIn,
  type Telling,
} from './batch.js';
export type { Delivered, Numbering } from './endings.js';
export type { Settled } from './incoming.js';
export { beginEpoch, statement } from './epochs.js';
export type { Asking } from './requests.js';
export type { TakenTelling, Told } from './mirroring.js';
export type { Heads } from './internal.js';
export { settleInternal, settleTelling, type Fault, type Keeping, type Speaking } from './own-logs.js';
export { afterPublishing } from './publishing.js';
export type { ToTell } from './telling.js';
export type { Outgoing } from './sending.js';
export { instantAt, pairOf, putPair, type Bounds, type Circumstances } from './settlement.js';
export { keyOf } from './keys.js';
export * from './tables.js';
export { LoadedRows, Missing, View, type Changes, type Facts, type Name } from './view.js';
export { decisionRow, readable, type Readable, type Rejecting } from './verdict.js';
export { officerRoles, signersOf } from './waiting.js';
export { RANGES_MAX } from './gaps.js';
export { rejecting, storable } from './verdict.js';
export { pauseBefore } from './holding.js';
export { wantedIn, wantedLog, wantedOut } from './prefetch.js';
