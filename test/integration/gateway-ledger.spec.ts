import { createHash } from 'node:crypto';
import { canonicalBytes, type Json } from '#core';
import { ARRANGEMENT } from '../../apps/federation/src/sample.js';
import { until } from '../../apps/federation/src/until.js';
import {
  type MessageView,
  openCase,
  RECEIVER,
  request,
  SENDER,
  untilStatus,
  walk,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
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
    const { D } = await officer().get<MessageView>(`/v1/messages/${message.id}`);
    const about = (entries: readonly Entry[]) =>
      entries
        .filter(({ content }) => content.D === D)
        .map(({ kind, peer, content: { stage = null } }) => ({ kind, peer, stage }));
    const decided = { kind: 'decision', peer: null, stage: null };
    // What is internal gets its place within a second.
    const of = (authority: string, count: number) =>
      until('the decision in the internal log', STEP_MS, async () => {
        const all = await ledger(authority);
        const isRead = authority === SENDER || all.some(({ content }) => content.id === attachment.id);
        return isRead && about(all).length === count ? all : undefined;
      });
    expect(about(await of(SENDER, 2))).toEqual(
      expect.arrayContaining([{ kind: 'sent', peer: RECEIVER, stage: null }, decided]),
    );
    const received = await of(RECEIVER, 3);
    expect(about(received)).toEqual(
      expect.arrayContaining([
        { kind: 'received', peer: SENDER, stage: 'stored' },
        { kind: 'received', peer: SENDER, stage: 'accepted' },
        decided,
      ]),
    );
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
    const books = `SELECT 1 FROM ledger_entry WHERE own = '' AND content->>'act' = 'book-applied'`;
    expect((await federation.sql('kz', books)).length).toBeGreaterThan(0);
    const own = await until('the refusal in the internal log', STEP_MS, async () => {
      const all = await ledger(SENDER);
      return all.some(({ kind }) => kind === 'message-refused') ? all : undefined;
    });
    expect(own.map(({ content }) => content.act)).not.toContain('book-applied');
    const other = await ledger('kz-mvd');
    expect(other.length).toBeGreaterThan(0);
    // The books on which it rests are the node's.
    const acts = other.filter(({ kind }) => kind !== 'book');
    expect(acts.map(({ content }) => content.authority)).toEqual(acts.map(() => 'kz-mvd'));
  });

  it('names each hour the books that are in force, without those of another authority of its node', async () => {
    const books = async (authority: string) =>
      (await ledger(authority, 'kind=book')).map(({ content }) => content.book);
    await federation.sql('kz', `UPDATE internal_log SET heads_at = now() - interval '61 minutes'`);
    const [own, other] = await until('the books', STEP_MS, async () => {
      const noted = await Promise.all([SENDER, 'kz-mvd'].map(books));
      return noted.every((names) => names.includes('list:BY')) ? noted : undefined;
    });
    const agreed = `arrangement:${ARRANGEMENT.id}`;
    expect(own).toContain(agreed);
    expect(other).not.toContain(agreed);
  });

  it('is narrowed by kind, the other authority and dates', async () => {
    const all = await ledger(SENDER);
    const those = (fits: (entry: Entry) => boolean) => all.filter(fits).map(({ id }) => id);
    const ids = async (query: string) => (await ledger(SENDER, query)).map(({ id }) => id);
    expect(await ids('kind=received')).toEqual(those(({ kind }) => kind === 'received'));
    expect(await ids(`peer=${RECEIVER}`)).toEqual(those(({ peer }) => peer === RECEIVER));
    expect(await ids('peer=am-nss')).toEqual([]);
    const from = `${message.createdAt.slice(0, 19)}Z`;
    expect(await ids(`from=${from}`)).toEqual(those(({ at }) => Date.parse(at) >= Date.parse(from)));
    expect(await ids(`until=${from}`)).toEqual(those(({ at }) => Date.parse(at) < Date.parse(from)));
    expect(await ids('until=2026-01-01T00:00:00Z')).toEqual([]);
    expect(await ids('kind=unheard-of')).toEqual([]);
    await expect(ledger(SENDER, 'kind=no%20kind')).rejects.toThrow(/400 INPUT_INVALID/);
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
