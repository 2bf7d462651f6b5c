import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { instantOf, type Json, unixSeconds } from '#core';
import { loadOfficerKey, signDraft } from '#client';
import { files } from '../../apps/federation/src/keys.js';
import { until } from '../../apps/federation/src/until.js';
import { craft, craftStatement, craftTelling } from '../federation/crafted.js';
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
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { Interceptor } from '../federation/interceptor.js';

/** An authority of the sending node whose seal is in wrong hands, and one of another node. */
const ROGUE = 'kz-mvd';
const THIRD = 'am-nss';

interface Leaf {
  readonly peer: string;
  readonly side: 'own' | 'mirror';
  readonly content: Record<string, Json>;
  readonly text: string;
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
    `SELECT * FROM (SELECT peer, side, text::jsonb AS content, text, salt, hash, seq FROM leaf) AS leaves
     WHERE content->>$1 = $2 ORDER BY seq`,
    [field, value],
  );
const kinds = (leaves: readonly Leaf[]) =>
  leaves.map(({ side, content: { kind, stage } }) =>
    [side, kind, stage].filter((part): part is string => typeof part === 'string').join(' '),
  );
/** Rows that the gateway itself writes only once are changed past their trigger. */
const rewrite = (node: string, statement: string) =>
  federation.sql(
    node,
    `ALTER TABLE message DISABLE TRIGGER append_only; ${statement}; ALTER TABLE message ENABLE TRIGGER append_only`,
  );
const standing = async (peer: string) => (await pairWith(receiver(), peer))?.received;

describe('the ledger', () => {
  it('has an entry for every act of an exchange, at both ends, whose hash is of what it says', async () => {
    const { id } = await send();
    const { D } = await untilStatus(sender(), id, 'accepted');
    const entries = (node: string, count: number) =>
      until(`${count} entries`, STEP_MS, async () => {
        const leaves = await leavesAbout(node, 'D', D ?? '');
        return leaves.length >= count ? leaves : undefined;
      });
    const ours = await entries('kz', 3);
    expect(kinds(ours).sort()).toEqual(['mirror received accepted', 'own decision', 'own sent']);
    const theirs = await entries('by', 2);
    expect(
      kinds(theirs)
        .filter((kind) => kind.startsWith('own'))
        .sort(),
    ).toEqual(['own decision', 'own received accepted']);
    for (const { salt, hash, text } of [...ours, ...theirs])
      expect(
        createHash('sha256')
          .update(Buffer.concat([Buffer.from([0]), salt, Buffer.from(text)]))
          .digest('hex'),
      ).toBe(hash.toString('hex'));
  });

  it('has what was refused here in the internal log alone', async () => {
    const answer = await sender().try('/v1/messages', {
      ...spontaneous(),
      body: { ...spontaneous().body, grounds: null },
    });
    expect(answer).toMatchObject({ ok: false });
    const [refused] = await until('its entry', STEP_MS, async () => {
      const leaves = await leavesAbout('kz', 'code', 'POLICY_DENIED');
      return leaves.length > 0 ? leaves : undefined;
    });
    expect(refused).toMatchObject({ peer: SENDER, side: 'own', content: { kind: 'message-refused' } });
  });

  it('has one entry an hour of deliveries that nobody can be named for, whatever their number', async () => {
    const sent = ['junk of the ledger’s test', 'more of it'].map((text) => Buffer.from(text));
    for (const body of sent) await there.inject('kz', { kind: 'envelope', body });
    const guard = federation.api(RECEIVER, 'security-officer');
    await until('both in quarantine', STEP_MS, async () =>
      (await quarantine(guard)).filter(({ code }) => code === 'ENVELOPE_FORMAT').length >= 2
        ? true
        : undefined,
    );
    const unread = async () =>
      federation.sql<{ content: { count: number; root: string } }>(
        'by',
        `SELECT text::jsonb AS content FROM leaf WHERE own = '' AND text::jsonb->>'kind' = 'unread' ORDER BY idx`,
      );
    expect(await unread()).toEqual([]);
    await federation.sql(
      'by',
      `UPDATE internal_log SET heads_at = now() - interval '61 minutes' WHERE own = ''`,
    );
    const [entry] = await until('its entry', STEP_MS, async () => {
      const found = await unread();
      return found.length > 0 ? found : undefined;
    });
    const hashes = sent.map((body) => createHash('sha256').update(body).digest());
    const node = createHash('sha256')
      .update(Buffer.concat([Buffer.from([1]), ...hashes]))
      .digest('base64url');
    expect(entry?.content).toMatchObject({ count: 2, root: node });
  });
});

