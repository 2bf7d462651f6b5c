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
export { judge, obstacleIn, requirePermit, underCeiling, type Intended, type JudgingBasis } from './judge.js';
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
