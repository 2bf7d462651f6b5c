import { readEnvironment } from './environment.js';

describe('what the operator says about services', () => {
  it('may be nothing, and an empty variable is nothing', () => {
    expect(readEnvironment({ AMQP_URL: '', DATABASE_URL: '', PATH: '/bin' })).toEqual({});
  });

  it('is wrong when AMQP_URL comes without its management API', () => {
    expect(() => readEnvironment({ AMQP_URL: 'amqp://a:b@host' })).toThrow(
      /AMQP_URL is set but AMQP_MANAGEMENT_URL is not/,
    );
  });

  it.each([
    ['DATABASE_URL', 'mysql://host/db'],
    ['AMQP_MANAGEMENT_URL', 'amqp://host'],
    ['AMQP_URL', 'not a url'],
    ['VALISE_RABBITMQ', 'magic'],
  ])('names %s when it is wrong', (name, value) => {
    expect(() => readEnvironment({ [name]: value })).toThrow(new RegExp(`^${name}: `));
  });
});
