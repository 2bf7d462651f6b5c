import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  attachmentsQueue,
  busDefinitions,
  DELIVERY_LIMIT,
  inboxQueue,
  isNodeId,
  outExchange,
  rabbitPasswordHash,
} from './index.js';

const nodes = [{ id: 'kz', password: 'secret' }, { id: 'cis-atc', passwordHash: 'aGFzaA==' }, { id: 'by' }];
const definitions = busDefinitions({ vhost: 'valise', nodes });

describe('busDefinitions', () => {
  it('gives every ordered pair two quorum queues, bound to the sender’s exchange alone', () => {
    const inboxes = definitions.queues.filter(({ name }) => !name.startsWith('dead.'));
    expect(inboxes).toHaveLength(3 * 2 * 2);
    for (const queue of definitions.queues) expect(queue.arguments).toEqual({ 'x-queue-type': 'quorum' });
    for (const { name } of inboxes) {
      const bindings = definitions.bindings.filter(({ destination }) => destination === name);
      const from = /\.from\.([^.]+)/.exec(name)?.[1] ?? '';
      expect(bindings.map(({ source, routing_key }) => [source, routing_key])).toEqual([
        [outExchange(from), name],
      ]);
    }
  });

  it('lets pairs be named one by one', () => {
    const { queues } = busDefinitions({ vhost: 'v', nodes, pairs: [{ from: 'kz', to: 'by' }] });
    expect(queues.map(({ name }) => name)).toEqual([
      'by.from.kz',
      'by.from.kz.attachments',
      'dead.kz',
      'dead.cis-atc',
      'dead.by',
    ]);
  });

  it('has exactly one policy for every queue', () => {
    for (const { name } of definitions.queues) {
      const matching = definitions.policies.filter(({ pattern }) => new RegExp(pattern).test(name));
      expect(matching).toHaveLength(1);
      const policy = matching[0]?.definition;
      if (name.startsWith('dead.')) expect(policy).not.toHaveProperty('dead-letter-exchange');
      else
        expect(policy).toMatchObject({
          'delivery-limit': DELIVERY_LIMIT,
          overflow: 'reject-publish',
          'dead-letter-strategy': 'at-least-once',
          'dead-letter-exchange': `dead.${name.split('.')[0] ?? ''}`,
        });
    }
  });

  it('opens no account by password without one', () => {
    expect(definitions.users).toEqual([
      { name: 'kz', tags: [], password: 'secret' },
      expect.objectContaining({ name: 'cis-atc', password_hash: 'aGFzaA==' }),
      expect.objectContaining({ name: 'by', password_hash: '' }),
    ]);
  });

  it('permits a node its own exchange and its own queues, whatever the others are called', () => {
    const nodeId = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?$/);
    fc.assert(
      fc.property(fc.uniqueArray(nodeId, { minLength: 2, maxLength: 4 }), (ids) => {
        const { permissions, queues, exchanges } = busDefinitions({
          vhost: 'v',
          nodes: ids.map((id) => ({ id })),
        });
        for (const { user, configure, write, read } of permissions) {
          const may = (pattern: string, name: string): boolean => new RegExp(pattern).test(name);
          const names = [...queues, ...exchanges].map(({ name }) => name);
          expect(names.filter((name) => may(configure, name))).toEqual([]);
          expect(['', 'amq.default', 'amq.topic', ...names].filter((name) => may(write, name))).toEqual([
            outExchange(user),
          ]);
          const own = ids
            .filter((id) => id !== user)
            .flatMap((id) => [inboxQueue(user, id), attachmentsQueue(user, id)]);
          const readable = queues.map(({ name }) => name).filter((name) => may(read, name));
          expect(readable.sort()).toEqual([...own, `dead.${user}`].sort());
        }
      }),
    );
  });

  it('refuses a name that would mean something in a pattern or a queue’s name', () => {
    for (const id of ['', 'a.b', 'KZ', 'a*', 'kz.from.by', '-a', 'a-', 'a b', 'é', 'a'.repeat(64)]) {
      expect(isNodeId(id)).toBe(false);
      expect(() => busDefinitions({ vhost: 'v', nodes: [{ id }] })).toThrow('cannot name a node');
    }
  });
});

describe('config/rabbitmq/definitions.example.json', () => {
  it('is what busDefinitions makes for its three nodes', () => {
    const example: unknown = JSON.parse(readFileSync('config/rabbitmq/definitions.example.json', 'utf8'));
    expect(example).toEqual(
      busDefinitions({ vhost: 'valise', nodes: ['by', 'cis-atc', 'kz'].map((id) => ({ id })) }),
    );
  });
});

describe('rabbitPasswordHash', () => {
  it('is what RabbitMQ’s documentation computes for test12 with the salt 908DC60A', () => {
    expect(rabbitPasswordHash('test12', Buffer.from('908DC60A', 'hex'))).toBe(
      'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR',
    );
  });
});
