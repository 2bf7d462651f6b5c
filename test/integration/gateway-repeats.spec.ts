import { createHash, randomUUID } from 'node:crypto';
import { Expiry } from '../../apps/gateway/src/attachments/expiry.js';
import type { Endings } from '../../apps/gateway/src/attachments/endings.js';
import type { AttachmentStore } from '../../apps/gateway/src/attachments/store.js';
import type { Leader } from '../../apps/gateway/src/database/leader.js';
import type { Cases } from '../../apps/gateway/src/exchange/cases.js';
import { Message } from '../../apps/gateway/src/exchange/entities.js';
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

describe('expired messages', () => {
  /** Ends all but those of one sender, and notes which. */
  function ending() {
    const ended: string[] = [];
    const endings = {
      reject(_: unknown, { sender, id }: Message) {
        if (sender === 'am-nss') return Promise.reject(new Error('no seal signs its receipt'));
        ended.push(id);
        return Promise.resolve([]);
      },
    } as unknown as Endings;
    const store = { files: { remove: () => Promise.resolve() } } as unknown as AttachmentStore;
    const leader = { isLeader: true } as unknown as Leader;
    return { ended, expiry: new Expiry(gateway.database, leader, store, endings, outbox) };
  }

  it('that cannot be ended keep no other one from its end', async () => {
    const { ended, expiry } = ending();
    const first = await pulling('am-nss');
    const second = await pulling('kz-knb');
    expect(BigInt(second.key)).toBeGreaterThan(BigInt(first.key));
    await expiry.endExpired();
    expect(ended).toEqual([second.id]);
  });

  it('are ended in a later turn, however many others cannot be', async () => {
    const { ended, expiry } = ending();
    for (let count = 0; count < 50; count++) await pulling('am-nss');
    const last = await pulling('kz-mvd');
    for (let turn = 0; turn < 2; turn++) await expiry.endExpired();
    expect(ended).toContain(last.id);
  });
});

/** A message that expired while its attachment was being pulled. */
async function pulling(sender: string): Promise<Message> {
  const messages = gateway.database.getRepository(Message);
  const message = await messages.save(
    messages.create({
      ...{ authority: OWN, direction: 'in', id: randomUUID(), sender, recipient: OWN, caseId: randomUUID() },
      ...{ type: 'spontaneous', instrument: 'cis-it-crime-2018', level: 'open', status: 'pulling' },
      ...{ payload: Buffer.from('{}'), officers: [], registerMark: '', createdAt: AT, expiresAt: AT },
      decision: {} as never,
    }),
  );
  await gateway.database.query(
    `INSERT INTO attachment (authority, id, direction, message_key, name, media_type, bytes, sha256, key, status, parts_total, created_at)
     VALUES ($1, gen_random_uuid(), 'in', $2, 'a.bin', 'application/octet-stream', 1, '', '', 'pulling', 1, now())`,
    [OWN, message.key],
  );
  return message;
}
