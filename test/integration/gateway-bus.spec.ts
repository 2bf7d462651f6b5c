import { files } from '../../apps/federation/src/keys.js';
import { until } from '../../apps/federation/src/until.js';
import { type Crafted, craft } from '../federation/crafted.js';
import {
  consultation,
  expectExactlyOnce,
  type MessageView,
  openCase,
  pairWith,
  quarantine,
  type QuarantinedView,
  RECEIVER,
  type ReceiptView,
  SENDER,
  spontaneous,
  untilStatus,
  walk,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { Interceptor } from '../federation/interceptor.js';

/** An authority of the sending node whose seal is in wrong hands: its sequence is broken on purpose. */
const ROGUE = 'kz-mvd';

let federation: TestFederation;
let opened: MessageView;
let there: Interceptor;
let back: Interceptor;

beforeAll(async () => {
  const quick = { resendAfterSeconds: 0.5, receiptAfterSeconds: 1 };
  federation = await testFederation('bus', { nodes: ['kz', 'by'], overrides: { kz: quick, by: quick } });
  opened = await openCase(federation);
  [there, back] = await Promise.all([
    Interceptor.on(federation, 'kz', 'by'),
    Interceptor.on(federation, 'by', 'kz'),
  ]);
});

afterEach(() => {
  there.holds = back.holds = () => false;
});

afterAll(async () => {
  await there.close();
  await back.close();
  // No hostile bus may bring a gateway down.
  expect(federation.processes.all().map((one) => [one.name, one.restarts()])).toEqual(
    federation.processes.all().map(({ name }) => [name, 0]),
  );
  await federation.stop();
});

const sender = () => federation.api(SENDER, 'officer');
const receiver = () => federation.api(RECEIVER, 'auditor');
const guard = () => federation.api(RECEIVER, 'security-officer');
const send = (message: object = spontaneous()) => sender().post<MessageView>('/v1/messages', message);
const duplicatesSeen = async () => (await pairWith(receiver(), SENDER))?.received.duplicates ?? 0;
const received = () => walk<MessageView>(receiver(), '/v1/messages?direction=in');

/** Sends one message that the bus keeps for itself. */
async function withheld(message?: object) {
  there.holds = () => true;
  const { id } = await send(message);
  const [envelope] = await there.captured(id);
  if (!envelope) throw new Error('nothing was captured');
  return { id, envelope };
}

/** What an action adds to the receiver's quarantine. */
async function quarantined(act: () => Promise<void>): Promise<QuarantinedView> {
  const before = (await quarantine(guard())).length;
  await act();
  return until('it in quarantine', STEP_MS, async () => {
    const now = await quarantine(guard());
    return now.length > before ? now[0] : undefined;
  });
}

describe('a bus that loses', () => {
  it('a message: the next one of its case waits, the missing one is asked for, both are taken in order', async () => {
    let lost = '';
    there.holds = ({ messageId }) => lost === '' || messageId === lost;
    lost = (await send(consultation(opened))).id;
    await there.captured(lost);
    const next = (await send(consultation(opened))).id;
    await untilStatus(receiver(), next, 'waiting');
    expect((await pairWith(receiver(), SENDER))?.received.gaps).toBe(1);
    there.holds = () => false;
    const settled = await untilStatus(receiver(), next, 'accepted');
    const late = await untilStatus(receiver(), lost, 'accepted');
    expect(late.n).toBe((settled.n ?? 0) - 1);
    expect((await pairWith(receiver(), SENDER))?.received.gaps).toBe(0);
    await untilStatus(sender(), lost, 'accepted');
  });

  it('receipts: the message is published again, counted, and told of the very same receipt', async () => {
    const before = await duplicatesSeen();
    back.holds = () => true;
    const { id } = await send();
    await untilStatus(receiver(), id, 'accepted');
    await until('the message a second time', STEP_MS, async () =>
      (await duplicatesSeen()) > before ? true : undefined,
    );
    expect((await sender().get<MessageView>(`/v1/messages/${id}`)).status).toBe('sent');
    back.holds = () => false;
    await untilStatus(sender(), id, 'accepted');
    const leaves = async (node: string, side: string) =>
      (
        await federation.sql<{ text: string }>(
          node,
          `SELECT text FROM leaf WHERE side = $1 AND text LIKE '%"received"%' AND text::jsonb->>'id' = $2`,
          [side, id],
        )
      ).map(({ text }) => text);
    const given = await leaves('by', 'own');
    expect(given).toHaveLength(1);
    expect(await leaves('kz', 'mirror')).toEqual(given);
  });
});

describe('a bus that confuses', () => {
  it('the order: everything is taken, and a case goes on in the order of sending', async () => {
    there.holds = () => true;
    const ids: string[] = [];
    for (let index = 0; index < 6; index++) ids.push((await send(consultation(opened))).id);
    const envelopes = await there.captured(...ids);
    for (const envelope of envelopes.reverse()) await there.forward(envelope);
    there.holds = () => false;
    for (const id of ids) await untilStatus(receiver(), id, 'accepted');
    const rows = await federation.sql<{ id: string }>(
      'by',
      `SELECT id FROM (SELECT text::jsonb->>'id' AS id, text::jsonb->>'stage' AS stage, seq FROM leaf WHERE side = 'own') AS leaves
       WHERE stage = 'accepted' AND id = ANY($1) ORDER BY seq`,
      [ids],
    );
    expect(rows.map((row) => row.id)).toEqual(ids);
    expect(await quarantine(guard())).toEqual([]);
  });

  it('by duplicating at once, and by replaying an old message: counted, without effect', async () => {
    const { id, envelope } = await withheld();
    const before = await duplicatesSeen();
    there.holds = () => false;
    await Promise.all([there.forward(envelope), there.forward(envelope)]);
    await untilStatus(receiver(), id, 'accepted');
    await until('the duplicate', STEP_MS, async () => ((await duplicatesSeen()) > before ? true : undefined));
    const [messages, counted] = [(await received()).length, await duplicatesSeen()];
    const old = there.seen.find(({ messageId }) => messageId === opened.id) ?? envelope;
    await there.inject('kz', old);
    await until('the replay', STEP_MS, async () => ((await duplicatesSeen()) > counted ? true : undefined));
    expect(await received()).toHaveLength(messages);
    expect(await quarantine(guard())).toEqual([]);
  });

  it('by replaying a request to send again: it is answered once', async () => {
    const { id, envelope } = await withheld();
    const since = back.seen.length;
    const next = (await send()).id;
    await there.forward((await there.captured(next))[0] ?? envelope);
    await until('the request to send again on the bus', STEP_MS, async () => {
      const [gap] = await federation.sql<{ asks: number }>(
        'by',
        `SELECT (gaps->0->>'asks')::integer AS asks FROM pair WHERE gaps <> '[]'`,
      );
      const [waits] = await federation.sql('by', `SELECT 1 FROM outbox WHERE kind = 'statement'`);
      return gap && gap.asks > 0 && !waits ? true : undefined;
    });
    // Before the message goes through: a receipt for it among them could settle the replayed request at once.
    const statements = back.seen.slice(since);
    there.holds = () => false;
    await untilStatus(sender(), id, 'accepted');
    await untilStatus(sender(), next, 'accepted');
    const copies = () => there.seen.filter(({ messageId }) => messageId === id).length;
    const before = copies();
    for (const statement of statements) await back.inject('by', statement);
    await until('the repetition noticed', STEP_MS, async () => {
      const [row] = await federation.sql(
        'kz',
        `SELECT 1 FROM node_use WHERE node = 'by' AND refused ? 'asked'`,
      );
      return row && true;
    });
    expect(copies()).toBe(before);
    expect(await federation.sql('kz', 'SELECT 1 FROM outbox WHERE message IS NOT NULL')).toEqual([]);
  });
});

describe('a bus that alters', () => {
  const flipped = (text: string, at: number): string =>
    `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
  interface Jwe {
    protected: string;
    recipients: {
      header: Record<string, unknown> & { epk: Record<string, string> };
      encrypted_key: string;
    }[];
    iv: string;
    ciphertext: string;
    tag: string;
  }
  const recipientOf = (jwe: Jwe) => {
    const [recipient] = jwe.recipients;
    if (!recipient) throw new Error('an envelope has one recipient');
    return recipient;
  };
  const regions: [string, (jwe: Jwe) => void][] = [
    ['the protected header', (jwe) => (jwe.protected = flipped(jwe.protected, 20))],
    ['the initialisation vector', (jwe) => (jwe.iv = flipped(jwe.iv, 3))],
    ['the start of the ciphertext', (jwe) => (jwe.ciphertext = flipped(jwe.ciphertext, 0))],
    [
      'the middle of the ciphertext',
      (jwe) => (jwe.ciphertext = flipped(jwe.ciphertext, jwe.ciphertext.length >> 1)),
    ],
    ['the tag', (jwe) => (jwe.tag = flipped(jwe.tag, 5))],
    ['a short tag', (jwe) => (jwe.tag = jwe.tag.slice(0, 16))],
    [
      'the encrypted key',
      (jwe) => (recipientOf(jwe).encrypted_key = flipped(recipientOf(jwe).encrypted_key, 9)),
    ],
    ['the recipient’s algorithm', (jwe) => (recipientOf(jwe).header.alg = 'dir')],
    [
      'the recipient’s key',
      (jwe) => (recipientOf(jwe).header.kid = flipped(String(recipientOf(jwe).header.kid), 4)),
    ],
    [
      'the ephemeral key',
      (jwe) => (recipientOf(jwe).header.epk.x = flipped(recipientOf(jwe).header.epk.x ?? '', 7)),
    ],
    [
      'the claimed sender',
      (jwe) => (recipientOf(jwe).header.apu = Buffer.from('am-nss').toString('base64url')),
    ],
    ['a second recipient', (jwe) => jwe.recipients.push(recipientOf(jwe))],
    ['a field too many', (jwe) => Object.assign(jwe, { unprotected: { zip: 'DEF' } })],
  ];

  it('any part of an envelope: it goes to quarantine, and the genuine one is taken afterwards', async () => {
    const { id, envelope } = await withheld();
    const before = (await quarantine(guard())).length;
    for (const [, alter] of regions) {
      const jwe = JSON.parse(envelope.body.toString('utf8')) as Jwe;
      alter(jwe);
      await there.inject('kz', { kind: 'envelope', body: Buffer.from(JSON.stringify(jwe)) });
    }
    const found = await until('all of them in quarantine', STEP_MS, async () => {
      const now = await quarantine(guard());
      return now.length >= before + regions.length ? now.slice(0, now.length - before).reverse() : undefined;
    });
    const codes = Object.fromEntries(regions.map(([name], index) => [name, found[index]?.code]));
    for (const [name, code] of Object.entries(codes))
      expect([name, code]).toEqual([
        name,
        expect.stringMatching(/^ENVELOPE_(DECRYPT|FORMAT|COMMITMENT|ALGORITHM|NOT_FOR_ME|BINDING)$/),
      ]);
    there.holds = () => false;
    await there.forward(envelope);
    await untilStatus(receiver(), id, 'accepted');
  });
});

describe('what does not belong there', () => {
  it.each<[string, string, () => { kind: string; body: Buffer }, RegExp]>([
    ['a message through another node’s exchange', 'am', () => genuine(), /^ENVELOPE_BINDING /],
    [
      'an unknown kind',
      'kz',
      () => ({ kind: 'parcel', body: Buffer.from('{}') }),
      /^ENVELOPE_FORMAT .*parcel/,
    ],
    [
      'a kind that no text column takes',
      'kz',
      () => ({ kind: 'a\0b', body: Buffer.from('[]') }),
      /^ENVELOPE_FORMAT /,
    ],
    [
      'two megabytes of junk',
      'kz',
      () => ({ kind: 'envelope', body: Buffer.alloc(2 ** 21, '[') }),
      /^ENVELOPE_SIZE /,
    ],
    [
      'brackets a hundred thousand deep',
      'kz',
      () => ({ kind: 'envelope', body: Buffer.alloc(100_000, '[') }),
      /^ENVELOPE_FORMAT /,
    ],
    ['zero bytes', 'kz', () => ({ kind: 'envelope', body: Buffer.alloc(64) }), /^ENVELOPE_FORMAT /],
    ['nothing at all', 'kz', () => ({ kind: 'envelope', body: Buffer.alloc(0) }), /^ENVELOPE_FORMAT /],
    ['a book of brackets', 'kz', () => ({ kind: 'book', body: Buffer.alloc(100_000, '[') }), /^BOOK_FORMAT /],
    [
      'a statement that is none',
      'kz',
      () => ({ kind: 'book-statement', body: Buffer.from('{"payload":1}') }),
      /^BOOK_FORMAT /,
    ],
    ['an envelope for another authority', 'kz', () => forArmenia(), /^ENVELOPE_NOT_FOR_ME /],
  ])('%s goes to quarantine', async (_, through, make, told) => {
    const { kind, body } = make();
    const found = await quarantined(() => there.inject(through, { kind, body }));
    expect(`${found.code} ${found.detail}`).toMatch(told);
    expect(found.bytes).toBe(body.length);
  });

  it('a part of an attachment without its headers goes to quarantine', async () => {
    const found = await quarantined(() => there.injectPart({ to: RECEIVER }, Buffer.from('part')));
    expect(found.code).toBe('ENVELOPE_FORMAT');
  });

  const genuine = () => {
    const envelope = there.seen.find(({ messageId }) => messageId.includes('-7'));
    if (!envelope) throw new Error('nothing was sent yet');
    return envelope;
  };
  const forArmenia = () => {
    const place = { ep: 1, n: 1, prev: null };
    const { body } = craft(
      federation,
      ROGUE,
      place,
      {},
      files.encryption(federation.folderOf('am'), 'am-nss'),
    );
    return { kind: 'envelope', body };
  };
});

describe('a genuine seal in wrong hands', () => {
  let last: { n: number; D: string | null } = { n: 0, D: null };
  const next = () => ({ ep: 1, n: last.n + 1, prev: last.D });
  const given = async ({ id, D }: Crafted) => {
    const none = { items: [] };
    const { items } = await receiver()
      .get<{ items: ReceiptView[] }>(`/v1/receipts?message=${id}`)
      .catch(() => none);
    return items.filter((receipt) => receipt.D === D);
  };
  /** Injects it and waits for the receipt that ends it. */
  const outcome = async (crafted: Crafted): Promise<string> => {
    await there.inject('kz', { kind: 'envelope', body: crafted.body });
    return until('its receipt', STEP_MS, async () => {
      const final = (await given(crafted)).find(({ stage }) => stage !== 'stored');
      return final && `${final.stage} ${final.code ?? ''}`.trim();
    });
  };

  it('may say what its authority may say', async () => {
    const crafted = craft(federation, ROGUE, next());
    expect(await outcome(crafted)).toBe('accepted');
    last = { n: 1, D: crafted.D };
  });

  it.each<[string, (id: string) => Parameters<typeof craft>[3], string]>([
    ['a case of somebody else', () => ({ case: opened.case }), 'ENVELOPE_BINDING'],
    ['an answer to nothing', (id) => ({ re: id }), 'ENVELOPE_BINDING'],
    [
      'a case that nobody opened',
      () => ({ case: '01890a5d-ac96-774b-bcce-b302099a8057' }),
      'CASE_TRANSITION',
    ],
    ['a body that is none', () => ({ body: { language: 7 } }), 'ENVELOPE_FORMAT'],
    ['an act that nobody knows', () => ({ act: 'decree/1' }), 'ENVELOPE_VERSION'],
    ['a request that no head signed', () => ({ act: 'request/1' }), 'ENVELOPE_POLICY'],
    ['a case that is not an identifier', () => ({ case: 'the-case' }), 'ENVELOPE_FORMAT'],
    ['a time in the past', () => ({ exp: 1_700_000_000 }), 'ENVELOPE_EXPIRED'],
  ])('%s is rejected with its code, and the sequence goes on', async (_, changes, code) => {
    const crafted = craft(federation, ROGUE, next(), changes(opened.id));
    expect(await outcome(crafted)).toBe(`rejected ${code}`);
    last = { n: last.n + 1, D: crafted.D };
    const after = craft(federation, ROGUE, next());
    expect(await outcome(after)).toBe('accepted');
    last = { n: last.n + 1, D: after.D };
  });

  it.each<[string, () => Crafted]>([
    ['a message that follows no message', () => craft(federation, ROGUE, { ...next(), prev: opened.D })],
    ['a number that is taken', () => craft(federation, ROGUE, { ep: 1, n: 1, prev: null })],
    ['an epoch that has ended', () => craft(federation, ROGUE, { ...next(), ep: 0 })],
    ['a leap of millions', () => craft(federation, ROGUE, { ...next(), n: 5_000_000 })],
  ])('%s is a conflict and changes nothing', async (_, make) => {
    expect(await outcome(make())).toBe('rejected CONFLICT');
    const pair = await pairWith(receiver(), ROGUE);
    expect(pair?.received).toMatchObject({ n: last.n, gaps: 0 });
  });

  it('another content under an old identifier is a conflict', async () => {
    const first = craft(federation, ROGUE, next());
    expect(await outcome(first)).toBe('accepted');
    last = { n: last.n + 1, D: first.D };
    const second = craft(federation, ROGUE, next(), { id: first.id, case: first.id });
    expect(await outcome(second)).toBe('rejected CONFLICT');
  });
});

it('after all of this every message of the honest sender is there exactly once', async () => {
  const sent = await walk<MessageView>(sender(), '/v1/messages?direction=out');
  await expectExactlyOnce(
    federation,
    sent.map(({ id }) => id),
  );
});
