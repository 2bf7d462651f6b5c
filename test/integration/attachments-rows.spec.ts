import { randomBytes } from 'node:crypto';
import { type Circumstances, type Incoming, keyOf, type SettledIn, settleIn, wantedIn } from '#exchange';
import { Attachment } from '../../apps/gateway/src/attachments/attachment.entity.js';
import { Deletion } from '../../apps/gateway/src/attachments/deletion.js';
import { bindAttachments, freeAttachments } from '../../apps/gateway/src/attachments/drafts.js';
import { Expiry } from '../../apps/gateway/src/attachments/expiry.js';
import { Verdicts } from '../../apps/gateway/src/attachments/verdicts.js';
import { Ledger } from '../../apps/gateway/src/ledger/ledger.js';
import { settleRows } from '../../apps/gateway/src/rows/settling.js';
import { query } from '../federation/services.js';
import { newId, NOW, OWN, PAST, type Sample, useAttachmentRows } from './attachments-rows-harness.js';

const rows = useAttachmentRows();

const message = (sample: Sample) => rows().message(sample);
const attachment = (id: string) => rows().attachment(id);

/** The verdicts of a node whose settlements know only its own rows, and what it did beside them. */
function node(throwsAt: (id: string) => boolean = () => false) {
  const removed: string[] = [];
  const told: string[] = [];
  const circumstances = {
    ...{ at: NOW, registerMark: '', firstEpoch: 1, random: randomBytes, nodeOf: () => 'kz' },
    bounds: { nodeRowsMax: 99, nodeBytesMax: 9_000 },
  } as unknown as Circumstances;
  const settling = {
    in: (members: readonly Incoming[]): Promise<SettledIn> => {
      if (members.some((member) => member.kind === 'attachment' && throwsAt(member.id)))
        return Promise.reject(new Error('it cannot be settled'));
      return settleRows(rows().pool, wantedIn(members), (facts) => settleIn(facts, members, circumstances));
    },
  };
  const remove = (_: string, direction: string, id: string) => {
    removed.push(`${direction} ${id}`);
    return Promise.resolve();
  };
  const store = { files: { remove } } as never;
  const telling = {
    tell: (pairs: readonly { own: string; peer: string }[]) => {
      told.push(...pairs.map(({ own, peer }) => keyOf.pair(own, peer)));
    },
  };
  const verdicts = new Verdicts(rows().database, store, settling as never, telling as never);
  const expiry = new Expiry(rows().database, { isLeader: true } as never, verdicts);
  const deletion = new Deletion(rows().database, store, new Ledger());
  return { removed, told, verdicts, expiry, deletion };
}

const statuses = (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await attachment(id)).status));
async function useOf(peer: string) {
  const [use] = await query<{ files: string; bytes: string }>(
    rows().url,
    `SELECT files, bytes FROM attachment_use WHERE own = '${OWN}' AND peer = '${peer}'`,
  );
  return use && { files: Number(use.files), bytes: Number(use.bytes) };
}
async function stateOf(key: string) {
  const name = { table: 'state', key } as const;
  const { state } = await settleRows(rows().pool, [name], (facts) => ({
    changes: {},
    state: facts.get('state', key),
  }));
  return state;
}

describe('a verdict on an attachment', () => {
  it('accepts its message once the last one is verified, and tells its sender', async () => {
    const { key, ids } = await message({ attachments: ['verifying', 'verifying'] });
    const { verdicts, told, removed } = node();
    const [first = '', second = ''] = ids;
    expect(await verdicts.give(await attachment(first), 'verified')).toBe('pulling');
    expect(told).toEqual([]);
    expect(await verdicts.give(await attachment(second), 'verified')).toBe('accepted');
    expect(await stateOf(key)).toMatchObject({ status: 'accepted' });
    expect(told).toEqual([keyOf.pair(OWN, 'kz-knb')]);
    expect(removed).toEqual([]);
    expect(await verdicts.give(await attachment(first), 'verified')).toBe('refused');
  });

  it('rejects its message with all of them, and removes their bytes', async () => {
    const { key, ids } = await message({ attachments: ['verified', 'verifying', 'pulling'] });
    const other = await message({ n: 2, attachments: ['pulling'] });
    await query(rows().url, 'UPDATE attachment_use SET files = 4, bytes = 40');
    const { verdicts, told, removed } = node();
    const reason = { code: 'ENVELOPE_ATTACHMENT', detail: 'another hash' } as const;
    expect(await verdicts.give(await attachment(ids[1] ?? ''), reason)).toBe('rejected');
    expect(await stateOf(key)).toMatchObject({ status: 'rejected', rejection: reason });
    expect(await statuses(ids)).toEqual(['failed', 'failed', 'failed']);
    expect(removed.toSorted()).toEqual(ids.map((id) => `in ${id}`).toSorted());
    expect(told).toEqual([keyOf.pair(OWN, 'kz-knb')]);
    expect(await useOf('kz-knb')).toEqual({ files: 1, bytes: 10 });
    expect(await statuses(other.ids)).toEqual(['pulling']);
  });
});

