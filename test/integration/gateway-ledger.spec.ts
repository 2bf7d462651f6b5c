import { createHash } from 'node:crypto';
import { canonicalBytes, type Json } from '#core';
import {
  type MessageView,
  openCase,
  RECEIVER,
  request,
  SENDER,
  untilStatus,
  walk,
} from '../federation/exchange.js';
import { testFederation, type TestFederation } from '../federation/harness.js';
import { announce, type AttachmentView, hashOfDownload, SampleFiles, upload } from './attachments-harness.js';

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly peer: string | null;
  readonly content: Readonly<Record<string, Json>>;
  readonly salt: string;
  readonly hash: string;
}

let federation: TestFederation;
let message: MessageView;
let attachment: AttachmentView;
const files = new SampleFiles();

beforeAll(async () => {
  federation = await testFederation('ledger', { nodes: ['kz', 'by'] });
  await openCase(federation);
  attachment = await upload(federation, (await files.make(10)).file);
  message = await announce(federation, attachment.id);
  await untilStatus(officer(), message.id, 'accepted');
  await hashOfDownload(federation, attachment.id);
}, 120_000);

afterAll(async () => {
  files.remove();
  await federation.stop();
});

const officer = () => federation.api(SENDER, 'officer');
const ledger = (authority: string, query = '') =>
  walk<Entry>(federation.api(authority, 'auditor'), `/v1/ledger?${query}`);

describe('the ledger', () => {
  it('says on either side what became of a message, and who read its attachment', async () => {
    const D = (await officer().get<MessageView>(`/v1/messages/${message.id}`)).D;
    const sent = (await ledger(SENDER)).filter(({ content }) => content.d === D);
    expect(sent.map(({ kind, content }) => [kind, content.stage])).toEqual(
      expect.arrayContaining([
        ['receipt-received', 'stored'],
        ['receipt-received', 'accepted'],
      ]),
    );
    expect(sent).toHaveLength(3);
    // The newest first.
    expect(sent.at(-1)?.kind).toBe('message-sent');
    expect(new Set(sent.map(({ peer }) => peer))).toEqual(new Set([RECEIVER]));
    const received = await ledger(RECEIVER);
    expect(received.filter(({ content }) => content.d === D)).toMatchObject([
      { kind: 'message-received', peer: SENDER, content: { id: message.id } },
    ]);
    expect(received.filter(({ content }) => content.id === attachment.id)).toMatchObject([
      { kind: 'access', peer: null, content: { act: 'attachment-read' } },
    ]);
  });

  it('proves by its hash what every entry says', async () => {
    const entries = [...(await ledger(SENDER)), ...(await ledger(RECEIVER))];
    expect(entries.length).toBeGreaterThan(5);
    for (const { salt, content, hash } of entries) {
      const leaf = [Buffer.from([0]), Buffer.from(salt, 'base64url'), canonicalBytes(content)];
      expect(hash).toBe(createHash('sha256').update(Buffer.concat(leaf)).digest('base64url'));
    }
  });

  it('of one authority is not shown to another of its node, and what concerns the node to none', async () => {
    const refused = await officer().try('/v1/messages', { ...request(), body: { language: 'ru' } });
    expect(refused.ok).toBe(false);
    const books = `SELECT 1 FROM ledger_leaf WHERE content->>'act' = 'book-applied'`;
    expect((await federation.sql('kz', books)).length).toBeGreaterThan(0);
    const own = await ledger(SENDER);
    expect(own.map(({ kind }) => kind)).toContain('message-refused');
    expect(own.map(({ content }) => content.act)).not.toContain('book-applied');
    const other = await ledger('kz-mvd');
    expect(other.length).toBeGreaterThan(0);
    expect(other.every(({ content }) => content.authority === 'kz-mvd')).toBe(true);
  });

  it('is narrowed by kind, the other authority and dates', async () => {
    const all = await ledger(SENDER);
    const those = (fits: (entry: Entry) => boolean) => all.filter(fits).map(({ id }) => id);
    const ids = async (query: string) => (await ledger(SENDER, query)).map(({ id }) => id);
    expect(await ids('kind=message-sent')).toEqual(those(({ kind }) => kind === 'message-sent'));
    expect(await ids(`peer=${RECEIVER}`)).toEqual(those(({ peer }) => peer === RECEIVER));
    expect(await ids('peer=am-nss')).toEqual([]);
    const from = `${message.createdAt.slice(0, 19)}Z`;
    expect(await ids(`from=${from}`)).toEqual(those(({ at }) => Date.parse(at) >= Date.parse(from)));
    expect(await ids(`until=${from}`)).toEqual(those(({ at }) => Date.parse(at) < Date.parse(from)));
    expect(await ids('until=2026-01-01T00:00:00Z')).toEqual([]);
    await expect(ledger(SENDER, 'kind=secret')).rejects.toThrow(/400 INPUT_INVALID/);
  });
});

it('attachments are listed by the other authority, and those that no message names by none', async () => {
  const ids = async (authority: string, query: string) =>
    (await walk<AttachmentView>(federation.api(authority, 'auditor'), `/v1/attachments?${query}`)).map(
      ({ id }) => id,
    );
  const unnamed = await upload(federation, (await files.make(10)).file);
  expect(await ids(SENDER, `peer=${RECEIVER}`)).toEqual([attachment.id]);
  expect(await ids(RECEIVER, `peer=${SENDER}`)).toEqual([attachment.id]);
  for (const authority of [SENDER, RECEIVER]) expect(await ids(authority, 'peer=am-nss')).toEqual([]);
  const draft = await officer().post<MessageView>('/v1/messages', {
    ...request(),
    attachments: [unnamed.id],
  });
  expect(await ids(SENDER, `peer=${RECEIVER}`)).toEqual([unnamed.id, attachment.id]);
  await officer().request('DELETE', `/v1/messages/${draft.id}`);
  expect(await ids(SENDER, `peer=${RECEIVER}`)).toEqual([attachment.id]);
});
