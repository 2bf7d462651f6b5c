import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRoot, loadCertificate, loadPrivateKey, writePrivateKey } from '#trust';
import { loadOfficerKey, signDraft } from '#client';
import { files } from '../../apps/federation/src/keys.js';
import { DEPOSITARIES } from '../../apps/federation/src/sample.js';
import { until } from '../../apps/federation/src/until.js';
import { handOver } from '../../apps/cli/src/operations/books.js';
import {
  type MessageView,
  quarantine,
  RECEIVER,
  request,
  SENDER,
  spontaneous,
  untilStatus,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { certificateUnderRoot, signedListOf } from '../federation/lists.js';

const BOOK = 'list:KZ';
const YEAR_MS = 365 * 86_400_000;
type Made = Awaited<ReturnType<typeof certificateUnderRoot>>;

let federation: TestFederation;
/** Kazakhstan's new root, in a folder like the old one's, and what it certifies. */
let folder: string;
let office: Readonly<Record<'register' | 'seal' | 'encryption' | 'head', Made>>;

beforeAll(async () => {
  const quick = { resendAfterSeconds: 1, receiptAfterSeconds: 1 };
  federation = await testFederation('handover', {
    nodes: ['kz', 'by'],
    depositaries: true,
    overrides: { kz: quick, by: quick },
  });
  folder = join(federation.folderOf('kz'), 'next');
  office = await makeOffice();
}, 180_000);

afterAll(() => federation.stop());

async function makeOffice(): Promise<typeof office> {
  const root = files.root(folder);
  mkdirSync(dirname(root.key), { recursive: true });
  const made = await createRoot({
    name: 'Kazakhstan, second sample root',
    country: 'KZ',
    suite: 'P-256',
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + 10 * YEAR_MS),
  });
  writePrivateKey(root.key, made.privateKeyPem);
  writePrivateKey(root.certificate, made.certificate.pem);
  const under = (role: keyof typeof office, authority = SENDER) =>
    certificateUnderRoot(folder, role, authority);
  const [register, seal] = [await under('register', 'KZ'), await under('seal')];
  return { register, seal, encryption: await under('encryption'), head: await under('head') };
}

const officer = (authority: string) => federation.api(authority, 'officer');
const send = (from: string, to: string) => officer(from).post<MessageView>('/v1/messages', spontaneous(to));
/** The sender has both receipts. */
const settled = ({ id, from }: MessageView) => untilStatus(officer(from), id, 'accepted');

/** One message in each direction. */
async function exchange(): Promise<void> {
  const sent = [await send(SENDER, RECEIVER), await send(RECEIVER, SENDER)];
  for (const message of sent) await settled(message);
}

const signed = () => {
  const old = files.root(federation.folderOf('kz'));
  const signer = { certificate: loadCertificate(old.certificate), key: loadPrivateKey(old.key) };
  return handOver(BOOK, loadCertificate(files.root(folder).certificate), signer, Date.now());
};
const newList = () => {
  const certificates = (['seal', 'encryption', 'head'] as const).map((role) => ({
    authority: SENDER,
    role,
    certificate: office[role].certificate.der.toString('base64'),
  }));
  return signedListOf(federation, 'kz', 1, () => ({ certificates }), office.register);
};
const submit = async (text: string) => {
  for (const { id } of DEPOSITARIES) await federation.administrator(id).post('/v1/lists', { book: text });
};

async function untilRow(node: string, what: string, text: string): Promise<void> {
  await until(`${what} at ${node}`, STEP_MS, async () =>
    (await federation.sql(node, text)).length > 0 ? true : undefined,
  );
}

it('messages go on while a state hands its list over to a new root, and under the new one', async () => {
  await exchange();

  // The hand-over is everywhere, and the list under the old root in force.
  await submit(signed());
  for (const node of ['kz', 'by']) await untilRow(node, 'the hand-over', 'SELECT 1 FROM book_hand_over');
  await exchange();

  // Kazakhstan has the new list and its new keys, and the other side the old list still.
  const list = newList();
  await federation.reconfigure('kz', (configuration) => ({
    ...configuration,
    authorities: (configuration.authorities as { id: string; seal: object; encryption: object[] }[]).map(
      ({ id, seal, encryption }) =>
        id === SENDER
          ? { id, seal: [office.seal.files, seal], encryption: [office.encryption.files, ...encryption] }
          : { id, seal, encryption },
    ),
    register: {
      ...(configuration.register as object),
      keeper: { book: BOOK, ...office.register.files },
    },
  }));
  await federation.administrator('kz').post('/v1/register/books', { book: JSON.parse(list) as unknown });
  const there = await send(SENDER, RECEIVER);
  await untilRow('by', 'it held', `SELECT 1 FROM held WHERE code = 'CERTIFICATE_UNKNOWN'`);
  const back = await send(RECEIVER, SENDER);
  await untilStatus(officer(SENDER), back.id, 'accepted');

  // It arrives there.
  await submit(list);
  for (const message of [there, back]) await settled(message);
  await exchange();
  const draft = await officer(SENDER).post<MessageView>('/v1/messages', request());
  const { certificate, key } = office.head.files;
  await signDraft(
    federation.api(SENDER, 'head'),
    draft.id,
    loadOfficerKey(certificate, key),
    Date.now(),
    () => Promise.resolve(true),
  );
  await settled(draft);
}, 300_000);

it('nobody was blamed for it, and nothing of it depends on what a process remembers', async () => {
  for (const node of ['kz', 'by']) {
    expect(await quarantine(federation.administrator(node))).toEqual([]);
    expect(await federation.administrator(node).get('/v1/register/conflicts')).toEqual([]);
    await federation.kill(node);
  }
  for (const { id } of DEPOSITARIES) {
    // Others repeat the list under the old root, honestly.
    const [old] = await federation.sql<{ text: string }>(
      id,
      `SELECT text FROM book WHERE book = '${BOOK}' ORDER BY era, version DESC LIMIT 1`,
    );
    await federation.administrator(id).post('/v1/lists', { book: old?.text });
    expect(await federation.sql(id, 'SELECT code, detail FROM quarantine')).toEqual([]);
  }
  await exchange();
  // Operators pin the new root at last.
  const { certificate } = files.root(folder);
  await federation.reconfigure('by', (configuration) => ({
    ...configuration,
    anchors: (configuration.anchors as { keeper: string }[]).map((anchor) =>
      anchor.keeper === 'state:KZ' ? { ...anchor, certificate } : anchor,
    ),
  }));
  await exchange();
}, 120_000);
