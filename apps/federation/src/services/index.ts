export { provideServices, type Services } from './both.js';
export { watchInterruption, type Interruption } from './interrupted.js';
export { beginRun, endAbandonedRuns, endRun } from './runs.js';
export { endServices, removeServices } from './leftovers.js';
export { acquireLock, type Lock } from './lock.js';
export { findPorts, isFree } from './ports.js';
export { keptSecrets } from './kept.js';
export { providePostgres, type NewDatabase, type PostgresOptions, type PostgresService } from './postgres.js';
export type { RabbitmqOptions } from './broker.js';
export { provideRabbitmq, type RabbitmqService } from './rabbitmq.js';
export {
  superviseProcesses,
  type Processes,
  type ProcessSpec,
  type ProcessState,
  type SupervisedProcess,
} from './processes.js';
