import { ValiseError } from '#core';
import { consenterFor, type NationalList } from '#treaties';
import { issueCertificate, parseCrl, type Certificate, type FreshnessPolicy, type Role } from '#trust';
import {
  AT,
  hold,
  listOf,
  newRoot,
  revocationList,
  signedList,
  newKeeper,
  VALIDITY,
} from '../testing/keepers.js';
import { readBook, RegisterSnapshot, type HeldBook } from './index.js';

type Root = Awaited<ReturnType<typeof newRoot>>;
const DAY_MS = 86_400_000;
/** No revocation list is too old, and none is needed. */
const LENIENT: FreshnessPolicy = { warnAfterHours: 100_000, refuseAfterHours: 100_000, required: false };
const KNB: NationalList['authorities'][number] = {
  ...{ id: 'kz-knb', state: 'KZ', node: 'kz', kind: 'authority', instruments: ['cis-it-crime-2018'] },
  ...{ names: { ru: 'КНБ', kk: 'ҰҚК', en: 'KNB' }, from: '2020-01-01', until: null, timeZone: 'Asia/Almaty' },
  ...{ clearance: {}, sample: true },
};
const TREATY_BOOK = {
  ...{ book: 'treaty:CIS', version: 3, organisation: 'CIS', issuedAt: '2026-06-01T00:00:00Z' },
  ...{ events: [], agreements: [], sample: true },
};

let root: Root;
let seal: Certificate;
beforeAll(async () => {
  root = await newRoot('KZ');
  ({ certificate: seal } = await hold(root, 'seal', 'kz-knb'));
});

const row = (book: string, content: object, version = 1, hash = `${book} ${version}`): HeldBook => ({
  ...{ book, era: 0, version, hash, content, root: null },
  ...{ signedAt: AT, receivedAt: AT, receivedFrom: 'kz' },
});
const listing = (certificate: Certificate, role: Role = 'seal') => ({
  authority: certificate.authority ?? '',
  role,
  certificate: certificate.der.toString('base64'),
});
const kz = (over: Partial<NationalList> = {}) => row('list:KZ', listOf({ authorities: [KNB], ...over }));
const warned: string[] = [];
const snapshotOf = (books: HeldBook[], { freshness = LENIENT, pinned = root.certificate } = {}) =>
  new RegisterSnapshot(
    books,
    ({ book }) => (book === 'list:KZ' ? pinned : undefined),
    freshness,
    (told) => warned.push(told),
  );
const listed = (...certificates: ReturnType<typeof listing>[]) => snapshotOf([kz({ certificates })]);
const issued = async (validity: { notBefore: Date; notAfter: Date }, role: Role = 'encryption') => {
  const subject = { name: `kz-knb ${role}`, authority: 'kz-knb' };
  return (await issueCertificate({ issuer: root, role, subject, suite: 'P-256', ...validity })).certificate;
};

