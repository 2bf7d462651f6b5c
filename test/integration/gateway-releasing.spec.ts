import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Incoming, Telling } from '#exchange';
import { Releasing } from '../../apps/gateway/src/sequence/releasing.js';
import { type EmptyDatabase, gatewayDatabase } from './empty-database.js';

let gateway: EmptyDatabase;
beforeAll(async () => {
  gateway = await gatewayDatabase();
});
afterAll(async () => {
  await gateway.end();
});

const OWN = 'by-mvd';

/** A pair with so many gaps in an epoch that ended, and messages of it of which only the peer's log tells. */
async function pairWith(peer: string, gaps: number, overdue: number): Promise<void> {
  const all = Array.from({ length: gaps }, (_, at) => ({ ep: 1, from: 2 * at + 1, to: 2 * at + 1 }));
  await gateway.database.query(
    `INSERT INTO pair (own, peer, out_ep, out_n, out_total, in_ep, in_n, in_total, gaps, waiting, log_size, log_edge, receipted_to, duplicates)
     VALUES ($1, $2, 1, 0, 0, 2, 0, 0, $3, '[]', 0, '', 0, 0)`,
    [OWN, peer, JSON.stringify(all)],
  );
  await gateway.database.query(
    `INSERT INTO overdue (key, own, peer, id, d, ep, n)
     SELECT $1 || ' ' || $2 || ' in 1 ' || n, $1, $2, gen_random_uuid(), 'D', 1, n FROM generate_series(1000, 999 + $3::integer) AS n`,
    [OWN, peer, overdue],
  );
}

it('messages that find no room among the gaps of their pair keep those of no other waiting', async () => {
  await pairWith('am-nss', 256, 1_000);
  await pairWith('kz-knb', 255, 1);
  const looked: string[] = [];
  const settling = {
    in([member]: readonly Incoming[]) {
      if (member?.kind === 'overdue') looked.push(member.key);
      return Promise.resolve({ settled: ['refused'], more: [], publishes: false });
    },
  };
  const none = {} as never;
  const releasing = new Releasing(gateway.database, none, settling as never, none, none);
  await releasing.lookAtOverdue();
  expect(looked).toEqual([`${OWN} kz-knb in 1 1000`]);
});

it('a receipt that cannot be taken keeps no other waiting that waited for our clock', async () => {
  const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  await gateway.database.query(
    `INSERT INTO deferred (key, own, peer, received, due_at) SELECT 'leaf ' || n, 'by-mvd', 'kz-knb', '{}', now() FROM generate_series(1, 3) AS n`,
  );
  const taken: string[] = [];
  const settling = {
    log([member]: readonly Telling[]) {
      if (member?.kind !== 'deferred') throw new Error('another was asked for');
      if (taken.push(member.leaf) === 1) throw new Error('it cannot be taken');
      return Promise.resolve({});
    },
  };
  const none = {} as never;
  const releasing = new Releasing(gateway.database, none, settling as never, none, none);
  await releasing.lookAtDeferred();
  expect(taken.sort()).toEqual(['leaf 1', 'leaf 2', 'leaf 3']);
  expect(logged.mock.calls).toEqual([['it cannot be taken']]);
});
