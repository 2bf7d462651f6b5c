export {
  attachmentsQueue,
  deadLetterExchange,
  deadLetterQueue,
  inboxQueue,
  isNodeId,
  LANES,
  laneQueue,
  nodeOfExchange,
  outExchange,
  PEER_KINDS,
  requireNodeId,
  senderOfQueue,
  type Lane,
  type PeerKind,
} from './names.js';
export {
  busDefinitions,
  DEFAULT_LIMITS,
  DELIVERY_LIMIT,
  rabbitPasswordHash,
  type BusDefinitionsInput,
  type BusNode,
  type QueueLimit,
  type RabbitMqDefinitions,
} from './definitions.js';
export { applyDefinitions } from './management.js';
