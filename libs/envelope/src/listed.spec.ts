import { createCrl, issueCertificate, issueIntermediate, type Certificate } from '#trust';
import { AT, hold, makeOffices, NOT_AFTER, NOT_BEFORE, type MadeOffices } from '../testing/offices.js';
import { readListed, unusableListed, type ListedContent, type ListedMaterial } from './index.js';

const VALIDITY = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };
const base64 = ({ der }: { der: Buffer }): string => der.toString('base64');

let offices: MadeOffices;
let middle: Awaited<ReturnType<typeof issueIntermediate>>;
let good: ListedContent;
beforeAll(async () => {
  offices = await makeOffices();
  const issuer = offices.roots.KZ;
  middle = await issueIntermediate({ issuer, name: 'Issuer', suite: 'P-256', ...VALIDITY });
  const crl = await createCrl({
    issuer,
    revoked: [],
    number: 1,
    thisUpdate: NOT_BEFORE,
    nextUpdate: NOT_AFTER,
  });
  const { head, seal } = offices.kz;
  good = {
    certificates: [
      { authority: 'kz-knb', role: 'head', certificate: base64(head.certificate) },
      { authority: 'kz-knb', role: 'seal', certificate: base64(seal.certificate) },
    ],
    intermediates: [base64(middle.certificate)],
    crls: [base64(crl)],
  };
});

describe('what a list brings', () => {
  it('is read as certificates, each for its authority and in its role, intermediates and revocation lists', () => {
    const answer = readListed(good);
    expect(answer).toMatchObject({
      ok: true,
      material: {
        listed: [
          { authority: 'kz-knb', role: 'head' },
          { authority: 'kz-knb', role: 'seal' },
        ],
      },
    });
    if (!answer.ok) throw new Error('it was read');
    const { listed, intermediates, crls } = answer.material;
    const { head, seal } = offices.kz;
    expect(listed.map(({ certificate }) => certificate.thumbprint)).toEqual(
      [head, seal].map(({ certificate }) => certificate.thumbprint),
    );
    expect(intermediates.map(({ thumbprint }) => thumbprint)).toEqual([middle.certificate.thumbprint]);
    expect(crls.map(({ issuer }) => issuer)).toEqual([offices.roots.KZ.certificate.subject]);
    expect(readListed({ certificates: [], intermediates: [], crls: [] })).toEqual({
      ok: true,
      material: { listed: [], intermediates: [], crls: [] },
    });
  });

  const BROKEN = 'MIIB';
  it.each<[string, (list: ListedContent) => ListedContent]>([
    [
      'certificates.1.certificate',
      ({ certificates: [first, second], ...rest }) => ({
        ...rest,
        certificates: [first, { ...second, certificate: BROKEN }] as ListedContent['certificates'],
      }),
    ],
    ['intermediates.1', (list) => ({ ...list, intermediates: [...list.intermediates, BROKEN] })],
    ['crls.0', (list) => ({ ...list, crls: [BROKEN] })],
    ['crls.0', (list) => ({ ...list, crls: list.intermediates })],
  ])('is refused for what cannot be read at %s', (path, spoil) => {
    const detail = expect.stringMatching(`^${path}: \\S`) as unknown;
    expect(readListed(spoil(good))).toEqual({ ok: false, code: 'BOOK_FORMAT', detail });
  });

  it('is refused for a certificate of another authority, or of none', () => {
    const listing = (certificate: Certificate) => ({
      ...good,
      certificates: [
        ...good.certificates,
        { authority: 'kz-knb', role: 'seal' as const, certificate: base64(certificate) },
      ],
    });
    const mismatch = (named: string) => ({
      ok: false,
      code: 'BOOK_FORMAT',
      detail: `certificates.2: the certificate names ${named}, and is listed for kz-knb`,
    });
    expect(readListed(listing(offices.by.seal.certificate))).toEqual(mismatch('by-mvd'));
    expect(readListed(listing(middle.certificate))).toEqual(mismatch('no authority'));
    const first = {
      authority: 'by-mvd',
      role: 'seal' as const,
      certificate: good.certificates[0]?.certificate ?? '',
    };
    expect(readListed({ ...good, certificates: [first] })).toMatchObject({
      code: 'BOOK_FORMAT',
      detail: 'certificates.0: the certificate names kz-knb, and is listed for by-mvd',
    });
  });
});

describe('a listed certificate', () => {
  const listing = (over: Partial<ListedMaterial>): ListedMaterial => ({
    listed: [{ authority: 'kz-knb', role: 'seal', certificate: offices.kz.seal.certificate }],
    intermediates: [],
    crls: [],
    ...over,
  });
  const faultOf = (over: Partial<ListedMaterial>, { root = offices.roots.KZ, now = AT } = {}) =>
    unusableListed(listing(over), root.certificate, now);

  it('can be relied on in its role under its keeper’s root', () => {
    expect(faultOf({})).toBeUndefined();
    expect(faultOf({}, { root: offices.roots.BY })).toMatchObject({ code: 'CERTIFICATE_PATH' });
    const { certificate } = offices.kz.head;
    const { listed } = listing({});
    expect(faultOf({ listed: [...listed, { authority: 'kz-knb', role: 'seal', certificate }] })).toEqual({
      ok: false,
      code: 'CERTIFICATE_PATH',
      detail: expect.stringMatching(/^certificates\.1: .*the role seal$/) as unknown,
    });
  });

  it('may stand under an intermediate, if the list has that one', async () => {
    const { certificate } = await hold(middle, 'seal', 'kz-knb', 'P-256');
    const listed = [{ authority: 'kz-knb', role: 'seal' as const, certificate }];
    expect(faultOf({ listed, intermediates: [middle.certificate] })).toBeUndefined();
    expect(faultOf({ listed })).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH' });
  });

  it.each([
    ['before it', '2026-12-01', '2027-06-01', '2026-02-01'],
    ['after it', '2026-12-01', '2027-06-01', '2029-01-01'],
    ['within it, longer as it is than the root’s', '2025-01-01', '2029-01-01', '2026-06-01'],
  ])('may be listed whatever its time: %s', async (_, notBefore, notAfter, now) => {
    const { certificate } = await issueCertificate({
      issuer: offices.roots.KZ,
      role: 'seal',
      subject: { name: 'Seal', authority: 'kz-knb' },
      suite: 'P-256',
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
    });
    const listed = [{ authority: 'kz-knb', role: 'seal' as const, certificate }];
    expect(faultOf({ listed }, { now: new Date(now) })).toBeUndefined();
  });
});
