import { randomBytes, randomUUID } from 'node:crypto';
import { signAsOfficer } from '#envelope';
import { loadOfficerKey } from '#client';
import { files } from '../../apps/federation/src/keys.js';
import { cutEverywhere, Insisting, type Path } from '../federation/cutting.js';
import {
  consultation,
  expectExactlyOnce,
  type MessageView,
  openCase,
  quarantine,
  RECEIVER,
  request,
  SENDER,
  spontaneous,
  walk,
} from '../federation/exchange.js';
import { testFederation, type TestFederation } from '../federation/harness.js';
import { SessionCutter, type Statement } from '../federation/session-cutter.js';
import type { AttachmentView } from './attachments-harness.js';

/** Fewer would show that the statements of one of the two nodes, or of a way, were not seen. */
const CUTS_MIN = { message: 80, signature: 12, attachment: 80 };
const PART_BYTES = 1024 * 1024;

let cutter: SessionCutter;
let federation: TestFederation;
let opened: MessageView;
const callers: Insisting[] = [];
const ids: string[] = [];
/** What every message needs was cut when that was tested. */
let known: readonly Statement[] = [];

beforeAll(async () => {
  cutter = await SessionCutter.before(process.env.VALISE_TEST_DATABASE_URL ?? '');
  // Nothing is asked for or sent a second time within the test: that would hide what was lost.
  const patient = { resendAfterSeconds: 3600, receiptAfterSeconds: 3600 };
  federation = await testFederation('sessions', {
    cutter,
    nodes: ['kz', 'by'],
    overrides: { kz: patient, by: patient },
  });
  opened = await openCase(federation);
  ids.push(opened.id);
}, 120_000);

afterAll(async () => {
  await federation.stop();
  await cutter.close();
});

async function caller(node: string, role: string, authority: string): Promise<Insisting> {
  const { token } = await federation.issue(node, role, authority);
  const one = new Insisting(federation.urlOf(node), token);
  callers.push(one);
  return one;
}

async function isSettled(id: string): Promise<boolean> {
  const rows = await federation.sql(
    'kz',
    `SELECT 1 FROM numbered_listing WHERE id = $1 AND status = 'accepted'`,
    [id],
  );
  return rows.length > 0 && (await federation.sql('kz', 'SELECT 1 FROM outbox')).length === 0;
}

/** The same request under the same key, until there is an answer. */
async function send(by: Insisting, message: object): Promise<string> {
  const { id } = JSON.parse(await by.call('POST', '/v1/messages', message, randomUUID())) as MessageView;
  ids.push(id);
  return id;
}

const rowsOf = (node: string, text: string, values: unknown[] = []) => federation.sql(node, text, values);
/** A pair's log, as who keeps it has it or its counterpart's mirror does. */
const leaves = (node: string, own: string, peer: string, side: 'own' | 'mirror') =>
  rowsOf(
    node,
    'SELECT ep, idx, hash, text FROM leaf WHERE own = $1 AND peer = $2 AND side = $3 ORDER BY ep, idx',
    [own, peer, side],
  );
/** As either side sees them. */
const cases = (node: string) =>
  rowsOf(node, 'SELECT id, instrument, status, state FROM exchange_case ORDER BY id');

async function expectNothingLostAndNobodyBlamed(): Promise<void> {
  expect(callers.flatMap(({ wrong }) => wrong)).toEqual([]);
  for (const authority of [SENDER, RECEIVER])
    expect(await quarantine(federation.api(authority, 'security-officer'))).toEqual([]);
  await expectExactlyOnce(federation, ids);
  expect(await leaves('kz', SENDER, RECEIVER, 'mirror')).toEqual(await leaves('by', RECEIVER, SENDER, 'own'));
  // What is sent is told with the next receipts, or after an hour: they have no more than the beginning.
  const sent = await leaves('kz', SENDER, RECEIVER, 'own');
  expect(sent).toHaveLength(ids.length);
  const told = await leaves('by', RECEIVER, SENDER, 'mirror');
  expect(told).toEqual(sent.slice(0, told.length));
  expect(await cases('kz')).toEqual(await cases('by'));
}

