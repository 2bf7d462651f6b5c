import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unixSeconds, uuidv7 } from '#core';
import {
  type AttachmentKey,
  CHUNK_BYTES,
  completeSeal,
  encrypt,
  encryptChunk,
  payloadBytes,
  prepareSeal,
  type Payload,
} from '#envelope';
import { loadCertificate } from '#trust';
import { files } from '../../apps/federation/src/keys.js';
import { until } from '../../apps/federation/src/until.js';
import { type Crafted, craft, keysOf, namedBooks } from '../federation/crafted.js';
import {
  consultation,
  INSTRUMENT,
  type MessageView,
  openCase,
  pairWith,
  quarantine,
  RECEIVER,
  receiptsFor,
  SENDER,
  spontaneous,
  untilStatus,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { Interceptor } from '../federation/interceptor.js';

/** An authority of the sending node whose seal is in wrong hands. */
const ROGUE = 'kz-mvd';
const BYTES_MAX = 3 * 1024 * 1024;
const FILES_MAX = 4;

let federation: TestFederation;
let opened: MessageView;
let there: Interceptor;
let back: Interceptor;

beforeAll(async () => {
  const attachments = { folder: 'attachments', bytesMax: BYTES_MAX };
  const quick = { resendAfterSeconds: 0.5, receiptAfterSeconds: 1 };
  // What the sender's node takes for an attachment may be too much for the recipient's.
  const roomy = { ...attachments, bytesMax: 2 * BYTES_MAX };
  const overrides = {
    kz: { ...quick, attachments: roomy },
    by: { ...quick, attachments: { ...attachments, peerFilesMax: FILES_MAX } },
  };
  federation = await testFederation('review', { nodes: ['kz', 'by', 'am'], overrides });
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
  const unforeseen = (await quarantine(guard())).filter(({ code }) => code === 'INTERNAL');
  await there.close();
  await back.close();
  await federation.stop();
  expect(unforeseen).toEqual([]);
});

const sender = () => federation.api(SENDER, 'officer');
const receiver = () => federation.api(RECEIVER, 'auditor');
const guard = () => federation.api(RECEIVER, 'security-officer');

describe('a message that the other side rejects', () => {
  /** The receiver’s node takes no attachment so large, which the sender’s cannot know. */
  async function sendRejected(message: object): Promise<MessageView> {
    const file = join(federation.folderOf('kz'), 'large.bin');
    writeFileSync(file, Buffer.alloc(BYTES_MAX + 1));
    const path = '/v1/attachments?name=large.bin';
    const { id } = await federation.api(SENDER, 'officer').upload<{ id: string }>(path, file);
    const sent = await sender().post<MessageView>('/v1/messages', { ...message, attachments: [id] });
    return untilStatus(sender(), sent.id, 'rejected');
  }
  const statusOf = async (side: 'kz' | 'by', id: string) => {
    const api = federation.api(side === 'kz' ? SENDER : RECEIVER, 'officer');
    return (await api.get<{ status: string }>(`/v1/cases/${id}`)).status;
  };

  it('leaves its case at both ends as it was', async () => {
    const { case: id } = opened;
    expect(await statusOf('by', id)).toBe('open');
    await sendRejected({ ...consultation(opened), type: 'withdrawal' });
    expect([await statusOf('kz', id), await statusOf('by', id)]).toEqual(['open', 'open']);
    const reminder = { ...consultation(opened), type: 'reminder' };
    const next = await sender().post<MessageView>('/v1/messages', reminder);
    await untilStatus(sender(), next.id, 'accepted');
  });

  it('and was to open a case leaves none: nothing more is sent in it', async () => {
    const first = await sendRejected(spontaneous());
    expect(await statusOf('kz', first.case)).toBe('void');
    const answer = await sender().try('/v1/messages', consultation(first));
    expect(answer).toMatchObject({ ok: false, problem: { status: 409, code: 'CASE_TRANSITION' } });
  });
});

const send = () => sender().post<MessageView>('/v1/messages', spontaneous());
const statusAtSender = async ({ id }: MessageView) =>
  (await sender().get<MessageView>(`/v1/messages/${id}`)).status;
const untilNothingIsRepeated = () =>
  until('an empty outbox', STEP_MS, async () =>
    (await federation.sql('kz', 'SELECT 1 FROM outbox')).length === 0 ? true : undefined,
  );

it('a receipt that was lost and overtaken by a later one is told again', async () => {
  const seen = back.seen.length;
  back.holds = () => true;
  const lost = await send();
  await until('its receipt', STEP_MS, () => Promise.resolve(back.seen[seen]));
  const next = await send();
  await untilStatus(receiver(), next.id, 'accepted');
  await until('the later receipt', STEP_MS, async () => {
    // Repetitions are answered without entries; whatever goes on but the first, what it tells begins behind what is lost.
    for (const one of back.seen.slice(seen + 1)) await back.forward(one);
    const asked = `SELECT 1 FROM outbox WHERE typ = 'valise-log-ask+jws'`;
    return (await federation.sql('kz', asked)).length > 0 ? true : undefined;
  });
  expect([await statusAtSender(lost), await statusAtSender(next)]).toEqual(['sent', 'sent']);
  back.holds = () => false;
  for (const { id } of [lost, next]) await untilStatus(sender(), id, 'accepted');
  await untilNothingIsRepeated();
  for (const { id, D } of [lost, next]) {
    const receipts = await receiptsFor(sender(), id);
    expect(receipts).toMatchObject([{ direction: 'received', D, stage: 'accepted' }]);
  }
});

describe('what the other side would have to reject is not sent', () => {
  it.each<[string, () => object, string]>([
    ['a message of a case to another than its counterpart', () => ({ to: 'am-nss' }), 'to'],
    ['an answer to what is no message of the case', () => ({ re: randomUUID() }), 're'],
  ])('%s', async (_, changes, path) => {
    const answer = await sender().try('/v1/messages', { ...consultation(opened), ...changes() });
    expect(answer).toMatchObject({ ok: false, problem: { code: 'INPUT_INVALID', path } });
    const [row] = await federation.sql('kz', 'SELECT counterpart FROM exchange_case WHERE id = $1', [
      opened.case,
    ]);
    expect(row).toEqual({ counterpart: RECEIVER });
  });

  it('identifiers in capitals go in the spelling that the other side takes', async () => {
    const message = { ...consultation(opened), case: opened.case.toUpperCase(), re: opened.id.toUpperCase() };
    const { id } = await sender().post<MessageView>('/v1/messages', message);
    await untilStatus(receiver(), id, 'accepted');
  });

  it('what no envelope holds is refused before it has a number; nearly as much arrives', async () => {
    const text = 'ы'.repeat(99_000);
    const { body } = spontaneous();
    const large = {
      ...body,
      text,
      grounds: text,
      conditions: Array.from({ length: 32 }, () => 'ы'.repeat(999)),
    };
    const { id } = await sender().post<MessageView>('/v1/messages', { ...spontaneous(), body: large });
    await untilStatus(receiver(), id, 'accepted');
    const tooLarge = { ...large, refusal: { grounds: ['sovereignty'], reasons: text, extent: 'full' } };
    const answer = await sender().try('/v1/messages', { ...spontaneous(), body: tooLarge });
    expect(answer).toMatchObject({ ok: false, problem: { code: 'INPUT_TOO_LARGE', path: 'body' } });
  });
});

it('a bus that loses only the last receipt: the message is repeated until that comes too', async () => {
  there.holds = () => true;
  const first = await send();
  const [held] = await there.captured(first.id);
  if (!held) throw new Error('nothing was captured');
  // What comes behind it in a case that is open is stored there, and waits for it.
  there.holds = ({ messageId }) => messageId === first.id;
  const second = await sender().post<MessageView>('/v1/messages', consultation(opened));
  await untilStatus(sender(), second.id, 'stored');
  back.holds = () => true;
  await there.forward(held);
  for (const { id } of [first, second]) await untilStatus(receiver(), id, 'accepted');
  expect([await statusAtSender(first), await statusAtSender(second)]).toEqual(['sent', 'stored']);
  there.holds = back.holds = () => false;
  for (const { id } of [first, second]) await untilStatus(sender(), id, 'accepted');
  await untilNothingIsRepeated();
});

describe('a genuine seal in wrong hands', () => {
  let last: { n: number; D: string | null } = { n: 0, D: null };
  const next = () => ({ ep: 1, n: last.n + 1, prev: last.D });

  /** Injects it and waits for the receipt that ends it. */
  async function outcome(crafted: Crafted): Promise<string> {
    await there.inject('kz', { kind: 'envelope', body: crafted.body });
    return until('its receipt', STEP_MS, async () => {
      const given = await receiptsFor(receiver(), crafted.id);
      const final = given.find(({ D, stage }) => D === crafted.D && stage !== 'stored');
      return final && `${final.stage} ${final.code ?? ''}`.trim();
    });
  }
  async function expectOutcome(crafted: Crafted, expected: string): Promise<void> {
    expect(await outcome(crafted)).toBe(expected);
    last = { n: last.n + 1, D: crafted.D };
  }

  it('a field’s name that no JSON column takes is rejected with its code', async () => {
    const body = { ...spontaneous().body, contents: { 'a\0b': 'x' } };
    await expectOutcome(craft(federation, ROGUE, next(), { body }), 'rejected ENVELOPE_FORMAT');
  });

  it('an epoch that no column takes is outside of the format', () => {
    const key = keysOf(files.seal(federation.folderOf('kz'), ROGUE));
    expect(() =>
      prepareSeal({
        payload: Buffer.from('{}'),
        officers: [],
        ...key,
        iat: 1,
        ep: 2 ** 31,
        n: 1,
        prev: null,
      }),
    ).toThrow('ep');
  });

  it('an identifier of ours does not hide our own message', async () => {
    const ours = await federation
      .api(RECEIVER, 'system')
      .post<MessageView>('/v1/messages', spontaneous(SENDER));
    await untilStatus(federation.api(RECEIVER, 'system'), ours.id, 'accepted');
    const crafted = craft(federation, ROGUE, next(), {
      id: ours.id,
      case: uuidv7(Date.now(), randomBytes(16)),
    });
    await outcome(crafted);
    last = { n: last.n + 1, D: crafted.D };
    expect(await receiver().get('/v1/messages/' + ours.id)).toMatchObject({ direction: 'out' });
  });

  describe('attachments', () => {
    const file = (bytes = 1, id = randomUUID()) => ({
      id,
      name: 'a.bin',
      mediaType: 'application/octet-stream',
      bytes,
      sha256: createHash('sha256').update(id).digest('base64url'),
    });

    function announcing(
      attachments: Payload['attachments'],
      key = randomBytes(32),
      exp = unixSeconds(Date.now()) + 86_400,
    ): Crafted {
      const now = Date.now();
      const id = uuidv7(now, randomBytes(16));
      const payload = payloadBytes({
        v: 1,
        id,
        from: ROGUE,
        to: RECEIVER,
        act: 'spontaneous/1',
        case: id,
        instrument: INSTRUMENT,
        register: namedBooks(federation.books, ROGUE),
        exp,
        level: 'open',
        body: spontaneous().body,
        attachments,
      });
      const seal = keysOf(files.seal(federation.folderOf('kz'), ROGUE));
      const prepared = prepareSeal({ payload, officers: [], ...seal, iat: unixSeconds(now), ...next() });
      const jws = completeSeal({ payload, officers: [], prepared, key: seal.key });
      const attachmentKeys: AttachmentKey[] = attachments.map(({ id, bytes, sha256 }) => ({
        id,
        key: key.toString('base64url'),
        chunkBytes: CHUNK_BYTES,
        bytes,
        sha256,
      }));
      const recipient = loadCertificate(files.encryption(federation.folderOf('by'), RECEIVER).certificate);
      return { id, D: prepared.D, body: encrypt({ jws, attachmentKeys, from: ROGUE, recipient }) };
    }

    it('larger than we take are rejected', async () => {
      await expectOutcome(announcing([file(BYTES_MAX + 1)]), 'rejected ENVELOPE_ATTACHMENT');
    });

    it('that are not what they were declared: the message is rejected once, and nothing of it is asked for again', async () => {
      const key = randomBytes(32);
      const wrong = [file(), file()];
      const crafted = announcing(wrong, key);
      await there.inject('kz', { kind: 'envelope', body: crafted.body });
      await untilStatus(receiver(), crafted.id, 'pulling');
      last = { n: last.n + 1, D: crafted.D };
      for (const { id } of wrong)
        await there.injectPart(
          { to: RECEIVER, attachment: id, part: 0 },
          encryptChunk(key, 0, true, Buffer.from('x')),
        );
      await until('both failed', STEP_MS, async () => {
        const rows = await federation.sql('by', `SELECT 1 FROM attachment WHERE status = 'failed'`);
        return rows.length === 2 ? true : undefined;
      });
      await untilStatus(receiver(), crafted.id, 'rejected');
      // The case that it opened ends with it.
      const rows = await federation.sql('by', 'SELECT status FROM exchange_case WHERE id = $1', [crafted.id]);
      expect(rows).toEqual([{ status: 'void' }]);

      await expectOutcome(announcing([file(1, wrong[0]?.id)]), 'rejected ENVELOPE_ATTACHMENT');
    });

    it('have a share of the disk, are asked for with growing pauses, and given up when their message expires', async () => {
      const key = randomBytes(32);
      const large = file(1024 * 1024 + 1);
      const exp = unixSeconds(Date.now()) + 6;
      const files = [large, file(), file(), file()];
      const crafted = announcing(files, key, exp);
      await there.inject('kz', { kind: 'envelope', body: crafted.body });
      await untilStatus(receiver(), crafted.id, 'pulling');
      last = { n: last.n + 1, D: crafted.D };
      const chunks = Array.from({ length: 16 }, (_, index) =>
        encryptChunk(key, index, false, Buffer.alloc(CHUNK_BYTES)),
      );
      await there.injectPart({ to: RECEIVER, attachment: large.id, part: 0 }, Buffer.concat(chunks));
      const path = join(federation.folderOf('by'), 'attachments', RECEIVER, 'in', `${large.id}.chunks`);
      await until('the part on the disk', STEP_MS, () =>
        Promise.resolve(existsSync(path) ? true : undefined),
      );
      await expectOutcome(announcing([file()]), 'rejected ENVELOPE_ATTACHMENT');

      const ended = await untilStatus(receiver(), crafted.id, 'rejected');
      expect(ended.rejection?.code).toBe('ENVELOPE_EXPIRED');
      await until('no file of it', STEP_MS, () => Promise.resolve(existsSync(path) ? undefined : true));
      const rows = await federation.sql<{ status: string; asks: number }>(
        'by',
        'SELECT status, asks FROM attachment WHERE id = ANY($1)',
        [files.map(({ id }) => id)],
      );
      // In six seconds twelve times half a second; with a doubling pause five times.
      for (const { status, asks } of rows) {
        expect(status).toBe('failed');
        expect(asks).toBeLessThanOrEqual(5);
      }
      const [opened] = await federation.sql('by', 'SELECT status FROM exchange_case WHERE id = $1', [
        crafted.id,
      ]);
      expect(opened).toEqual({ status: 'void' });

      const next = announcing([file()]);
      await there.inject('kz', { kind: 'envelope', body: next.body });
      await untilStatus(receiver(), next.id, 'pulling');
      last = { n: last.n + 1, D: next.D };
    });
  });

  it('leaps that would leave more gaps than can be asked for are a conflict', async () => {
    const leap = craft(federation, ROGUE, { ep: 1, n: last.n + 9_000, prev: opened.D });
    expect(await outcome(leap)).toBe('accepted');
    const again = craft(federation, ROGUE, { ep: 1, n: last.n + 18_000, prev: opened.D });
    expect(await outcome(again)).toBe('rejected CONFLICT');
    expect((await pairWith(receiver(), ROGUE))?.received.gaps).toBeLessThan(10_000);
  });
});