describe('the register at one moment', () => {
  it('says who consents for an authority that its list knows as dissolved', () => {
    const old = { ...KNB, id: 'kz-old', until: '2025-12-31', succeededBy: 'kz-knb' };
    const { register } = snapshotOf([kz({ authorities: [KNB, old] })]);
    expect(consenterFor(register, 'kz-old', AT.getTime())).toBe('kz-knb');
    // A list that names one of its own invention is not read.
    const broken = snapshotOf([kz({ authorities: [KNB, { ...old, succeededBy: 'kz-nobody' }] })]);
    expect(broken.unreadable.get('list:KZ')).toMatch(/^authorities\.1\.succeededBy: /);
  });

  it('is the books, their versions, and what they say', () => {
    const books = [kz(), row('treaty:CIS', TREATY_BOOK, 3), row('list:BY', {}, 2)];
    const snapshot = snapshotOf(books);
    expect(snapshot.books).toBe(books);
    expect(snapshot.versions).toEqual({ 'list:KZ': 1, 'treaty:CIS': 3, 'list:BY': 2 });
    expect(snapshot.authorities.get('kz-knb')).toEqual({
      id: 'kz-knb',
      node: 'kz',
      kind: 'authority',
      book: 'list:KZ',
    });
    expect(snapshot.register.authorities.has('kz-knb')).toBe(true);
    expect(snapshot.nationalLists.map(({ book }) => book)).toEqual(['list:KZ']);
    expect(snapshot.treatyBooks).toEqual([TREATY_BOOK]);
    expect([...snapshot.unreadable.keys()]).toEqual(['list:BY']);
  });

  it('has a mark that changes with any book, and with nothing else', () => {
    const markOf = (...books: HeldBook[]) => snapshotOf(books).mark;
    const one = row('list:BY', {});
    expect(markOf(one)).toBe(markOf({ ...one, receivedFrom: 'by' }));
    const marks = [
      [],
      [one],
      [one, kz()],
      [{ ...one, book: 'list:AM' }],
      [{ ...one, version: 2 }],
      [{ ...one, hash: 'x' }],
    ];
    expect(new Set(marks.map((books) => markOf(...books))).size).toBe(marks.length);
    expect(markOf(one)).toMatch(/^[\w-]{43}$/);
  });

  it('names the books that a decision rests on, as far as they are here', () => {
    const snapshot = snapshotOf([
      kz(),
      row('treaty:CIS', TREATY_BOOK, 3),
      row('treaty:CSTO', {}),
      row('list:BY', {}),
    ]);
    expect(snapshot.versionsFor('cis-it-crime-2018', 'kz-knb', 'by-mvd')).toEqual({
      'list:KZ': { version: 1, hash: 'list:KZ 1' },
      'treaty:CIS': { version: 3, hash: 'treaty:CIS 3' },
      'treaty:CSTO': { version: 1, hash: 'treaty:CSTO 1' },
    });
    expect(snapshot.versionsFor('unheard-of', 'kz-knb', 'by-mvd')).toEqual({});
    expect(snapshot.referTo(['list:KZ', 'list:RU'])).toEqual({
      'list:KZ': { version: 1, hash: 'list:KZ 1' },
    });
  });

  it('says which of them a message does not name', () => {
    const message = { instrument: 'cis-it-crime-2018', from: 'kz-knb', to: 'by-mvd' };
    const reference = { version: 1, hash: 'A'.repeat(43) };
    const unnamed = (...books: string[]) => {
      const register = Object.fromEntries(books.map((book) => [book, reference]));
      return snapshotOf([kz()]).unnamedIn({ ...message, register });
    };
    expect(unnamed()).toEqual(['list:KZ', 'treaty:CIS']);
    expect(unnamed('treaty:CIS')).toEqual(['list:KZ']);
    expect(unnamed('list:KZ', 'treaty:CIS')).toEqual([]);
  });

  it('hides from an authority what others agreed between themselves', () => {
    const snapshot = snapshotOf([kz(), row('arrangement:a', { between: ['kz-knb', 'by-mvd'] })]);
    expect([...snapshot.hiddenFrom('kz-mvd')]).toEqual(['arrangement:a']);
    expect([...snapshot.hiddenFrom('kz-knb'), ...snapshot.hiddenFrom(null)]).toEqual([]);
  });
});

describe('a certificate', () => {
  it('is its authority’s where its list names it and the root vouches for it', () => {
    const answer = listed(listing(seal)).resolve(seal.thumbprint, AT);
    expect(answer).toMatchObject({ ok: true, authority: 'kz-knb', roles: ['seal'] });
    if (answer.ok) expect(answer.certificate.thumbprint).toBe(seal.thumbprint);
  });

  it('is nobody’s where no list names it', () => {
    expect(listed().resolve(seal.thumbprint, AT)).toEqual({
      ok: false,
      code: 'CERTIFICATE_UNKNOWN',
      detail: `no list names the certificate ${seal.thumbprint}`,
    });
  });

  it('is refused without a pinned root, under another one, and in a role that it lacks', async () => {
    const books = [kz({ certificates: [listing(seal)] })];
    expect(new RegisterSnapshot(books, () => undefined, LENIENT).resolve(seal.thumbprint, AT)).toEqual({
      ok: false,
      code: 'CERTIFICATE_PATH',
      detail: 'no root is pinned for the keeper of list:KZ',
    });
    const other = snapshotOf(books, { pinned: (await newRoot('Other')).certificate });
    expect(other.resolve(seal.thumbprint, AT)).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH' });
    const head = listed(listing(seal, 'head')).resolve(seal.thumbprint, AT);
    expect(head).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH' });
  });

  it('signs in each role that it is listed in and has, whatever order they stand in', () => {
    for (const roles of [
      ['seal', 'head'],
      ['head', 'seal'],
    ] as Role[][]) {
      const answer = listed(...roles.map((role) => listing(seal, role))).resolve(seal.thumbprint, AT);
      expect(answer).toMatchObject({ ok: true, roles: ['seal'] });
    }
    const twice = listed(listing(seal), listing(seal)).resolve(seal.thumbprint, AT);
    expect(twice).toMatchObject({ ok: true, roles: ['seal', 'seal'] });
  });

  it('is refused once its list’s revocation lists revoke it', async () => {
    const resolve = async (...revoked: Certificate[]) =>
      snapshotOf([
        kz({ certificates: [listing(seal)], crls: [await revocationList(root, ...revoked)] }),
      ]).resolve(seal.thumbprint, AT);
    expect(await resolve()).toMatchObject({ ok: true });
    expect(await resolve(seal)).toMatchObject({ ok: false, code: 'CERTIFICATE_REVOKED' });
  });

  it('is walked once a minute: what ends shows with the next', async () => {
    const end = new Date(AT.getTime() + 10_000);
    const short = await issued({ notBefore: VALIDITY.notBefore, notAfter: end }, 'seal');
    const snapshot = listed(listing(short));
    const at = (ms: number) => snapshot.resolve(short.thumbprint, new Date(AT.getTime() + ms)).ok;
    expect([at(0), at(59_999), at(60_000), at(10_000)]).toEqual([true, true, false, true]);
  });

  it('waits for a newer revocation list where ours are too old, and is warned of once before', async () => {
    const books = [kz({ certificates: [listing(seal)], crls: [await revocationList(root)] })];
    const hours = (AT.getTime() - VALIDITY.notBefore.getTime()) / 3_600_000;
    const resolve = (policy: Partial<FreshnessPolicy>) => {
      const snapshot = snapshotOf(books, { freshness: { ...LENIENT, ...policy } });
      warned.splice(0);
      return [0, 60_000].map((ms) => snapshot.resolve(seal.thumbprint, new Date(AT.getTime() + ms)));
    };
    const old = { warnAfterHours: hours - 2, refuseAfterHours: hours - 1 };
    for (const answer of resolve(old))
      expect(answer).toMatchObject({ ok: false, code: 'CERTIFICATE_UNKNOWN' });
    expect(warned).toEqual([]);
    for (const answer of resolve({ warnAfterHours: hours - 1 })) expect(answer).toMatchObject({ ok: true });
    expect(warned).toEqual([expect.stringMatching(/^list:KZ: the revocation list of .* is of 2026-01-01/)]);
    for (const answer of resolve({})) expect(answer).toMatchObject({ ok: true });
    expect(warned).toEqual([]);
  });
});