describe('a session that is cut at any statement loses nothing, duplicates nothing and blames nobody:', () => {
  it('of a message', async () => {
    const system = await caller('kz', 'system', SENDER);
    const paths: Path[] = [() => spontaneous(), () => consultation(opened)].map((message) => ({
      act: () => send(system, message()),
      isSettled,
    }));
    const { statements, cuts, pending } = await cutEverywhere(cutter, paths);
    known = statements;
    expect(cuts).toBeGreaterThan(CUTS_MIN.message);
    expect(pending).toEqual([]);
    await expectNothingLostAndNobodyBlamed();
  }, 600_000);

  it('of a draft that its head signs', async () => {
    const [officer, head] = [await caller('kz', 'officer', SENDER), await caller('kz', 'head', SENDER)];
    const { certificate, key } = files.head(federation.folderOf('kz'), SENDER);
    const signer = loadOfficerKey(certificate, key);
    const act = async (): Promise<string> => {
      const id = await send(officer, request());
      const input = JSON.parse(await head.call('GET', `/v1/messages/${id}/signing-input`)) as {
        payload: string;
      };
      const payload = Buffer.from(input.payload, 'base64url');
      const signature = signAsOfficer({ payload, ...signer, iat: Math.floor(Date.now() / 1000) });
      await head.call('POST', `/v1/messages/${id}/signatures`, signature, randomUUID());
      return id;
    };
    const { cuts, pending } = await cutEverywhere(cutter, [{ act, isSettled }], { known });
    expect(cuts).toBeGreaterThan(CUTS_MIN.signature);
    expect(pending).toEqual([]);
    await expectNothingLostAndNobodyBlamed();
    // One signature each, however often it was handed over.
    const signatures = await rowsOf(
      'kz',
      `SELECT DISTINCT jsonb_array_length(officers) AS n
       FROM message JOIN message_content USING (own, peer, direction, ep, n) WHERE type = $1`,
      ['request'],
    );
    expect(signatures).toEqual([{ n: 1 }]);
  }, 600_000);

  it('of an attachment that is uploaded, pulled, verified, read and deleted', async () => {
    // A request for parts is published from memory after the commit that notes it; one that was lost in between is repeated.
    await federation.reconfigure('by', (configuration) => ({ ...configuration, resendAfterSeconds: 1 }));
    const officer = await caller('kz', 'officer', SENDER);
    const reader = await caller('by', 'officer', RECEIVER);
    const bytes = randomBytes(2 * PART_BYTES + 1);
    const attachmentOf = new Map<string, string>();
    const act = async (): Promise<string> => {
      const { id } = JSON.parse(
        await officer.call('POST', '/v1/attachments?name=x.bin', bytes),
      ) as AttachmentView;
      const message = await send(officer, { ...spontaneous(), attachments: [id] });
      attachmentOf.set(message, id);
      return message;
    };
    const settled = async (message: string): Promise<boolean> => {
      if (!(await isSettled(message))) return false;
      const id = attachmentOf.get(message) ?? '';
      const content = await reader.call('GET', `/v1/attachments/${id}/content`);
      expect(content.length).toBeGreaterThan(PART_BYTES);
      await reader.call('DELETE', `/v1/attachments/${id}`);
      return true;
    };
    const { cuts, pending } = await cutEverywhere(cutter, [{ act, isSettled: settled }], { known });
    expect(cuts).toBeGreaterThan(CUTS_MIN.attachment);
    expect(pending).toEqual([]);
    await expectNothingLostAndNobodyBlamed();
    const received = await walk<AttachmentView>(
      federation.api(RECEIVER, 'auditor'),
      '/v1/attachments?direction=in',
    );
    expect(received.map(({ id }) => id).sort()).toEqual([...attachmentOf.values()].sort());
    expect(received.every(({ status }) => ['verified', 'deleted'].includes(status))).toBe(true);
    // Each was deleted once, however often that was asked for.
    const deleted = received.filter(({ status }) => status === 'deleted').length;
    const noted = await rowsOf(
      'by',
      `SELECT 1 FROM internal_queue WHERE content->>'act' = 'attachment-deleted'
       UNION ALL SELECT 1 FROM ledger_entry WHERE content->>'act' = 'attachment-deleted'`,
    );
    expect(noted).toHaveLength(deleted);
  }, 600_000);
});
