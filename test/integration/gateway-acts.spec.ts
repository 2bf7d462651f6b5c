import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { canonicalBytes, instantOf, type Json, unixSeconds, uuidv7 } from '#core';
import { loadOfficerKey, signDraft } from '#client';
import { files } from '../../apps/federation/src/keys.js';
import { until } from '../../apps/federation/src/until.js';
import { craft, craftStatement } from '../federation/crafted.js';
import {
  type MessageView,
  pairWith,
  quarantine,
  RECEIVER,
  type ReceiptView,
  request,
  SENDER,
  spontaneous,
  untilStatus,
  walk,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { Interceptor } from '../federation/interceptor.js';

/** An authority of the sending node whose seal is in wrong hands, and one of another node. */
const ROGUE = 'kz-mvd';
const THIRD = 'am-nss';

interface Leaf {
  readonly log: string;
  readonly kind: string;
  readonly content: Record<string, Json>;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

let federation: TestFederation;
let there: Interceptor;
let back: Interceptor;

beforeAll(async () => {
  const quick = { resendAfterSeconds: 0.5, receiptAfterSeconds: 1 };
  const overrides = { kz: quick, by: quick };
  federation = await testFederation('acts', { nodes: ['kz', 'by', 'am'], overrides });
  there = await Interceptor.on(federation, 'kz', 'by');
  back = await Interceptor.on(federation, 'by', 'kz');
});

afterEach(() => {
  there.holds = back.holds = () => false;
});

afterAll(async () => {
  await there.close();
  await back.close();
  await federation.stop();
});

const sender = () => federation.api(SENDER, 'system');
const receiver = () => federation.api(RECEIVER, 'auditor');
const send = (message: object = spontaneous()) => sender().post<MessageView>('/v1/messages', message);
const view = (id: string) => sender().get<MessageView & { storedAt: string | null }>(`/v1/messages/${id}`);
const leavesAbout = (node: string, field: string, value: string) =>
  federation.sql<Leaf>(
    node,
    'SELECT log, kind, content, salt, hash FROM ledger_leaf WHERE content->>$1 = $2 ORDER BY id',
    [field, value],
  );
const kinds = (leaves: readonly Leaf[]) => leaves.map(({ log, kind }) => `${log} ${kind}`);
const standing = async (peer: string) => (await pairWith(receiver(), peer))?.received;

describe('the ledger', () => {
  it('has an entry for every act of an exchange, at both ends, whose hash is of what it says', async () => {
    const { id } = await send();
    const { D } = await untilStatus(sender(), id, 'accepted');
    const ours = await until('both receipts', STEP_MS, async () => {
      const leaves = await leavesAbout('kz', 'd', D ?? '');
      return leaves.length >= 3 ? leaves : undefined;
    });
    expect(kinds(ours).sort()).toEqual([
      `${RECEIVER} message-sent`,
      `${RECEIVER} receipt-received`,
      `${RECEIVER} receipt-received`,
    ]);
    expect(ours.flatMap(({ content }) => content.stage ?? []).sort()).toEqual(['accepted', 'stored']);
    const theirs = await leavesAbout('by', 'd', D ?? '');
    expect(kinds(theirs)).toEqual([`${SENDER} message-received`]);
    expect(theirs[0]?.content).toMatchObject({ id, status: 'accepted' });
    for (const { salt, hash, content } of [...ours, ...theirs])
      expect(
        createHash('sha256')
          .update(Buffer.concat([Buffer.from([0]), salt, canonicalBytes(content)]))
          .digest('hex'),
      ).toBe(hash.toString('hex'));
  });

  it('has what was refused here, and deliveries without effect', async () => {
    const answer = await sender().try('/v1/messages', {
      ...spontaneous(),
      body: { ...spontaneous().body, grounds: null },
    });
    expect(answer).toMatchObject({ ok: false });
    expect(kinds(await leavesAbout('kz', 'code', 'POLICY_DENIED'))).toEqual(['internal message-refused']);
    const junk = Buffer.from('junk of the ledger’s test');
    await there.inject('kz', { kind: 'envelope', body: junk });
    const sha256 = createHash('sha256').update(junk).digest('hex');
    const [leaf] = await until('its leaf', STEP_MS, async () => {
      const leaves = await leavesAbout('by', 'sha256', sha256);
      return leaves.length > 0 ? leaves : undefined;
    });
    expect(leaf).toMatchObject({
      log: 'internal',
      kind: 'quarantined',
      content: { code: 'ENVELOPE_FORMAT' },
    });
  });
});

describe('a message on its way', () => {
  it('that expires is voided, with its leaf, is published no more, and its number leaves no gap', async () => {
    let expiring = '';
    there.holds = ({ messageId }) => expiring === '' || messageId === expiring;
    expiring = (await send()).id;
    await there.captured(expiring);
    await federation.sql('kz', `UPDATE message SET expires_at = now() - interval '1 s' WHERE id = $1`, [
      expiring,
    ]);
    const voided = await untilStatus(sender(), expiring, 'void');
    expect(voided.rejection?.code).toBe('ENVELOPE_EXPIRED');
    const copies = () => there.seen.filter(({ messageId }) => messageId === expiring).length;
    const before = copies();
    expect(
      await federation.sql(
        'kz',
        'SELECT 1 FROM outbox JOIN message ON message.key = message_key WHERE message.id = $1',
        [expiring],
      ),
    ).toEqual([]);
    const next = await send();
    await untilStatus(sender(), next.id, 'accepted');
    await until('no gap', STEP_MS, async () => ((await standing(SENDER))?.gaps === 0 ? true : undefined));
    expect((await standing(SENDER))?.n).toBe((voided.n ?? 0) + 1);
    expect(copies()).toBe(before);
    expect(kinds(await leavesAbout('kz', 'd', voided.D ?? ''))).toEqual([
      `${RECEIVER} message-sent`,
      `${RECEIVER} message-voided`,
    ]);
  });

  it('is not received because a third party says so', async () => {
    there.holds = () => true;
    const { id } = await send();
    const [envelope] = await there.captured(id);
    const { D, n } = await view(id);
    const at = instantOf(unixSeconds(Date.now()));
    const content = {
      id: uuidv7(Date.now(), randomBytes(16)),
      D: D ?? '',
      by: THIRD,
      to: SENDER,
      ep: 1,
      n: n ?? 0,
    };
    const forged = craftStatement(
      federation,
      THIRD,
      'valise-receipt+jws',
      { ...content, stage: 'accepted', at, checkpoint: null },
      undefined,
      files.encryption(federation.folderOf('kz'), SENDER),
    );
    await back.inject('am', { kind: 'envelope', body: forged.body });
    const guard = federation.api(SENDER, 'security-officer');
    await until('it in quarantine', STEP_MS, async () =>
      (await quarantine(guard)).some(
        ({ code, detail }) => code === 'ENVELOPE_BINDING' && detail.includes('valise-receipt+jws'),
      )
        ? true
        : undefined,
    );
    expect((await view(id)).status).toBe('sent');
    there.holds = () => false;
    if (envelope) await there.forward(envelope);
    await untilStatus(sender(), id, 'accepted');
  });

  it('stays accepted when `stored` comes late', async () => {
    const since = back.seen.length;
    back.holds = () => true;
    const { id } = await send();
    const receipts = await until('both receipts', STEP_MS, () => {
      const seen = back.seen.slice(since);
      return Promise.resolve(seen.length >= 2 ? seen : undefined);
    });
    const [stored, accepted] = receipts;
    if (accepted) await back.forward(accepted);
    await untilStatus(sender(), id, 'accepted');
    if (stored) await back.forward(stored);
    const after = await until('`stored` too', STEP_MS, async () => {
      const message = await view(id);
      return message.storedAt === null ? undefined : message;
    });
    expect(after.status).toBe('accepted');
  });

  it('takes a number of its own, however many are sent at once', async () => {
    const sent = await Promise.all(Array.from({ length: 30 }, () => send()));
    for (const { id } of sent) await untilStatus(sender(), id, 'accepted');
    const numbers = sent.map(({ n }) => n ?? 0).sort((left, right) => left - right);
    const [first = 0] = numbers;
    expect(numbers).toEqual(numbers.map((_, index) => first + index));
  });
});

it('a draft that expired is not sent, though its head signs it', async () => {
  const before = (await pairWith(federation.api(SENDER, 'auditor'), RECEIVER))?.sent.n;
  const draft = await federation.api(SENDER, 'officer').post<MessageView>('/v1/messages', request());
  await federation.sql(
    'kz',
    `UPDATE message SET payload = convert_to(regexp_replace(convert_from(payload, 'UTF8'), '"exp":[0-9]+', '"exp":1700000000'), 'UTF8')
     WHERE id = $1`,
    [draft.id],
  );
  const { certificate, key } = files.head(federation.folderOf('kz'), SENDER);
  const signed = signDraft(
    federation.api(SENDER, 'head'),
    draft.id,
    loadOfficerKey(certificate, key),
    1_690_000_000_000,
    () => Promise.resolve(true),
  );
  await expect(signed).rejects.toThrow(/ENVELOPE_EXPIRED/);
  expect((await view(draft.id)).status).toBe('awaiting-signature');
  expect((await pairWith(federation.api(SENDER, 'auditor'), RECEIVER))?.sent.n).toBe(before);
});

it('a statement counts only through its own node’s exchange', async () => {
  const first = craft(federation, ROGUE, { ep: 1, n: 1, prev: null });
  const missing = craft(federation, ROGUE, { ep: 1, n: 2, prev: first.D });
  const third = craft(federation, ROGUE, { ep: 1, n: 3, prev: missing.D });
  for (const { body } of [first, third]) await there.inject('kz', { kind: 'envelope', body });
  await untilStatus(receiver(), third.id, 'accepted');
  const at = instantOf(unixSeconds(Date.now()));
  const content = { from: ROGUE, to: RECEIVER, ep: 1, n: 2, D: missing.D, reason: 'POLICY_DENIED', at };
  const { body } = craftStatement(federation, ROGUE, 'valise-void+jws', content);
  await there.inject('am', { kind: 'envelope', body });
  const guard = federation.api(RECEIVER, 'security-officer');
  await until('it in quarantine', STEP_MS, async () =>
    (await quarantine(guard)).some(
      ({ code, detail }) => code === 'ENVELOPE_BINDING' && detail.includes('came through'),
    )
      ? true
      : undefined,
  );
  expect(await standing(ROGUE)).toMatchObject({ n: 3, gaps: 1 });
  await there.inject('kz', { kind: 'envelope', body });
  await until('no gap', STEP_MS, async () => ((await standing(ROGUE))?.gaps === 0 ? true : undefined));
});

it('a delivery is acknowledged after its commit: a receiver killed before it gets the delivery again', async () => {
  const url = readFileSync(join(federation.folderOf('by'), 'database.url'), 'utf8').trim();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM pair WHERE own = $1 AND peer = $2 FOR UPDATE', [RECEIVER, SENDER]);
    // One copy goes through; what is published again does not.
    const through = new Set<string>();
    there.holds = ({ messageId }) => {
      if (through.has(messageId)) return true;
      through.add(messageId);
      return false;
    };
    const { id } = await send();
    await until('the receiver waits for the lock', STEP_MS, async () => {
      const rows = await federation.sql(
        'by',
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0 ? true : undefined;
    });
    await federation.kill('by');
    await client.query('ROLLBACK');
    await untilStatus(receiver(), id, 'accepted');
    const receipts = await walk<ReceiptView>(receiver(), `/v1/receipts?message=${id}&direction=given`);
    expect(receipts.map(({ stage }) => stage).sort()).toEqual(['accepted', 'stored']);
  } finally {
    await client.end();
  }
});
