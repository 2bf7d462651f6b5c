import { createHash, randomUUID } from 'node:crypto';
import type { Cases } from '../../apps/gateway/src/exchange/cases.js';
import { Outbox } from '../../apps/gateway/src/exchange/outbox.js';
import { Receipts } from '../../apps/gateway/src/exchange/receipts.js';
import type { Keys } from '../../apps/gateway/src/identity/keys.js';
import { Ledger } from '../../apps/gateway/src/ledger/ledger.js';
import type { Register } from '../../apps/gateway/src/register/register.js';
import { makeOffices } from '../../libs/envelope/testing/offices.js';
import { type EmptyDatabase, gatewayDatabase } from './empty-database.js';

const OWN = 'by-mvd';
const AT = new Date('2026-06-01T00:00:00Z');
let gateway: EmptyDatabase;
let outbox: Outbox;
let receipts: Receipts;

beforeAll(async () => {
  gateway = await gatewayDatabase();
  const offices = await makeOffices();
  const authorities = new Map(['kz-knb', 'kz-mvd'].map((id) => [id, { id, node: 'kz' }]));
  outbox = new Outbox({ snapshot: { authorities } } as unknown as Register);
  const keys = { sealAt: () => offices.by.seal } as unknown as Keys;
  receipts = new Receipts(keys, outbox, new Ledger(), {} as unknown as Cases);
});
afterAll(() => gateway.end());

const dOf = (peer: string) => createHash('sha256').update(peer).digest('base64url');
const about = (peer: string) => ({ authority: OWN, peer, id: randomUUID(), d: dOf(peer), ep: 1, n: 1 });
const count = async (table: string, where: string, value: string) => {
  const [row]: [{ count: string }] = await gateway.database.query(
    `SELECT count(*) FROM ${table} WHERE ${where} = $1`,
    [value],
  );
  return Number(row.count);
};
const queuedFor = (peer: string) => count('outbox', 'recipient', peer);

describe('receipts', () => {
  it('are queued again for a peer that sends again, until a thousand statements wait for it', async () => {
    const { manager: tx } = gateway.database;
    for (const peer of ['kz-knb', 'kz-mvd'])
      await receipts.give(tx, about(peer), [{ stage: 'stored' }, { stage: 'accepted' }], AT);
    await receipts.giveAgain(tx, OWN, 'kz-knb', dOf('kz-knb'), AT);
    expect(await queuedFor('kz-knb')).toBe(4);
    await gateway.database.query(
      `INSERT INTO outbox (own, recipient, to_node, bus_id, statement, next_attempt_at, created_at)
       SELECT $1, 'kz-knb', 'kz', gen_random_uuid(), '{}', now(), now() FROM generate_series(1, 997)`,
      [OWN],
    );
    for (let time = 0; time < 20; time++) await receipts.giveAgain(tx, OWN, 'kz-knb', dOf('kz-knb'), AT);
    expect(await queuedFor('kz-knb')).toBe(1_001);
    // Another authority of the same node takes what it gets.
    await receipts.giveAgain(tx, OWN, 'kz-mvd', dOf('kz-mvd'), AT);
    expect(await queuedFor('kz-mvd')).toBe(4);
  });

  it('for a sender who is on no list any more are kept, and not queued', async () => {
    await receipts.give(gateway.database.manager, about('am-nss'), [{ stage: 'stored' }], AT);
    expect(await count('receipt', 'peer', 'am-nss')).toBe(1);
    expect(await queuedFor('am-nss')).toBe(0);
  });
});
