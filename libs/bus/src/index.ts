export { type BusConnectionOptions, type BusState, type BusTls } from './connection.js';
export { BusContext, COMMITTED, type Committed, type Delivery, type DeliveryHandler } from './delivery.js';
export { type HeldDelivery } from './consumer.js';
export { BusServer, type BusServerOptions } from './server.js';
export { BODY_BYTES_MAX, BusPublisher, type BusMessage, type BusPublisherOptions } from './publisher.js';
export { type LaneLimits } from './lane.js';
export { ThrownAsItIs } from './thrown.js';
