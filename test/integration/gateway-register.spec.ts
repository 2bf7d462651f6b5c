import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BOOK_VERSION_MAX, instantOf, unixSeconds } from '#core';
import { BOOK_TYPE, signBook, signBookStatement, signHandOver, signStatement } from '#envelope';
import { BOOK_VERSION_JUMP_MAX } from '#register';
import type { NationalList } from '#treaties';
import {
  type Certificate,
  createCrl,
  createRoot,
  issueCertificate,
  loadCertificate,
  loadPrivateKey,
  privateKeyOf,
} from '#trust';
import { loadOfficerKey, signDraft } from '#client';
import { files } from '../../apps/federation/src/keys.js';
import { ARRANGEMENT } from '../../apps/federation/src/sample.js';
import { until } from '../../apps/federation/src/until.js';
import { Wiretap } from '../../apps/federation/src/wiretap.js';
import { signText } from '../../libs/envelope/src/books.js';
import { bareCertificate, infinitySpki } from '../../libs/trust/testing/spellings.js';
import { craft, keysOf } from '../federation/crafted.js';
import {
  type MessageView,
  quarantine,
  type QuarantinedView,
  RECEIVER,
  request,
  SENDER,
  spontaneous,
  untilStatus,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { certificateUnderRoot, type ListChange, signedListOf, type SigningKey } from '../federation/lists.js';

const BOOKS = ['list:AM', 'list:BY', 'list:KZ', 'list:cis-atc', 'treaty:CIS', 'treaty:CSTO'];
const YEAR_MS = 365 * 86_400_000;
/** A certificate that makes Node.js abort where its key is looked at. */
const AT_INFINITY = bareCertificate(infinitySpki()).toString('base64');

interface Conflict {
  readonly id: string;
  readonly book: string;
  readonly proven: boolean;
  readonly ours: object;
}
interface ConflictProof extends Conflict {
  readonly ourText: string | null;
  readonly theirText: string | null;
}
interface BookView {
  readonly book: string;
  readonly version: number;
  readonly hash: string;
}

let federation: TestFederation;
let wiretap: Wiretap;

beforeAll(async () => {
  federation = await testFederation('register', { nodes: ['kz', 'by'], depositaries: true });
  wiretap = await Wiretap.on(federation.broker, federation.vhost, 'kz', 'by');
});
afterAll(async () => {
  await wiretap.close();
  await federation.stop();
});

const sender = () => federation.api(SENDER, 'officer');
const receiver = () => federation.api(RECEIVER, 'officer');
const books = (node: string) => federation.administrator(node).get<BookView[]>('/v1/register');
const conflicts = (node: string) => federation.administrator(node).get<Conflict[]>('/v1/register/conflicts');
const payloadBytesOf = (text: string) =>
  Buffer.from((JSON.parse(text) as { payload: string }).payload, 'base64url');
const payloadOf = (text: string) => JSON.parse(payloadBytesOf(text).toString('utf8')) as object;
const hashOf = (text: string) => createHash('sha256').update(payloadBytesOf(text)).digest('base64url');
const versionAt = async (node: string, book: string) =>
  (await books(node)).find((held) => held.book === book)?.version;

/** What an action adds to Belarus's quarantine. */
async function quarantined(act: () => Promise<void>): Promise<QuarantinedView> {
  const guard = federation.administrator('by');
  const before = (await quarantine(guard)).length;
  await act();
  return until('it in quarantine', STEP_MS, async () => {
    const now = await quarantine(guard);
    return now.length > before ? now[0] : undefined;
  });
}
const inject = (text: string) => wiretap.inject('kz', 'by', { kind: 'book', body: Buffer.from(text) });
const submit = (node: string, text: string) =>
  federation.administrator(node).post('/v1/register/books', { book: JSON.parse(text) as unknown });

const list = (id: string, version: number, change?: ListChange, signing?: SigningKey) =>
  signedListOf(federation, id, version, change, signing);
const certificateUnder = (id: string, role: 'seal' | 'register', authority: string) =>
  certificateUnderRoot(federation.folderOf(id), role, authority);

async function revocationList(id: string, revoked: Certificate): Promise<string> {
  const root = files.root(federation.folderOf(id));
  const { der } = await createCrl({
    issuer: { certificate: loadCertificate(root.certificate), privateKeyPem: readFileSync(root.key, 'utf8') },
    revoked: [{ serialNumber: revoked.serialNumber, at: new Date(Date.now() - 60_000) }],
    thisUpdate: new Date(Date.now() - 60_000),
    nextUpdate: new Date(Date.now() + YEAR_MS),
    number: 1,
  });
  return der.toString('base64');
}

it('a node that is started later gets every book by asking, the very same as the others', async () => {
  await federation.start('am');
  const asked = await until('the register at the late node', STEP_MS, async () => {
    const held = await books('am');
    return held.length === BOOKS.length ? held : undefined;
  });
  const line = ({ book, version, hash }: BookView): string => `${book} ${version} ${hash}`;
  const others = (await books('by')).filter(({ book }) => BOOKS.includes(book));
  expect(asked.map(line).sort()).toEqual(others.map(line).sort());
  expect(asked.map(({ book }) => book).sort()).toEqual(BOOKS);
});

describe('a book that is not its keeper’s word', () => {
  it('a list signed by the depositary, with an inserted key, is refused and the key is not trusted', async () => {
    const slipped = await certificateUnder('cis-depositary', 'seal', 'kz-knb');
    const added = {
      authority: 'kz-knb',
      role: 'seal' as const,
      certificate: slipped.certificate.der.toString('base64'),
    };
    const forged = list(
      'kz',
      9,
      ({ certificates }) => ({ certificates: [...certificates, added] }),
      keysOf(files.register(federation.folderOf('cis-depositary'))),
    );
    expect((await quarantined(() => inject(forged))).code).toBe('CERTIFICATE_PATH');
    expect(await versionAt('by', 'list:KZ')).toBe(1);
    const { body } = craft(federation, SENDER, { ep: 1, n: 1, prev: null }, {}, undefined, slipped);
    await wiretap.inject('kz', 'by', { kind: 'envelope', body });
    await until('it is held', STEP_MS, async () => {
      const rows = await federation.sql<{ code: string }>('by', 'SELECT code FROM held');
      return rows.some(({ code }) => code === 'CERTIFICATE_UNKNOWN') ? true : undefined;
    });
  });

  it('a list altered after it was signed is refused', async () => {
    const jws = JSON.parse(list('am', 9)) as { payload: string };
    const content = JSON.parse(Buffer.from(jws.payload, 'base64url').toString('utf8')) as object;
    const payload = Buffer.from(JSON.stringify({ ...content, issuedAt: '2026-01-01T00:00:00Z' })).toString(
      'base64url',
    );
    const found = await quarantined(() => inject(JSON.stringify({ ...jws, payload })));
    expect(found.code).toMatch(/^BOOK_(SIGNATURE|FORMAT)$/);
  });

  it('a list that names another state’s authorities is refused', async () => {
    const foreign = (content: NationalList) => ({
      certificates: content.certificates.map((one) => ({ ...one, authority: 'kz-knb' })),
    });
    expect((await quarantined(() => inject(list('am', 9, foreign)))).code).toBe('BOOK_FORMAT');
  });

  it('a list that names another state’s certificate as its own is refused, and the certificate stays good', async () => {
    const { der } = keysOf(files.seal(federation.folderOf('kz'), SENDER)).certificate;
    const stolen = list('am', 9, ({ certificates }) => ({
      certificates: [
        ...certificates,
        { authority: 'am-nss', role: 'seal', certificate: der.toString('base64') },
      ],
    }));
    expect((await quarantined(() => inject(stolen))).code).toBe('BOOK_FORMAT');
    await expect(submit('by', stolen)).rejects.toThrow(/BOOK_FORMAT.*names kz-knb/);
    await expect(
      federation.administrator('cis-depositary').post('/v1/lists', { book: stolen }),
    ).rejects.toThrow(/BOOK_FORMAT.*names kz-knb/);
    const { id } = await sender().post<MessageView>('/v1/messages', spontaneous());
    await untilStatus(receiver(), id, 'accepted');
  });

  it('a list with an invalid certificate or revocation list is refused, without harm', async () => {
    const listed = (certificate: string): Partial<NationalList> => ({
      certificates: [{ authority: 'am-nss', role: 'seal', certificate }],
    });
    const broken: Partial<NationalList>[] = [
      listed('AAAA'),
      listed(AT_INFINITY),
      { intermediates: ['AAAA'] },
      { intermediates: [AT_INFINITY] },
      { crls: ['AAAA'] },
    ];
    for (const change of broken)
      expect((await quarantined(() => inject(list('am', 9, () => change)))).code).toBe('BOOK_FORMAT');
    await federation.kill('by');
    expect(await versionAt('by', 'list:AM')).toBe(1);
  });

  it('a stranger’s book whose certificate has its key at infinity ends no process', async () => {
    const [genuine] = (JSON.parse(list('am', 9)) as { signatures: { protected: string }[] }).signatures;
    const header = JSON.parse(Buffer.from(genuine?.protected ?? '', 'base64url').toString()) as object;
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = encoded({ book: 'list:AM', version: 9 });
    for (const x5c of [[AT_INFINITY], [...(header as { x5c: string[] }).x5c, AT_INFINITY]]) {
      const unsigned = { payload, signatures: [{ protected: encoded({ ...header, x5c }), signature: 'AA' }] };
      expect((await quarantined(() => inject(JSON.stringify(unsigned)))).code).toBe('BOOK_FORMAT');
      await expect(submit('by', JSON.stringify(unsigned))).rejects.toThrow(/BOOK_FORMAT/);
    }
    expect(await versionAt('by', 'list:AM')).toBe(1);
  });

  it('an arrangement signed by one side, or twice by the same, is refused; by both it is applied, and stays theirs', async () => {
    const seal = (authority: string) => ({
      ...keysOf(files.seal(federation.folderOf(authority.slice(0, 2)), authority)),
      role: 'seal' as const,
    });
    const between = (first: string, second: string, version = 1) => ({
      ...ARRANGEMENT,
      ...{ id: 'am-nss-by-mvd', version, between: [first, second] as [string, string] },
    });
    const signed = (by: string[], content = between('am-nss', 'by-mvd')) =>
      signStatement({
        typ: 'valise-arrangement+jws',
        content,
        signers: by.map(seal),
        iat: unixSeconds(Date.now()),
      });
    const accept = (jws: object) => federation.administrator('by').post('/v1/register/books', { book: jws });
    await expect(accept(signed(['am-nss']))).rejects.toThrow(/403 BOOK_SIGNATURE/);
    await expect(accept(signed(['am-nss', 'kz-knb']))).rejects.toThrow(/403 BOOK_SIGNATURE/);
    expect(await accept(signed(['am-nss', 'by-mvd']))).toMatchObject({ outcome: 'applied' });
    // Others, well signed under the same name, neither end it nor take a name that ours may need.
    for (const [one, other, told] of [
      ['am-nss', 'kz-knb', /serves neither/],
      ['kz-knb', 'by-mvd', /of others/],
    ] as const) {
      const newer = signed([one, other], between(one, other, 2));
      const { code, detail } = await quarantined(() => inject(JSON.stringify(newer)));
      expect([code, detail]).toEqual(['BOOK_SIGNATURE', expect.stringMatching(told)]);
    }
    expect(await versionAt('by', 'arrangement:am-nss-by-mvd')).toBe(1);
  });
});

describe('versions', () => {
  it('only go forward, and one version has one content', async () => {
    const third = list('am', 3);
    expect(await submit('by', third)).toMatchObject({ outcome: 'applied', version: 3 });
    expect(await submit('by', third)).toMatchObject({ outcome: 'known' });
    expect((await quarantined(() => inject(list('am', 2)))).code).toBe('BOOK_NOT_NEWER');
    const other = list('am', 3, () => ({ grades: [{ name: 'Гриф (пример)', level: 'restricted' }] }));
    expect((await quarantined(() => inject(other))).code).toBe('BOOK_CONFLICT');
    expect(await versionAt('by', 'list:AM')).toBe(3);
  });

  it('that come again after the next one change nothing, and accuse nobody', async () => {
    const guard = federation.administrator('by');
    const first = JSON.stringify(await guard.get('/v1/register/books/list:AM/versions/1'));
    const before = (await quarantine(guard)).length;
    for (let time = 0; time < 3; time++) await inject(first);
    expect(await submit('by', first)).toMatchObject({ outcome: 'known', version: 1 });
    const unknown = list('am', 2);
    expect(await quarantined(() => inject(unknown))).toMatchObject({ code: 'BOOK_NOT_NEWER' });
    expect(await quarantine(guard)).toHaveLength(before + 1);
    expect(await versionAt('by', 'list:AM')).toBe(3);
  });

  it('go on within reach, and within what a column keeps', async () => {
    expect((await quarantined(() => inject(list('am', 4 + BOOK_VERSION_JUMP_MAX)))).code).toBe(
      'BOOK_VERSION',
    );
    const { certificate, key } = keysOf(files.register(federation.folderOf('am')));
    const content = { ...payloadOf(list('am', 4)), book: 'list:AM', version: BOOK_VERSION_MAX + 1 };
    const beyond = signText(BOOK_TYPE, { content, certificate, key, iat: unixSeconds(Date.now()) });
    expect((await quarantined(() => inject(beyond))).code).toBe('BOOK_FORMAT');
    expect(await versionAt('by', 'list:AM')).toBe(3);
  });

  it('extend the one before: a treaty book that rewrites its record is refused, and kept as proof', async () => {
    const [before] = (await books('by')).filter(({ book }) => book === 'treaty:CIS');
    const number = before?.version ?? 0;
    const on = `/v1/register/books/treaty:CIS/versions/${number}`;
    const recorded = payloadOf(JSON.stringify(await federation.administrator('by').get(on))) as {
      events: object[];
    };
    const rewritten = [
      { ...recorded, events: recorded.events.slice(1) },
      { ...recorded, events: recorded.events.map((event) => ({ ...event, source: 'another' })) },
    ].map((content) =>
      signBook({
        content: { ...content, book: 'treaty:CIS', version: number + 1 },
        ...keysOf(files.register(federation.folderOf('cis-depositary'))),
        iat: unixSeconds(Date.now()),
      }),
    );
    for (const text of rewritten) expect((await quarantined(() => inject(text))).code).toBe('BOOK_CONFLICT');
    expect(await versionAt('by', 'treaty:CIS')).toBe(number);
    const found = (await conflicts('by')).filter(({ book }) => book === 'treaty:CIS');
    expect(found).toMatchObject([1, 2].map(() => ({ proven: true, ours: { version: number } })));
    const proof = await federation
      .administrator('by')
      .get<ConflictProof>(`/v1/register/conflicts/${found.at(-1)?.id ?? ''}`);
    expect(proof.theirText).toBe(rewritten[0]);
    expect(payloadOf(proof.ourText ?? '{}')).toEqual(recorded);
  });

  it('a register certificate that the state revoked signs nothing more', async () => {
    const stolen = keysOf(files.register(federation.folderOf('am')));
    const guard = federation.administrator('by');
    const recorded = JSON.stringify(await guard.get('/v1/register/books/list:AM/versions/3'));
    const successor = await certificateUnder('am', 'register', 'AM');
    const crl = await revocationList('am', stolen.certificate);
    expect(
      await submit(
        'by',
        list('am', 4, () => ({ crls: [crl] }), successor),
      ),
    ).toMatchObject({ version: 4 });
    // A delivery of the one before that comes again is on record: it was good when it came.
    const before = (await quarantine(guard)).length;
    await inject(recorded);
    expect(await submit('by', recorded)).toMatchObject({ outcome: 'known', version: 3 });
    expect((await quarantined(() => inject(list('am', 5)))).code).toBe('CERTIFICATE_REVOKED');
    expect(await quarantine(guard)).toHaveLength(before + 1);
    expect(
      await submit(
        'by',
        list('am', 5, () => ({ crls: [crl] }), successor),
      ),
    ).toMatchObject({ version: 5 });
  });

  it('a message decided on a newer book than ours is held, and goes on when the book has come', async () => {
    const newer = list('kz', 2);
    await submit('kz', newer);
    const sent = await Promise.all(
      [1, 2, 3].map(() => sender().post<MessageView>('/v1/messages', spontaneous())),
    );
    await until('they are held', STEP_MS, async () => {
      const rows = await federation.sql('by', `SELECT 1 FROM held WHERE code = 'REGISTER_BEHIND'`);
      return rows.length >= sent.length ? true : undefined;
    });
    await federation
      .administrator('cis-depositary')
      .post('/v1/lists', { book: JSON.parse(newer) as unknown });
    for (const { id } of sent) {
      await untilStatus(receiver(), id, 'accepted');
      await untilStatus(sender(), id, 'accepted');
    }
    expect(await versionAt('by', 'list:KZ')).toBe(2);
    expect(await federation.sql('by', `SELECT 1 FROM held WHERE code = 'REGISTER_BEHIND'`)).toEqual([]);
  });
});

it('a stale register stops sending and says why; sending goes on when it is fresh', async () => {
  const age = (hours: number) => (configuration: Record<string, unknown>) => ({
    ...configuration,
    register: { ...(configuration.register as object), ageHoursMax: hours },
  });
  const third = list('kz', 3);
  const statement = signBookStatement({
    content: { book: 'list:KZ', version: 3, hash: hashOf(third), at: instantOf(unixSeconds(Date.now())) },
    ...keysOf(files.register(federation.folderOf('kz'))),
    iat: unixSeconds(Date.now()),
  });
  await wiretap.inject('kz', 'by', { kind: 'book-statement', body: Buffer.from(statement) });
  await until('the newer version is announced', STEP_MS, async () => {
    const rows = await federation.sql(
      'by',
      `SELECT 1 FROM book_announced WHERE book = 'list:KZ' AND version = 3`,
    );
    return rows.length > 0 ? true : undefined;
  });
  await federation.reconfigure('by', age(0.0001));
  await until('the register is stale', STEP_MS, async () => {
    const ready = await fetch(`${federation.urlOf('by')}/ready`);
    return ready.status === 503 && ((await ready.json()) as { register: string }).register === 'stale'
      ? true
      : undefined;
  });
  const answer = await receiver().try('/v1/messages', spontaneous(SENDER));
  expect(answer).toMatchObject({ ok: false, problem: { status: 503, code: 'REGISTER_STALE' } });
  if (!answer.ok)
    expect(answer.problem.detail).toMatch(/^(treaty|list):\w+ was last confirmed by its keeper at /);
  const { id: held } = await sender().post<MessageView>('/v1/messages', spontaneous());
  await until('what rests on a superseded book is held', STEP_MS, async () => {
    const rows = await federation.sql(
      'by',
      `SELECT 1 FROM held WHERE detail LIKE 'list:KZ 2 is superseded%'`,
    );
    return rows.length > 0 ? true : undefined;
  });
  await federation.reconfigure('by', age(48));
  await untilStatus(sender(), held, 'accepted');
  await expect(submit('by', list('kz', 3))).rejects.toThrow(/BOOK_CONFLICT.*stated the hash/);
  for (const node of ['by', 'kz']) await submit(node, third);
  const { id } = await receiver().post<MessageView>('/v1/messages', spontaneous(SENDER));
  await untilStatus(receiver(), id, 'accepted');
});

it('a head whose certificate is revoked signs no longer: not to be received, and not to be sent', async () => {
  const { certificate, key } = files.head(federation.folderOf('kz'), SENDER);
  const head = loadOfficerKey(certificate, key);
  const sign = async (): Promise<MessageView> => {
    const draft = await sender().post<MessageView>('/v1/messages', request());
    await signDraft(federation.api(SENDER, 'head'), draft.id, head, Date.now(), () => Promise.resolve(true));
    return draft;
  };
  const crl = await revocationList('kz', head.certificate);
  const revoking = list('kz', 4, () => ({ crls: [crl] }));
  await submit('by', revoking);
  const { id } = await sign();
  await until('it is in quarantine', STEP_MS, async () => {
    const [newest] = await quarantine(federation.administrator('by'));
    return newest?.code === 'CERTIFICATE_REVOKED' ? true : undefined;
  });
  await expect(receiver().get(`/v1/messages/${id}`)).rejects.toThrow(/404/);
  // The seal authenticates the sender: it is notified, and its number is taken.
  await untilStatus(sender(), id, 'rejected');
  await submit('kz', revoking);
  await expect(sign()).rejects.toThrow(/403 CERTIFICATE_REVOKED/);
});

it('a book on record that cannot be read is skipped with an alarm; the rest of the register works', async () => {
  const ready = async () => (await fetch(`${federation.urlOf('by')}/ready`)).json() as Promise<object>;
  const content = { certificates: [{ authority: 'am-nss', role: 'seal', certificate: AT_INFINITY }] };
  await federation.sql(
    'by',
    `INSERT INTO book SELECT (jsonb_populate_record(b, $1)).* FROM book b WHERE book = 'list:AM' ORDER BY version DESC LIMIT 1`,
    [{ version: 8, hash: 'A'.repeat(43), content: { ...(await contentOf('list:AM')), ...content } }],
  );
  await federation.kill('by');
  expect(await ready()).toMatchObject({ register: 'current', unreadable: ['list:AM'] });
  expect(federation.logOf('by')).toContain('list:AM on record cannot be read');
  const { id } = await sender().post<MessageView>('/v1/messages', spontaneous());
  await untilStatus(receiver(), id, 'accepted');
});

describe('two histories of one list', () => {
  it('are found by the two that decide on them, refused, and proven to both', async () => {
    const [ours, theirs] = [list('kz', 5), list('kz', 5, () => ({ issuedAt: '2026-01-01T00:00:00Z' }))];
    await submit('kz', ours);
    await submit('by', theirs);
    const { id } = await sender().post<MessageView>('/v1/messages', spontaneous());
    await untilStatus(sender(), id, 'rejected');
    expect(await sender().get(`/v1/messages/${id}`)).toMatchObject({ rejection: { code: 'BOOK_CONFLICT' } });
    expect((await quarantine(federation.administrator('by')))[0]).toMatchObject({ code: 'BOOK_CONFLICT' });
    for (const [node, own, other] of [
      ['kz', ours, theirs],
      ['by', theirs, ours],
    ] as const) {
      const proof = await until(`the proof at ${node}`, STEP_MS, async () => {
        const found = (await conflicts(node)).find(({ book, proven }) => book === 'list:KZ' && proven);
        return (
          found && federation.administrator(node).get<ConflictProof>(`/v1/register/conflicts/${found.id}`)
        );
      });
      expect([proof.ourText, proof.theirText]).toEqual([own, other]);
    }
  });

  it('end with a new root, which the old one signs: versions start again under it', async () => {
    const old = files.root(federation.folderOf('kz'));
    const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + YEAR_MS) };
    const root = await createRoot({ name: 'KZ root 2', suite: 'P-256', ...validity });
    const issued = await issueCertificate({
      issuer: root,
      role: 'register',
      subject: { name: 'KZ register 2', authority: 'KZ' },
      suite: 'P-256',
      ...validity,
    });
    const signing = { certificate: issued.certificate, key: privateKeyOf(issued.privateKeyPem ?? '') };
    const first = list('kz', 1, () => ({ certificates: [] }), signing);
    await expect(submit('by', first)).rejects.toThrow(/CERTIFICATE_PATH/);
    const at = unixSeconds(Date.now());
    const handOver = (to: Certificate) =>
      signHandOver({
        content: { book: 'list:KZ', at: instantOf(at) },
        certificate: loadCertificate(old.certificate),
        key: loadPrivateKey(old.key),
        to,
        iat: at,
      });
    for (const node of ['kz', 'by']) {
      expect(await submit(node, handOver(root.certificate))).toMatchObject({ outcome: 'applied' });
      // Until the new root signs a list, the one on record goes on under the old root, and nothing more comes under it.
      await expect(submit(node, list('kz', 6))).rejects.toThrow(/CERTIFICATE_PATH/);
      expect(await submit(node, first)).toMatchObject({ outcome: 'applied', version: 1 });
    }
    const another = await createRoot({ name: 'KZ root 3', suite: 'P-256', ...validity });
    await expect(submit('by', handOver(another.certificate))).rejects.toThrow(/BOOK_CONFLICT/);
    expect(await submit('by', handOver(root.certificate))).toMatchObject({ outcome: 'known' });
    await federation.kill('by');
    expect(await versionAt('by', 'list:KZ')).toBe(1);
  });
});

async function contentOf(book: string): Promise<object> {
  const [row] = await federation.sql<{ content: object }>(
    'by',
    'SELECT content FROM book WHERE book = $1 ORDER BY version DESC LIMIT 1',
    [book],
  );
  return row?.content ?? {};
}
