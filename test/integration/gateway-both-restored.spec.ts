import { createHash, randomUUID } from 'node:crypto';
import type { EpochStatement, Jws } from '#envelope';
import type { Configuration } from '../../apps/gateway/src/configuration.js';
import type { Leader } from '../../apps/gateway/src/database/leader.js';
import { Epoch, Gap, Message, Pair } from '../../apps/gateway/src/exchange/entities.js';
import { Epochs } from '../../apps/gateway/src/exchange/epochs.js';
import { Gaps } from '../../apps/gateway/src/exchange/gaps.js';
import { Outbox } from '../../apps/gateway/src/exchange/outbox.js';
import { lockPairs, pairKey } from '../../apps/gateway/src/exchange/pairs.js';
import type { Voids } from '../../apps/gateway/src/exchange/voids.js';
import type { Keys } from '../../apps/gateway/src/identity/keys.js';
import { Ledger } from '../../apps/gateway/src/ledger/ledger.js';
import type { Register } from '../../apps/gateway/src/register/register.js';
import { makeOffices } from '../../libs/envelope/testing/offices.js';
import { type EmptyDatabase, gatewayDatabase } from './empty-database.js';

const [OWN, PEER] = ['by-mvd', 'kz-knb'] as const;
const AT = new Date('2026-06-01T00:00:00Z');
const D = createHash('sha256').update('a message').digest('base64url');

let gateway: EmptyDatabase;
let epochs: Epochs;
beforeAll(async () => {
  gateway = await gatewayDatabase();
  const offices = await makeOffices();
  const authorities = new Map([[PEER, { id: PEER, node: 'kz' }]]);
  const outbox = new Outbox({ snapshot: { authorities } } as unknown as Register);
  const keys = { sealAt: () => offices.by.seal } as unknown as Keys;
  const leader = { isLeader: false } as unknown as Leader;
  const configuration = { restoredAt: AT.toISOString() } as unknown as Configuration;
  const { database } = gateway;
  const gaps = new Gaps(database, configuration, leader, keys, outbox, {} as unknown as Voids);
  epochs = new Epochs(database, configuration, leader, keys, gaps, outbox, new Ledger());
});
afterAll(() => gateway.end());

/** What the peer states, and that its seal signed it. */
async function take(content: Partial<EpochStatement>): Promise<void> {
  const statement = {
    from: PEER,
    to: OWN,
    sent: null,
    received: null,
    at: '2026-06-01T00:00:00Z',
    ...content,
  };
  const payload = Buffer.from(JSON.stringify(statement)).toString('base64url');
  await gateway.database.transaction(async (tx) => {
    const pair = (await lockPairs(tx, [{ own: OWN, peer: PEER }])).get(pairKey(OWN, PEER));
    if (!pair) throw new Error('the pair is locked');
    const jws: Jws = { payload, signatures: [] };
    expect(await epochs.take(tx, statement as EpochStatement, jws, pair, AT)).toBeUndefined();
  });
}

it('where both were restored, what an epoch had before is asked for though the answer to ours began it', async () => {
  const tx = gateway.database.manager;
  // The backup has the first of three messages.
  await tx.insert(Pair, { own: OWN, peer: PEER, inN: 1, inD: D });
  await tx.insert(Message, {
    ...{ authority: OWN, direction: 'in', id: randomUUID(), sender: PEER, recipient: OWN, ep: 1, n: 1, d: D },
    ...{ caseId: randomUUID(), type: 'spontaneous', instrument: 'cis-it-crime-2018', level: 'open' },
    ...{
      status: 'accepted',
      payload: Buffer.from('{}'),
      officers: [],
      registerMark: '',
      decision: {} as never,
    },
    ...{ createdAt: AT, expiresAt: AT },
  });
  await epochs.onModuleInit();
  const { hash } = await tx.findOneByOrFail(Epoch, { own: OWN, peer: PEER, direction: 'out' });
  await take({ ep: 500, re: hash });
  expect(await tx.findOneBy(Pair, { own: OWN, peer: PEER })).toMatchObject({ inEp: 500, inN: 0 });
  expect(await tx.find(Gap)).toEqual([]);
  const beginning = { ep: 500, sent: { ep: 1, n: 3, D }, re: null };
  await take(beginning);
  expect(await tx.find(Gap, { order: { n: 'ASC' } })).toMatchObject([
    { ep: 1, n: 2 },
    { ep: 1, n: 3 },
  ]);
  expect(await tx.findOneBy(Pair, { own: OWN, peer: PEER })).toMatchObject({ inEp: 500, inN: 0 });
  // Once is enough: the numbers may have come meanwhile.
  await tx.delete(Gap, { own: OWN });
  await take(beginning);
  expect(await tx.find(Gap)).toEqual([]);
});
