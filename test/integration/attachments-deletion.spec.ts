import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../apps/federation/src/until.js';
import { pairWith, quarantine, RECEIVER, SENDER, untilStatus, walk } from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import {
  announce,
  hashOfDownload,
  PART_BYTES,
  received,
  SampleFiles,
  upload,
} from './attachments-harness.js';
import { PartLane } from './attachments-lane.js';

/** The share of a peer has room for two of these. */
const BYTES = 2 * PART_BYTES;

let federation: TestFederation;
const files = new SampleFiles();

beforeAll(async () => {
  const attachments = { folder: 'attachments', peerBytesMax: 2 * BYTES };
  const overrides = { kz: { resendAfterSeconds: 1 }, by: { resendAfterSeconds: 1, attachments } };
  federation = await testFederation('deletion', { nodes: ['kz', 'by'], overrides });
}, 120_000);

afterAll(async () => {
  files.remove();
  await federation.stop();
});

const receiver = (role: 'officer' | 'system' | 'auditor' = 'officer') => federation.api(RECEIVER, role);
const remove = (id: string, role: 'officer' | 'system' = 'officer') =>
  receiver(role).request('DELETE', `/v1/attachments/${id}`);
const stored = (id: string) => join(federation.folderOf('by'), 'attachments', RECEIVER, 'in', `${id}.chunks`);
/** Entries of the internal log, once they have their places in it. */
const acts = (id: string) =>
  until('the entries in the log', STEP_MS, async () => {
    const [queued] = await federation.sql('by', `SELECT 1 FROM internal_queue WHERE content->>'id' = $1`, [
      id,
    ]);
    if (queued) return undefined;
    const leaves = await federation.sql<{ content: Record<string, string> }>(
      'by',
      `SELECT text::jsonb - 'kind' - 'at' AS content FROM leaf
       WHERE own = $2 AND peer = $2 AND side = 'own' AND text::jsonb->>'id' = $1 AND text::jsonb->>'act' LIKE 'attachment-%'
       ORDER BY idx`,
      [id, RECEIVER],
    );
    return leaves.map(({ content }) => content);
  });

/** Sends a message with one attachment. */
async function send(bytes = BYTES) {
  const { id } = await upload(federation, (await files.make(bytes)).file);
  return { id, message: await announce(federation, id) };
}

/** And waits until it is accepted and verified. */
async function sent(bytes = BYTES) {
  const { id, message } = await send(bytes);
  await untilStatus(receiver(), message.id, 'accepted');
  return { id, message };
}

it('what is deleted frees the sender’s share and the disk, and is said to be gone', async () => {
  const [first, second] = [await sent(), await sent()];
  const beyond = await send();
  const refused = await untilStatus(receiver(), beyond.message.id, 'rejected');
  expect(refused.rejection?.code).toBe('ENVELOPE_ATTACHMENT');
  const before = await received(federation, first.id);
  expect(existsSync(stored(first.id))).toBe(true);

  await remove(first.id);
  expect(existsSync(stored(first.id))).toBe(false);
  await expect(hashOfDownload(federation, first.id)).rejects.toThrow(/410 GONE: .*deleted/);
  const deletedAt = expect.stringMatching(/^20.*Z$/) as unknown;
  expect(await received(federation, first.id)).toEqual({ ...before, status: 'deleted', deletedAt });
  const [row] = await federation.sql<{ key: string }>('by', 'SELECT key FROM attachment WHERE id = $1', [
    first.id,
  ]);
  expect(row?.key).toHaveLength(0);
  expect(await walk(receiver(), '/v1/attachments?status=deleted')).toHaveLength(1);
  await sent();
  // The other one, which nobody deleted, is untouched.
  expect(await hashOfDownload(federation, second.id)).toBe((await received(federation, second.id))?.sha256);
  await remove(second.id, 'system');
});

it('deleting has one effect, and one entry in the ledger that says who, what and of which message', async () => {
  const { id, message } = await sent(10);
  const { sha256 } = (await received(federation, id)) ?? {};
  const holder = await federation.issue('by', 'head', RECEIVER);
  const once = () =>
    fetch(`${federation.urlOf('by')}/v1/attachments/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${holder.token}` },
    }).then(({ status }) => status);
  expect(await Promise.all([once(), once(), once()])).toEqual([204, 204, 204]);
  expect(await once()).toBe(204);
  expect(await acts(id)).toEqual([
    {
      ...{ act: 'attachment-deleted', by: holder.id, authority: RECEIVER, id },
      ...{ direction: 'in', peer: SENDER, message: message.id, sha256 },
    },
  ]);
});

