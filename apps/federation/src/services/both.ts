import { providePostgres, type PostgresOptions, type PostgresService } from './postgres.js';
import { provideRabbitmq, type RabbitmqService } from './rabbitmq.js';

export interface Services {
  readonly rabbitmq: RabbitmqService;
  readonly postgres: PostgresService;
  stop(): Promise<void>;
}

/** Both services at once; if one cannot start, the other is stopped before the error is thrown. */
export async function provideServices(options: PostgresOptions): Promise<Services> {
  const [rabbitmq, postgres] = await Promise.allSettled([provideRabbitmq(options), providePostgres(options)]);
  if (rabbitmq.status === 'fulfilled' && postgres.status === 'fulfilled') {
    return {
      rabbitmq: rabbitmq.value,
      postgres: postgres.value,
      async stop() {
        await Promise.all([rabbitmq.value.stop(), postgres.value.stop()]);
      },
    };
  }
  if (rabbitmq.status === 'fulfilled') await rabbitmq.value.stop();
  if (postgres.status === 'fulfilled') await postgres.value.stop();
  throw rabbitmq.status === 'rejected' ? rabbitmq.reason : (postgres as PromiseRejectedResult).reason;
}
