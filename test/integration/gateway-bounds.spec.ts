import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unixSeconds, uuidv7 } from '#core';
import { createCrl, loadCertificate } from '#trust';
import { files } from '../../apps/federation/src/keys.js';
import { until } from '../../apps/federation/src/until.js';
import { type Crafted, craft, craftStatement, keysOf } from '../federation/crafted.js';
import {
  consultation,
  type MessageView,
  openCase,
  pairWith,
  quarantine,
  RECEIVER,
  type ReceiptView,
  SENDER,
  spontaneous,
  untilStatus,
  walk,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { Interceptor } from '../federation/interceptor.js';
import { certificateUnderRoot, signedListOf } from '../federation/lists.js';

/** An authority of the sending node whose seal is in wrong hands. */
const ROGUE = 'kz-mvd';
/** More than one transaction judges. */
const WAITING_MAX = 60;
const bounds = { nodeRowsMax: 10, nodeBytesMax: 60_000, waitingMax: WAITING_MAX };
const DAY_SECONDS = 86_400;

let federation: TestFederation;
let there: Interceptor;
let back: Interceptor;
let opened: MessageView;

beforeAll(async () => {
  const quick = { resendAfterSeconds: 0.5, receiptAfterSeconds: 1 };
  federation = await testFederation('bounds', {
    nodes: ['kz', 'by', 'am'],
    overrides: { kz: quick, by: { ...quick, bounds } },
  });
  opened = await openCase(federation);
  there = await Interceptor.on(federation, 'kz', 'by');
  back = await Interceptor.on(federation, 'by', 'am');
});

afterEach(() => {
  there.holds = () => false;
});

afterAll(async () => {
  await there.close();
  await back.close();
  expect(federation.processes.all().map((one) => [one.name, one.restarts()])).toEqual(
    federation.processes.all().map(({ name }) => [name, 0]),
  );
  await federation.stop();
});

const receiver = () => federation.api(RECEIVER, 'auditor');
const guard = () => federation.api(RECEIVER, 'security-officer');
const send = (message: object) => federation.api(SENDER, 'system').post<MessageView>('/v1/messages', message);
const inject = ({ body }: Pick<Crafted, 'body'>, through = 'kz') =>
  there.inject(through, { kind: 'envelope', body });
const refused = async (node: string, what: string): Promise<number> => {
  const [row] = await federation.sql<{ times: number | null }>(
    'by',
    'SELECT (refused->>$2)::int AS times FROM node_use WHERE node = $1',
    [node, what],
  );
  return row?.times ?? 0;
};
const untilRefused = (node: string, what: string, atLeast: number) =>
  until(`${atLeast} refused`, STEP_MS, async () => {
    const times = await refused(node, what);
    return times >= atLeast ? times : undefined;
  });
/** The last receipt of a crafted message. */
const outcome = (crafted: Crafted): Promise<string> =>
  until('its receipt', STEP_MS, async () => {
    const none = { items: [] };
    const { items } = await receiver()
      .get<{ items: ReceiptView[] }>(`/v1/receipts?message=${crafted.id}`)
      .catch(() => none);
    const final = items.find(({ D, stage }) => D === crafted.D && stage !== 'stored');
    return final && `${final.stage} ${final.code ?? ''}`.trim();
  });

describe('what waits behind a missing message', () => {
  it('is bounded, loses nothing, and is judged in its order, a few at a time', async () => {
    let lost = '';
    there.holds = ({ messageId }) => lost === '' || messageId === lost;
    lost = (await send(consultation(opened))).id;
    await there.captured(lost);
    const ids = [lost];
    for (let index = 0; index < WAITING_MAX + 5; index++) ids.push((await send(consultation(opened))).id);
    await untilRefused('kz', 'waiting', 5);
    const waiting = await walk<MessageView>(receiver(), '/v1/messages?status=waiting');
    expect(waiting.map(({ id }) => id).sort()).toEqual(ids.slice(1, WAITING_MAX + 1).sort());
    there.holds = () => false;
    for (const id of ids) await untilStatus(receiver(), id, 'accepted');
    const rows = await federation.sql<{ id: string; transaction: string }>(
      'by',
      `SELECT id, transaction FROM (
         SELECT text::jsonb->>'id' AS id, text::jsonb->>'stage' AS stage, xmin::text AS transaction, seq FROM leaf WHERE side = 'own') AS leaves
       WHERE stage = 'accepted' AND id = ANY($1) ORDER BY seq`,
      [ids],
    );
    expect(rows.map((row) => row.id)).toEqual(ids);
    const sizes = new Map<string, number>();
    for (const { transaction } of rows) sizes.set(transaction, (sizes.get(transaction) ?? 0) + 1);
    expect(Math.max(...sizes.values())).toBeLessThanOrEqual(51);
    expect((await pairWith(receiver(), SENDER))?.received.gaps).toBe(0);
    for (const id of ids) await untilStatus(federation.api(SENDER, 'system'), id, 'accepted');
  });
});

describe('a genuine seal in wrong hands', () => {
  let last: { n: number; D: string | null } = { n: 0, D: null };
  let theirs: string;
  const next = (prev = last.D, ahead = 1) => ({ ep: 1, n: last.n + ahead, prev });
  const asked = () => ({ act: 'consultation/1', case: theirs, body: consultation(opened).body });
  const fromNow = (seconds: number) => unixSeconds(Date.now()) + seconds;
  const taken = async (crafted: Crafted, expected: string) => {
    await inject(crafted);
    expect(await outcome(crafted)).toBe(expected);
    last = { n: last.n + 1, D: crafted.D };
  };

  it('lets nothing wait that no case could take', async () => {
    const opening = craft(federation, ROGUE, next());
    theirs = opening.id;
    await taken(opening, 'accepted');
    await taken(craft(federation, ROGUE, next(), asked()), 'accepted');
    const missing = craft(federation, ROGUE, next());
    const unreadable = craft(federation, ROGUE, next(missing.D, 2), { ...asked(), body: { language: 7 } });
    const unknown = craft(federation, ROGUE, next(unreadable.D, 3), { ...asked(), act: 'decree/1' });
    for (const one of [unreadable, unknown]) await inject(one);
    expect(await outcome(unreadable)).toBe('rejected ENVELOPE_FORMAT');
    expect(await outcome(unknown)).toBe('rejected ENVELOPE_VERSION');
    await taken(missing, 'accepted');
    last = { n: last.n + 2, D: unknown.D };
  });

  it('gets nothing written by sending the same message again and again', async () => {
    const again = craft(federation, ROGUE, next());
    await taken(again, 'accepted');
    const written = async () => {
      const [counts] = await federation.sql(
        'by',
        `SELECT (SELECT count(*) FROM leaf WHERE peer = $1) AS leaves, (SELECT count(*) FROM outbox WHERE peer = $1) AS queued,
           (SELECT count(*) FROM message WHERE peer = $1) AS messages, (SELECT count(*) FROM quarantine WHERE node = 'kz') AS refused`,
        [ROGUE],
      );
      return counts;
    };
    const duplicates = async () => (await pairWith(receiver(), ROGUE))?.received.duplicates ?? 0;
    const [rows, before] = [await written(), await duplicates()];
    for (let time = 0; time < 50; time++) await inject(again);
    await until('all are counted', STEP_MS, async () =>
      (await duplicates()) >= before + 50 ? true : undefined,
    );
    expect(await written()).toEqual(rows);
  });

  it('what expired while it waited is rejected when it is released, and what did not is taken', async () => {
    const missing = craft(federation, ROGUE, next());
    const exp = fromNow(4);
    const expiring = craft(federation, ROGUE, next(missing.D, 2), { ...asked(), exp });
    const lasting = craft(federation, ROGUE, next(expiring.D, 3), asked());
    for (const one of [expiring, lasting]) {
      await inject(one);
      await untilStatus(receiver(), one.id, 'waiting');
    }
    await until('its expiry', STEP_MS, () => Promise.resolve(fromNow(0) > exp ? true : undefined));
    await taken(missing, 'accepted');
    expect(await outcome(expiring)).toBe('rejected ENVELOPE_EXPIRED');
    expect(await outcome(lasting)).toBe('accepted');
    last = { n: last.n + 2, D: lasting.D };
  });

  it('what a revoked key had sealed is rejected; that a certificate left the list meanwhile does no harm', async () => {
    const folder = federation.folderOf('kz');
    const [delisted, fresh] = [
      await certificateUnderRoot(folder, 'seal', ROGUE),
      await certificateUnderRoot(folder, 'seal', ROGUE),
    ];
    const revoked = keysOf(files.seal(folder, ROGUE));
    const listed = ({ certificate }: typeof fresh) => ({
      authority: ROGUE,
      role: 'seal' as const,
      certificate: certificate.der.toString('base64'),
    });
    const submit = (version: number, added: object[], crls: string[]) =>
      federation.administrator('by').post('/v1/register/books', {
        book: JSON.parse(
          signedListOf(federation, 'kz', version, ({ certificates }) => ({
            certificates: [...certificates, ...added] as typeof certificates,
            crls,
          })),
        ) as unknown,
      });
    await submit(2, [listed(delisted), listed(fresh)], []);
    const to = files.encryption(federation.folderOf('by'), RECEIVER);
    const missing = craft(federation, ROGUE, next(), {}, to, fresh);
    const stolen = craft(federation, ROGUE, next(missing.D, 2), asked());
    const old = craft(federation, ROGUE, next(stolen.D, 3), asked(), to, delisted);
    for (const one of [stolen, old]) {
      await inject(one);
      await untilStatus(receiver(), one.id, 'waiting');
    }
    const root = files.root(folder);
    const { der } = await createCrl({
      issuer: {
        certificate: loadCertificate(root.certificate),
        privateKeyPem: readFileSync(root.key, 'utf8'),
      },
      revoked: [{ serialNumber: revoked.certificate.serialNumber, at: new Date(Date.now() - 60_000) }],
      thisUpdate: new Date(Date.now() - 60_000),
      nextUpdate: new Date(Date.now() + DAY_SECONDS * 1000),
      number: 1,
    });
    await submit(3, [listed(fresh)], [der.toString('base64')]);
    await taken(missing, 'accepted');
    expect(await outcome(stolen)).toBe('rejected CERTIFICATE_REVOKED');
    expect(await outcome(old)).toBe('accepted');
  });
});

describe('signed requests of a genuine seal in wrong hands', () => {
  const ASKER = 'am-nss';
  const HOUR = 3_600;
  const now = () => unixSeconds(Date.now());
  const ask = (ns: number[], iat = now()) =>
    craftStatement(federation, ASKER, 'valise-resend+jws', { from: ASKER, to: RECEIVER, ep: 1, ns }, iat);
  const sent: MessageView[] = [];
  const copies = () => sent.map(({ id }) => back.seen.filter(({ messageId }) => messageId === id).length);
  const untilQuiet = () =>
    until('an empty outbox', STEP_MS, async () =>
      (await federation.sql('by', `SELECT 1 FROM outbox WHERE peer = $1`, [ASKER])).length === 0
        ? true
        : undefined,
    );
  const mine = () => federation.api(RECEIVER, 'system');

  beforeAll(async () => {
    for (let index = 0; index < 20; index++)
      sent.push(await mine().post<MessageView>('/v1/messages', spontaneous(ASKER)));
    for (const { id } of sent) await untilStatus(mine(), id, 'accepted');
    await untilQuiet();
  });

  it('to send again are answered for a few numbers at once', async () => {
    const before = copies();
    await inject(ask(sent.map(({ n }) => n ?? 0)), 'am');
    await until('copies', STEP_MS, () =>
      Promise.resolve(copies().some((count, index) => count > (before[index] ?? 0)) ? true : undefined),
    );
    await untilQuiet();
    // At least once each: a sender repeats what it sent until the receipts have come.
    expect(copies().map((count, index) => count > (before[index] ?? 0))).toEqual([
      ...Array<boolean>(16).fill(true),
      ...Array<boolean>(4).fill(false),
    ]);
  });

  it('each once, within an hour, and ten times a minute', async () => {
    const refusedBefore = await refused('am', 'asked');
    const before = copies();
    const once = ask([1]);
    for (let time = 0; time < 3; time++) await inject(once, 'am');
    await inject(ask([2], now() - HOUR - 60), 'am');
    await untilRefused('am', 'asked', refusedBefore + 3);
    for (let index = 0; index < 10; index++) await inject(ask([3]), 'am');
    await untilRefused('am', 'asked', refusedBefore + 5);
    await untilQuiet();
    expect(
      copies()
        .map((count, index) => count > (before[index] ?? 0))
        .slice(0, 3),
    ).toEqual([true, false, true]);
    const [answered] = await federation.sql<{ count: string }>(
      'by',
      `SELECT count(*) FROM asked, jsonb_array_elements(lately) AS one WHERE one->>'kind' = 'resend' AND peer = $1`,
      [ASKER],
    );
    expect(Number(answered?.count)).toBe(10);
    expect(await refused('am', 'asked')).toBe(refusedBefore + 5);
  });

  it('for parts that were served: so many a minute; for parts that were not: as the transfer goes', async () => {
    const file = join(federation.folderOf('by'), 'small.bin');
    writeFileSync(file, 'a small file');
    const officer = federation.api(RECEIVER, 'officer');
    const { id: attachment } = await officer.upload<{ id: string }>('/v1/attachments?name=small.bin', file);
    const message = { ...spontaneous(ASKER), attachments: [attachment] };
    const { id } = await officer.post<MessageView>('/v1/messages', message);
    const { D } = await untilStatus(officer, id, 'accepted');
    const range = (iat = now()) => {
      const content = { from: ASKER, to: RECEIVER, D: D ?? '', attachment, first: 0, count: 1 };
      return craftStatement(federation, ASKER, 'valise-range+jws', content, iat);
    };
    const refusedBefore = await refused('am', 'asked');
    await inject(range(now() - HOUR - 60), 'am');
    const once = range();
    for (let time = 0; time < 2; time++) await inject(once, 'am');
    for (let index = 0; index < 162; index++) await inject(range(), 'am');
    await untilRefused('am', 'asked', refusedBefore + 5);
    const [spent] = await federation.sql<{ cost: string }>(
      'by',
      `SELECT sum((one->>'cost')::int) AS cost FROM asked, jsonb_array_elements(lately) AS one WHERE one->>'kind' = 'range' AND peer = $1`,
      [ASKER],
    );
    expect(Number(spent?.cost)).toBe(160);
  });

  it('a void may be old; it ends an open number once, and says nothing of another', async () => {
    const at = '2026-01-01T00:00:00Z';
    const voiding = (n: number, D = '0'.repeat(43)) =>
      craftStatement(
        federation,
        ASKER,
        'valise-void+jws',
        { from: ASKER, to: RECEIVER, ep: 1, n, D, reason: 'POLICY_DENIED', at },
        now() - 30 * DAY_SECONDS,
      );
    const standing = async () => (await pairWith(receiver(), ASKER))?.received;
    const first = craft(federation, ASKER, { ep: 1, n: 1, prev: null });
    await inject(first, 'am');
    expect(await outcome(first)).toBe('accepted');
    const missing = craft(federation, ASKER, { ep: 1, n: 2, prev: first.D });
    const third = craft(federation, ASKER, { ep: 1, n: 3, prev: missing.D });
    await inject(third, 'am');
    expect(await outcome(third)).toBe('accepted');
    expect(await standing()).toMatchObject({ n: 3, gaps: 1 });
    // Of numbers that are taken, or not given yet.
    for (const n of [1, 3, 5, 4_000]) await inject(voiding(n), 'am');
    for (let time = 0; time < 2; time++) await inject(voiding(2, missing.D), 'am');
    const fourth = craft(federation, ASKER, { ep: 1, n: 4, prev: third.D });
    await inject(fourth, 'am');
    expect(await outcome(fourth)).toBe('accepted');
    expect(await standing()).toMatchObject({ n: 4, gaps: 0 });
    await inject(missing, 'am');
    expect(await outcome(missing)).toBe('rejected CONFLICT');
  });

  it('the statement of an epoch gets one answer a minute', async () => {
    const beginning = (ep: number) =>
      craftStatement(federation, ASKER, 'valise-epoch+jws', {
        from: ASKER,
        to: RECEIVER,
        ep,
        sent: null,
        received: null,
        re: null,
        at: '2026-01-01T00:00:00Z',
      });
    const refusedBefore = await refused('am', 'asked');
    const same = beginning(7);
    for (const one of [same, same, beginning(8), beginning(9)]) await inject(one, 'am');
    await untilRefused('am', 'asked', refusedBefore + 3);
    expect((await pairWith(receiver(), ASKER))?.received.epoch).toBe(7);
    const answers = await until('the answer', STEP_MS, async () => {
      const rows = await federation.sql(
        'am',
        `SELECT 1 FROM quarantine WHERE detail LIKE '%answers no epoch%'`,
      );
      return rows.length > 0 ? rows : undefined;
    });
    expect(answers).toHaveLength(1);
  });
});

describe('a flood', () => {
  const junk = (text: string, length = 0) => ({
    kind: 'envelope',
    body: Buffer.from(text.padEnd(length, '.')),
  });
  const metrics = async () => {
    const { token } = await federation.issue('by', 'system');
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${federation.urlOf('by')}/metrics`, { headers })).text();
  };
  const rows = async () =>
    federation.sql<{ node: string; rows: number; bytes: number }>(
      'by',
      `SELECT node, count(*)::int AS rows, sum(coalesce((body->>'bytes')::int, 0))::int AS bytes FROM quarantine GROUP BY node ORDER BY node`,
    );

  it('of the same bytes is kept once and counted', async () => {
    for (let time = 0; time < 30; time++) await there.inject('am', junk('the same'));
    const found = await until('thirty', STEP_MS, async () =>
      (await quarantine(guard())).find((one) => one.times === 30),
    );
    expect(found).toMatchObject({ bytes: 8, code: 'ENVELOPE_FORMAT' });
    expect((await quarantine(guard())).filter(({ sha256 }) => sha256 === found.sha256)).toHaveLength(1);
  });

  it('of other bytes each time fills the share of its node only, and its beginning stays', async () => {
    const before = (await rows()).find(({ node }) => node === 'kz')?.rows ?? 0;
    for (let index = 0; index < 40; index++) await there.inject('kz', junk(`junk ${index}`));
    await untilRefused('kz', 'quarantine', 30 + before);
    expect((await rows()).find(({ node }) => node === 'kz')?.rows).toBe(bounds.nodeRowsMax);
    const kept = await quarantine(guard());
    expect(kept.some(({ bytes }) => bytes === 'junk 0'.length)).toBe(true);
    expect(kept.some(({ times }) => times === 30)).toBe(true);
    const { text } = await until('it in the figures of the node', STEP_MS, async () => {
      const figures = await metrics();
      return /^valise_refused\{node="kz",what="quarantine"\} \d+$/m.test(figures)
        ? { text: figures }
        : undefined;
    });
    expect(text).not.toMatch(/^valise_refused\{node="am",what="quarantine"\}/m);
  });

  it('of large bytes is bounded by bytes too', async () => {
    const before = (await rows()).find(({ node }) => node === 'am')?.bytes ?? 0;
    await there.inject('am', junk('first', 50_000));
    await there.inject('am', junk('second', 20_000));
    await untilRefused('am', 'quarantine', 1);
    await there.inject('am', junk('third', 5_000));
    await until('what fits', STEP_MS, async () =>
      (await quarantine(guard())).some(({ bytes }) => bytes === 5_000) ? true : undefined,
    );
    expect((await rows()).find(({ node }) => node === 'am')?.bytes).toBe(before + 55_000);
  });

  it('from unlisted signers is held up to the same bounds, and listed ones get through', async () => {
    const stranger = await certificateUnderRoot(federation.folderOf('kz'), 'seal', ROGUE);
    const to = files.encryption(federation.folderOf('by'), RECEIVER);
    const strange = () => {
      const id = uuidv7(Date.now(), randomBytes(16));
      return craft(federation, ROGUE, { ep: 1, n: 1, prev: null }, { id, case: id }, to, stranger);
    };
    const first = strange();
    for (let time = 0; time < 3; time++) await inject(first);
    for (let index = 0; index < 2 * bounds.nodeRowsMax; index++) await inject(strange());
    await untilRefused('kz', 'held', bounds.nodeRowsMax + 1);
    const [held] = await federation.sql<{ rows: number }>('by', 'SELECT count(*)::int AS rows FROM held');
    expect(held?.rows).toBe(bounds.nodeRowsMax);
    const { id } = await send(consultation(opened));
    await untilStatus(federation.api(SENDER, 'system'), id, 'accepted');
  });

  it('ends with its time', async () => {
    await federation.sql(
      'by',
      `UPDATE quarantine SET last_at = now() - interval '91 days' WHERE node = 'kz'`,
    );
    await until('nothing of it', STEP_MS, async () =>
      (await rows()).every(({ node }) => node !== 'kz') ? true : undefined,
    );
    expect((await rows()).map(({ node }) => node)).toEqual(['am']);
    const [use] = await federation.sql(
      'by',
      `SELECT quarantine_rows::int AS rows, quarantine_bytes::int AS bytes FROM node_use WHERE node = 'kz'`,
    );
    expect(use).toEqual({ rows: 0, bytes: 0 });
    // Bytes that no row names are kept for an hour: their row may be on its way.
    const orphans = async () => {
      const [found] = await federation.sql<{ count: number }>(
        'by',
        `SELECT count(*)::int FROM delivery_body WHERE sha256 NOT IN (
           SELECT body->>'sha256' FROM quarantine WHERE body IS NOT NULL UNION SELECT body->>'sha256' FROM held)`,
      );
      return found?.count ?? 0;
    };
    expect(await orphans()).toBeGreaterThan(0);
    await federation.sql('by', `UPDATE delivery_body SET at = at - interval '61 minutes'`);
    await until('no bytes of it', STEP_MS, async () => ((await orphans()) === 0 ? true : undefined));
    const [kept] = await federation.sql<{ count: number }>('by', 'SELECT count(*)::int FROM delivery_body');
    expect(kept?.count).toBeGreaterThan(0);
  });
});