describe('expired messages', () => {
  it('are rejected while their attachments are being pulled, and not while only verifying is left', async () => {
    const late = await message({ expiresAt: PAST, attachments: ['verifying', 'pulling', 'pulling'] });
    const complete = await message({ n: 2, expiresAt: PAST, attachments: ['verifying', 'verified'] });
    const early = await message({ n: 3 });
    const { expiry } = node();
    await expiry.endExpired();
    const detail = 'its attachments had not arrived when it expired';
    expect(await stateOf(late.key)).toMatchObject({
      status: 'rejected',
      rejection: { code: 'ENVELOPE_EXPIRED', detail },
    });
    expect(await statuses(late.ids)).toEqual(['failed', 'failed', 'failed']);
    for (const { key } of [complete, early]) expect(await stateOf(key)).toMatchObject({ status: 'pulling' });
  });

  it('that cannot be ended keep no other one from its end', async () => {
    const first = await message({ peer: 'am-nss', expiresAt: PAST });
    const second = await message({ expiresAt: PAST });
    const { expiry } = node((id) => first.ids.includes(id));
    await expiry.endExpired();
    expect(await stateOf(second.key)).toMatchObject({ status: 'rejected' });
    expect(await stateOf(first.key)).toMatchObject({ status: 'pulling' });
  });

  it('are ended in a later turn, however many others cannot be', async () => {
    const stuck = await message({
      peer: 'am-nss',
      expiresAt: PAST,
      attachments: Array.from({ length: 50 }, () => 'pulling' as const),
    });
    const last = await message({ peer: 'kz-mvd', expiresAt: PAST });
    const { expiry } = node((id) => stuck.ids.includes(id));
    await expiry.endExpired();
    expect(await stateOf(last.key)).toMatchObject({ status: 'pulling' });
    await expiry.endExpired();
    expect(await stateOf(last.key)).toMatchObject({ status: 'rejected' });
  });
});

