import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifiedReceipt } from '../../apps/cli/src/receipts/verify.js';
import { files } from '../../apps/federation/src/keys.js';
import {
  type MessageView,
  openCase,
  quarantine,
  RECEIVER,
  request,
  SENDER,
  spontaneous,
  untilStatus,
} from '../federation/exchange.js';
import { testFederation, type TestFederation } from '../federation/harness.js';

interface Receipt {
  readonly direction: 'given' | 'received';
  readonly message: string;
  readonly D: string;
  readonly peer: string;
  readonly stage: string;
  readonly code: string | null;
  readonly receipt: { readonly entry: { readonly D: string }; readonly index: number } | null;
  readonly jws: object | null;
}

let federation: TestFederation;
let message: MessageView;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'valise-receipts-'));
  federation = await testFederation('receipts', { nodes: ['kz', 'by'] });
  message = await openCase(federation);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await federation.stop();
});

const receipts = async (authority: string, id: string, query = '') =>
  (
    await federation
      .api(authority, 'officer')
      .get<{ items: readonly Receipt[] }>(`/v1/receipts?message=${id}${query}`)
  ).items;

it('gives the sender the other side’s entry with its proof, and the receiver what it gave', async () => {
  const { id, D } = message;
  const about = { message: id, D, stage: 'accepted', code: null, jws: null };
  const received = await receipts(SENDER, id);
  expect(received).toEqual([expect.objectContaining({ ...about, direction: 'received', peer: RECEIVER })]);
  expect(received[0]?.receipt?.entry).toMatchObject({ kind: 'received', D, id, stage: 'accepted' });
  expect(await receipts(RECEIVER, id)).toEqual([
    expect.objectContaining({ ...about, direction: 'given', peer: SENDER, receipt: null }),
  ]);
  expect(await receipts(SENDER, id, '&direction=given')).toEqual([]);
});

it('knows none for a message of others, or one that was not sent', async () => {
  expect(await receipts(SENDER, randomUUID())).toEqual([]);
  const draft = await federation.api(SENDER, 'officer').post<MessageView>('/v1/messages', request());
  expect(await receipts(SENDER, draft.id)).toEqual([]);
});

it('proves each entry of a log of hundreds', async () => {
  const officer = federation.api(SENDER, 'officer');
  const sent: MessageView[] = [];
  for (let round = 0; round < 14; round++)
    sent.push(
      ...(await Promise.all(
        Array.from({ length: 20 }, () => officer.post<MessageView>('/v1/messages', spontaneous())),
      )),
    );
  for (const { id } of sent) await untilStatus(officer, id, 'accepted');
  for (const { id } of [...sent.slice(0, 2), ...sent.slice(255, 258), ...sent.slice(-2)]) {
    const [found] = await receipts(SENDER, id);
    expect(await verified(found, id)).toMatchObject({ receipt: { kind: 'received', id, stage: 'accepted' } });
  }
});

it('shows receipts of before there were logs as they were signed', async () => {
  const id = randomUUID();
  const jws = { payload: 'e30', signatures: [] };
  await federation.sql(
    'kz',
    `INSERT INTO old_receipt (authority, direction, peer, message_id, d, stage, at, jws, recorded_at)
     VALUES ($1, 'received', $2, $3, 'D', 'accepted', now(), $4, now())`,
    [SENDER, RECEIVER, id, jws],
  );
  expect(await receipts(SENDER, id)).toEqual([
    expect.objectContaining({ direction: 'received', D: 'D', stage: 'accepted', receipt: null, jws }),
  ]);
  expect(await receipts('kz-mvd', id)).toEqual([]);
});

/** What `valise receipt verify` says of it, with the list of the other side's state and with the message. */
async function verified(found: Receipt | undefined, id: string): Promise<unknown> {
  const officer = federation.api(SENDER, 'officer');
  const put = (name: string, content: unknown) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const version = federation.books['list:BY']?.version ?? 0;
  const text = verifiedReceipt({
    file: put('receipt.json', found?.receipt),
    list: put('list.json', await officer.get(`/v1/register/books/list:BY/versions/${version}`)),
    root: files.root(federation.folderOf('by')).certificate,
    message: put('message.json', await officer.get(`/v1/messages/${id}`)),
  });
  return JSON.parse(text) as unknown;
}

it('shows a message that was refused after it had been stored, as it was signed', async () => {
  const { id, D } = message;
  const [stored] = await federation.sql<{ key: string }>(
    'by',
    `SELECT own || ' ' || peer || ' in ' || ep || ' ' || n AS key FROM message WHERE direction = 'in' AND id = $1`,
    [id],
  );
  await federation.sql(
    'by',
    `INSERT INTO quarantine (key, node, code, detail, authority, message, at, last_at, times)
     VALUES ('kz ' || $1 || ' X', 'kz', 'ENVELOPE_EXPIRED', 'it expired while it waited', $2, $1, now(), now(), 1)`,
    [stored?.key, RECEIVER],
  );
  const guard = federation.api(RECEIVER, 'security-officer');
  const [shown] = (await quarantine(guard)).filter(({ kind }) => kind === 'message');
  expect(shown).toMatchObject({
    code: 'ENVELOPE_EXPIRED',
    message: id,
    sha256: null,
    bytes: null,
    exchange: null,
  });
  const { token } = await federation.issue('by', 'security-officer', RECEIVER);
  const answer = await fetch(`${federation.urlOf('by')}/v1/quarantine/${shown?.id ?? ''}/body`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const jws = (await answer.json()) as {
    payload: string;
    signatures: { protected: string; signature: string }[];
  };
  const seal = jws.signatures.at(-1);
  // The message's identity is over what the seal signed.
  const signed = createHash('sha256').update(`${seal?.protected ?? ''}.${jws.payload}`);
  expect([answer.status, jws.signatures.length, signed.digest('base64url')]).toEqual([200, 2, D]);
  expect(seal?.signature).toMatch(/^[\w-]{64,}$/);
});
