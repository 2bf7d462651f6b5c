export { provideServices, type Services } from './both.js';
export { untilInterrupted } from './interrupted.js';
export { endServices, removeServices } from './leftovers.js';
export { acquireLock, type Lock } from './lock.js';
export { findPorts, isFree } from './ports.js';
export { keptSecrets, randomPassword, writeSecret } from './kept.js';
export { providePostgres, type NewDatabase, type PostgresOptions, type PostgresService } from './postgres.js';
export { provideRabbitmq, type RabbitmqOptions, type RabbitmqService } from './rabbitmq.js';