describe('deleting', () => {
  it('a received one gives its share back once, and leaves no key', async () => {
    const { ids } = await message({ status: 'accepted', attachments: ['verified', 'verified'] });
    const { deletion, removed } = node();
    const [id = ''] = ids;
    await Promise.all([1, 2, 3].map(() => deletion.delete(OWN, id, 'a token')));
    expect(await attachment(id)).toMatchObject({ status: 'deleted', key: Buffer.alloc(0) });
    expect(await useOf('kz-knb')).toEqual({ files: 1, bytes: 10 });
    const entries = await query<{ own: string; content: object }>(
      rows().url,
      'SELECT own, content FROM internal_queue',
    );
    expect(entries).toEqual([
      { own: OWN, content: expect.objectContaining({ act: 'attachment-deleted', id, peer: 'kz-knb' }) },
    ]);
    expect(removed).toContain(`in ${id}`);
  });

  it('a sent one takes nothing of anybody’s share, and its key stays', async () => {
    const { ids } = await message({ direction: 'out', status: 'accepted', attachments: ['announced'] });
    const [id = ''] = ids;
    await node().deletion.delete(OWN, id, 'a token');
    const { status, key } = await attachment(id);
    expect([status, key.length]).toEqual(['deleted', 32]);
    expect(await useOf('kz-knb')).toEqual({ files: 1, bytes: 10 });
  });

  it.each([
    ['in', 'pulling', 'pulling'],
    ['in', 'verified', 'pulling'],
    ['in', 'failed', 'rejected'],
    ['out', 'announced', 'sent'],
    ['out', 'announced', 'stored'],
  ] as const)('is refused of one that is %s, %s, with its message %s', async (direction, status, state) => {
    const { ids } = await message({ direction, status: state, attachments: [status] });
    const { deletion, removed } = node();
    await expect(deletion.delete(OWN, ids[0] ?? '', 'a token')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(removed).toEqual([]);
    expect(await statuses(ids)).toEqual([status]);
  });

  it('is refused of one that a draft names, until that is discarded', async () => {
    const { id } = await uploaded();
    const draft = { own: OWN, id: newId(), peer: 'kz-knb' };
    await run(bindAttachments(draft, [id]));
    const { deletion } = node();
    await expect(deletion.delete(OWN, id, 'a token')).rejects.toThrow(/awaiting-signature/);
    await run(freeAttachments(OWN, draft.id));
    await deletion.delete(OWN, id, 'a token');
    expect(await rows().database.getRepository(Attachment).existsBy({ id })).toBe(false);
  });
});

/** An upload that no message names. */
async function uploaded(): Promise<Attachment> {
  const attachments = rows().database.getRepository(Attachment);
  const one = attachments.create({
    ...{ authority: OWN, direction: 'out', id: newId(), messageKey: null, draft: null, peer: null },
    ...{ name: 'a.bin', mediaType: 'text/plain', bytes: 10, sha256: '', key: randomBytes(32) },
    ...{ status: 'ready', unnamedSince: new Date(PAST), createdAt: new Date(PAST), createdBy: 'a token' },
  });
  await attachments.insert(one);
  return one;
}

async function run({ text, values }: ReturnType<typeof bindAttachments>): Promise<number | null> {
  return (await rows().pool.query(text, [...values])).rowCount;
}

describe('attachments of drafts', () => {
  it('are bound to one draft, and free again when it is discarded', async () => {
    const [one, other] = [await uploaded(), await uploaded()];
    const draft = { own: OWN, id: newId(), peer: 'kz-knb' };
    expect(await run(bindAttachments(draft, [one.id, other.id]))).toBe(2);
    const bound = {
      status: 'announced',
      peer: 'kz-knb',
      draft: draft.id,
      messageKey: null,
      unnamedSince: null,
    };
    expect(await attachment(one.id)).toMatchObject(bound);
    const later = { ...draft, id: newId() };
    expect(await run(bindAttachments(later, [one.id]))).toBe(0);
    expect(await run(freeAttachments('by-kgb', draft.id))).toBe(0);
    expect(await run(freeAttachments(OWN, draft.id))).toBe(2);
    const free = { status: 'ready', peer: null, draft: null };
    expect(await attachment(one.id)).toMatchObject(free);
    expect((await attachment(one.id)).unnamedSince?.getTime()).toBeGreaterThan(PAST);
    expect(await run(bindAttachments(later, [one.id]))).toBe(1);
  });

  it('are not bound by another authority, nor freed once their message is sent', async () => {
    const { id } = await uploaded();
    const draft = { own: OWN, id: newId(), peer: 'kz-knb' };
    expect(await run(bindAttachments({ ...draft, own: 'by-kgb' }, [id]))).toBe(0);
    await run(bindAttachments(draft, [id]));
    await query(rows().url, `UPDATE attachment SET message = 'by-mvd kz-knb out 1 1'`);
    expect(await run(freeAttachments(OWN, draft.id))).toBe(0);
    expect(await statuses([id])).toEqual(['announced']);
  });

  it('that several drafts name at once, in whatever order, are bound to one of them', async () => {
    const [one, other] = [await uploaded(), await uploaded()];
    const bound = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const ids = index % 2 === 0 ? [one.id, other.id] : [other.id, one.id];
        return run(bindAttachments({ own: OWN, id: newId(), peer: 'kz-knb' }, ids));
      }),
    );
    expect(bound.toSorted()).toEqual([...Array<number>(19).fill(0), 2]);
  });
});