it('what a message still needs is not deleted', async () => {
  const lane = await PartLane.on(federation, 'kz', 'by');
  try {
    lane.pass = () => undefined;
    const { id, message } = await send(PART_BYTES);
    await lane.holding(1);
    await expect(remove(id)).rejects.toThrow(/409 CONFLICT: the attachment is pulling, its message pulling/);
    lane.pass = (part) => [part];
    lane.release();
    await untilStatus(receiver(), message.id, 'accepted');
    await remove(id);
  } finally {
    await lane.close();
  }
});

it('one of two attachments is not deleted before the message is accepted as a whole', async () => {
  const lane = await PartLane.on(federation, 'kz', 'by');
  try {
    const [early, late] = [
      (await upload(federation, (await files.make(10)).file)).id,
      (await upload(federation, (await files.make(20)).file)).id,
    ];
    lane.pass = (part) => (part.attachment === late ? undefined : [part]);
    // Not in the order in which they were uploaded.
    const message = await announce(federation, late, early);
    await until('the early one verified', STEP_MS, async () =>
      (await received(federation, early))?.status === 'verified' ? true : undefined,
    );
    await expect(remove(early)).rejects.toThrow(/409 CONFLICT: the attachment is verified, its message/);
    lane.pass = (part) => [part];
    lane.release();
    await untilStatus(receiver(), message.id, 'accepted');
    for (const id of [early, late]) await remove(id);
  } finally {
    await lane.close();
  }
});

it('a sent one is deleted once the other side accepted it, and its message can be sent again all the same', async () => {
  const lane = await PartLane.on(federation, 'kz', 'by');
  lane.pass = () => undefined;
  const { id, message } = await send(10);
  const sender = federation.api(SENDER, 'officer');
  const removeSent = () => sender.request('DELETE', `/v1/attachments/${id}`);
  const file = join(federation.folderOf('kz'), 'attachments', SENDER, 'out', `${id}.chunks`);
  try {
    await lane.holding(1);
    await expect(removeSent()).rejects.toThrow(/409 CONFLICT: the attachment is announced, its message /);
    lane.pass = (part) => [part];
    lane.release();
    await untilStatus(sender, message.id, 'accepted');
  } finally {
    await lane.close();
  }
  await removeSent();
  await removeSent();
  expect(existsSync(file)).toBe(false);
  await expect(sender.download(`/v1/attachments/${id}/content`)).rejects.toThrow(/410 GONE/);
  expect(await received(federation, id)).toMatchObject({ status: 'verified' });
  const duplicates = async () => (await pairWith(receiver('auditor'), SENDER))?.received.duplicates ?? 0;
  const quarantined = () => quarantine(federation.api(RECEIVER, 'security-officer'));
  const [before, quarantinedBefore] = [await duplicates(), await quarantined()];
  // As where the other side asks for it.
  await federation.sql(
    'kz',
    `INSERT INTO outbox (key, kind, own, peer, message, once, due_at)
     SELECT k.key, 'message', m.own, m.peer, k.key, true, now()
     FROM message m, concat_ws(' ', m.own, m.peer, m.direction, m.ep, m.n) AS k (key) WHERE m.id = $1`,
    [message.id],
  );
  await until('the duplicate', STEP_MS, async () => ((await duplicates()) > before ? true : undefined));
  expect(await quarantined()).toEqual(quarantinedBefore);
});

it('nobody deletes what another authority received, and a file that a crash left of a deleted one is removed', async () => {
  const { id } = await sent(10);
  await expect(
    federation.api('kz-mvd', 'officer').request('DELETE', `/v1/attachments/${id}`),
  ).rejects.toThrow(/404 NOT_FOUND/);
  const kept = await sent(10);
  await remove(id);
  const anHourAgo = new Date(Date.now() - 3_700_000);
  writeFileSync(stored(id), 'x');
  for (const one of [id, kept.id]) utimesSync(stored(one), anHourAgo, anHourAgo);
  // All files are scanned when a node begins to lead.
  await federation.kill('by');
  await until('the file gone', STEP_MS, () => Promise.resolve(existsSync(stored(id)) ? undefined : true));
  expect(existsSync(stored(kept.id))).toBe(true);
});