describe('the certificate to encrypt with', () => {
  const from = (days: number, until = VALIDITY.notAfter) =>
    issued({ notBefore: new Date(AT.getTime() + days * DAY_MS), notAfter: until });

  it('is the newest that is good now', async () => {
    const [old, recent, coming] = [await from(-60), await from(-30), await from(30)];
    const expired = await from(-10, new Date(AT.getTime() - DAY_MS));
    for (const order of [
      [old, recent, coming, expired],
      [expired, coming, recent, old],
    ]) {
      const snapshot = listed(...order.map((one) => listing(one, 'encryption')));
      expect(snapshot.encryptionCertificate('kz-knb', AT).thumbprint).toBe(recent.thumbprint);
    }
  });

  it('is none of another role, and none of another authority', async () => {
    const encryption = await from(-30);
    for (const snapshot of [
      listed(listing(seal)),
      listed(listing(encryption, 'seal')),
      listed(listing(seal, 'encryption')),
    ])
      expect(() => snapshot.encryptionCertificate('kz-knb', AT)).toThrow(
        new ValiseError('CERTIFICATE_UNKNOWN', 'kz-knb has no encryption certificate that is valid now'),
      );
    const both = listed(listing(seal), listing(seal, 'encryption'));
    expect(() => both.encryptionCertificate('kz-knb', AT)).toThrow('no encryption certificate');
    expect(() => listed(listing(encryption, 'encryption')).encryptionCertificate('by-mvd', AT)).toThrow(
      'by-mvd',
    );
  });
});

describe('the revocation lists on record', () => {
  it('are those of the book, also where the rest of it cannot be read', async () => {
    const keeper = await newKeeper('KZ');
    const crls = [await revocationList(keeper.root, keeper.certificate)];
    const hashes = crls.map((crl) => parseCrl(Buffer.from(crl, 'base64')).hash);
    const good = kz({ crls });
    const broken = row('list:KZ', { ...listOf({ crls: ['AAAA', ...crls] }), version: 0 });
    for (const book of [good, broken]) {
      const snapshot = snapshotOf([book], { pinned: keeper.root.certificate });
      expect(snapshot.crlsOf('list:KZ').map(({ hash }) => hash)).toEqual(hashes);
      const read = readBook(signedList(keeper, { version: 2 }), {
        reader: { kind: 'node', own: [], resolve: (thumbprint) => snapshot.resolve(thumbprint, AT) },
        rootsOf: () => [keeper.root.certificate],
        crlsOf: (name) => snapshot.crlsOf(name),
        at: AT,
      });
      expect(read).toMatchObject({ ok: false, code: 'CERTIFICATE_REVOKED' });
    }
    expect(snapshotOf([good]).crlsOf('list:BY')).toEqual([]);
  });
});