describe('a message on its way', () => {
  it('that expires is voided, with its leaf, is published no more, and its number leaves no gap', async () => {
    let expiring = '';
    there.holds = ({ messageId }) => expiring === '' || messageId === expiring;
    expiring = (await send()).id;
    await there.captured(expiring);
    await rewrite('kz', `UPDATE message SET expires_at = now() - interval '1 s' WHERE id = '${expiring}'`);
    const voided = await untilStatus(sender(), expiring, 'void');
    expect(voided.rejection?.code).toBe('ENVELOPE_EXPIRED');
    const copies = () => there.seen.filter(({ messageId }) => messageId === expiring).length;
    const before = copies();
    const key = `${SENDER} ${RECEIVER} out ${voided.epoch ?? 0} ${voided.n ?? 0}`;
    expect(await federation.sql('kz', 'SELECT 1 FROM outbox WHERE key = $1', [key])).toEqual([]);
    const next = await send();
    await untilStatus(sender(), next.id, 'accepted');
    await until('no gap', STEP_MS, async () => ((await standing(SENDER))?.gaps === 0 ? true : undefined));
    expect((await standing(SENDER))?.n).toBe((voided.n ?? 0) + 1);
    expect(copies()).toBe(before);
    const ours = await until('its entries', STEP_MS, async () => {
      const leaves = await leavesAbout('kz', 'D', voided.D ?? '');
      return leaves.length >= 4 ? leaves : undefined;
    });
    expect(kinds(ours).sort()).toEqual(['own decision', 'own sent', 'own voided', 'own voided']);
    // Why it was voided is no affair of theirs.
    expect(
      ours.flatMap(({ peer, content: { kind, code } }) => (kind === 'voided' ? [[peer, code]] : [])).sort(),
    ).toEqual([
      [RECEIVER, undefined],
      [SENDER, 'ENVELOPE_EXPIRED'],
    ]);
  });

  it('is not received because a third party says so', async () => {
    there.holds = () => true;
    const { id } = await send();
    const [envelope] = await there.captured(id);
    const { D, n } = await view(id);
    const at = instantOf(unixSeconds(Date.now()));
    const received = { kind: 'received', D: D ?? '', id, ep: 1, n: n ?? 0, stage: 'accepted', at } as const;
    const forged = craftTelling(federation, THIRD, SENDER, [received], at);
    await back.inject('am', { kind: 'envelope', body: forged.body });
    const guard = federation.api(SENDER, 'security-officer');
    await until('it in quarantine', STEP_MS, async () =>
      (await quarantine(guard)).some(({ code }) => code === 'RECEIPT_UNKNOWN') ? true : undefined,
    );
    expect((await view(id)).status).toBe('sent');
    there.holds = () => false;
    if (envelope) await there.forward(envelope);
    await untilStatus(sender(), id, 'accepted');
  });

  it('has its receipt although tellings overtake each other', async () => {
    back.holds = () => true;
    const since = back.seen.length;
    const held = (count: number) =>
      until(`${count} tellings`, STEP_MS, () => {
        const seen = back.seen.slice(since);
        return Promise.resolve(seen.length >= count ? seen : undefined);
      });
    const one = await send();
    await held(1);
    const other = await send();
    const [early, late] = await held(2);
    if (late) await back.forward(late);
    if (early) await back.forward(early);
    back.holds = () => false;
    await untilStatus(sender(), one.id, 'accepted');
    await untilStatus(sender(), other.id, 'accepted');
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
    `UPDATE draft SET payload = convert_to(regexp_replace(convert_from(payload, 'UTF8'), '"exp":[0-9]+', '"exp":1700000000'), 'UTF8')
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
    const { items } = await receiver().get<{ items: ReceiptView[] }>(`/v1/receipts?message=${id}`);
    expect(items.map(({ stage }) => stage)).toEqual(['accepted']);
  } finally {
    await client.end();
  }
});
