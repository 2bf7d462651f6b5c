import { z } from 'zod';
import { ValiseError } from '#core';

const url = (...protocols: string[]) =>
  z
    .url({
      protocol: new RegExp(`^(${protocols.join('|')})$`),
      error: `must be a URL ${protocols.join(':// or ')}://`,
    })
    .max(2_000);

const environmentSchema = z.object({
  AMQP_URL: url('amqp', 'amqps').optional(),
  AMQP_MANAGEMENT_URL: url('http', 'https').optional(),
  DATABASE_URL: url('postgres', 'postgresql').optional(),
  /** Forces one way to a broker; by default the first that works is taken. */
  VALISE_RABBITMQ: z.enum(['docker', 'installed', 'packages']).optional(),
});

export type ServiceEnvironment = z.infer<typeof environmentSchema>;

/**
 * What the operator said about services in the environment; an empty variable counts as absent.
 * @throws ValiseError CONFIGURATION naming the variable that is wrong.
 */
export function readEnvironment(env: NodeJS.ProcessEnv): ServiceEnvironment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = environmentSchema.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ValiseError(
      'CONFIGURATION',
      `${issue?.path.join('.') ?? 'environment'}: ${issue?.message ?? 'invalid'}`,
    );
  }
  if (result.data.AMQP_URL !== undefined && result.data.AMQP_MANAGEMENT_URL === undefined) {
    throw new ValiseError(
      'CONFIGURATION',
      'AMQP_URL is set but AMQP_MANAGEMENT_URL is not: users, permissions and queues are set up through the broker’s management API',
      { remedy: 'set AMQP_MANAGEMENT_URL, for example http://admin:password@broker.example:15672' },
    );
  }
  return result.data;
}
