import { createHash } from 'node:crypto';
import { canonicalBytes } from '#core';
import { resolveFrom, signStatement, type Jws, type Resolve } from '#envelope';
import type { Role } from '#trust';
import { AT, hold, IAT, newRoot, type Holder } from '../testing/keepers.js';
import { readBook, type Reading } from './index.js';

const ARRANGEMENT = {
  ...{ id: 'kz-knb-by-mvd', version: 2, instrument: 'cis-it-crime-2018', from: '2026-01-01', until: null },
  electronicForm: true,
};
const ACCREDITATION = {
  ...{ id: 'kz-knb-by-mvd', version: 5, under: 'kz-by-secrets', upTo: 'secret' as const },
  ...{ from: '2026-01-01', until: null },
};
type Signing = Holder & { readonly role: Role };

let seals: Record<'kz-knb' | 'by-mvd' | 'am-nss', Signing>;
let head: Signing;
let kzHead: Signing;
let register: Signing;
let stranger: Signing;
let resolve: Resolve;
beforeAll(async () => {
  const root = await newRoot('Root');
  const made = async (authority: string, role: Role) => ({ ...(await hold(root, role, authority)), role });
  const [kz, by, am] = [
    await made('kz-knb', 'seal'),
    await made('by-mvd', 'seal'),
    await made('am-nss', 'seal'),
  ];
  seals = { 'kz-knb': kz, 'by-mvd': by, 'am-nss': am };
  head = await made('by-mvd', 'head');
  kzHead = await made('kz-knb', 'head');
  register = await made('by-mvd', 'register');
  stranger = await made('by-mvd', 'seal');
  const listed = [kz, by, am, head, kzHead, register].map(({ certificate, role }) => ({
    ...{ certificate, role },
    authority: certificate.authority ?? '',
  }));
  resolve = resolveFrom([{ root: root.certificate, intermediates: [], crls: [], listed }], AT);
});

const reading = (reader: Reading['reader']): Reading => ({
  reader,
  rootsOf: () => [],
  crlsOf: () => [],
  at: AT,
});
const read = (jws: object, own = ['kz-knb']) =>
  readBook(JSON.stringify(jws), reading({ kind: 'node', own, resolve }));
function arrangement(between: [string, string], by: Signing[], over: object = {}): Jws {
  const content = { ...ARRANGEMENT, between, ...over };
  return signStatement({ typ: 'valise-arrangement+jws', content, signers: by, iat: IAT });
}
const both = () => arrangement(['kz-knb', 'by-mvd'], [seals['kz-knb'], seals['by-mvd']]);

describe('what two authorities agreed between themselves', () => {
  it('is read under both their seals, as of the later signature', () => {
    const between: [string, string] = ['kz-knb', 'by-mvd'];
    const content = { ...ARRANGEMENT, between };
    const jws = both();
    expect(read(jws)).toEqual({
      ok: true,
      book: {
        book: 'arrangement:kz-knb-by-mvd',
        version: 2,
        hash: createHash('sha256').update(canonicalBytes(content)).digest('base64url'),
        content,
        text: JSON.stringify(jws),
        signedAt: AT,
        root: null,
      },
    });
    const signers = [seals['kz-knb'], seals['by-mvd']];
    const typ = 'valise-accreditation+jws' as const;
    const accredited = signStatement({ typ, content: { ...ACCREDITATION, between }, signers, iat: IAT });
    expect(read(accredited)).toMatchObject({
      ok: true,
      book: { book: 'accreditation:kz-knb-by-mvd', version: 5 },
    });
  });

  it('is as old as the last of its signatures', () => {
    const signedAt = (first: number, second: number) => {
      const content = { ...ARRANGEMENT, between: ['kz-knb', 'by-mvd'] as [string, string] };
      const at = (iat: number, signer: Signing) =>
        signStatement({ typ: 'valise-arrangement+jws', content, signers: [signer], iat });
      const [one, other] = [at(first, seals['kz-knb']), at(second, seals['by-mvd'])];
      const found = read({ ...one, signatures: [...one.signatures, ...other.signatures] });
      return found.ok ? found.book.signedAt : found;
    };
    expect(signedAt(IAT - 60, IAT)).toEqual(AT);
    expect(signedAt(IAT, IAT - 60)).toEqual(AT);
  });

  it.each<[string, () => Jws, string, RegExp]>([
    [
      'signed by one',
      () => arrangement(['kz-knb', 'by-mvd'], [seals['kz-knb']]),
      'BOOK_SIGNATURE',
      /exactly those/,
    ],
    [
      'signed by another',
      () => arrangement(['kz-knb', 'by-mvd'], [seals['kz-knb'], seals['am-nss']]),
      'BOOK_SIGNATURE',
      /exactly those/,
    ],
    [
      'signed by a head instead of a seal',
      () => arrangement(['kz-knb', 'by-mvd'], [seals['kz-knb'], head]),
      'BOOK_SIGNATURE',
      /^it is between kz-knb and by-mvd and needs the seals of both; it has kz-knb$/,
    ],
    [
      'signed in a role that does not sign such',
      () => arrangement(['kz-knb', 'by-mvd'], [seals['kz-knb'], register]),
      'BOOK_SIGNATURE',
      /the role register does not sign/,
    ],
    [
      'signed by nobody who is listed',
      () => arrangement(['kz-knb', 'by-mvd'], [seals['kz-knb'], stranger]),
      'CERTIFICATE_UNKNOWN',
      /no list names/,
    ],
    [
      'altered',
      () => ({ ...both(), payload: arrangement(['kz-knb', 'am-nss'], [seals['kz-knb']]).payload }),
      'BOOK_SIGNATURE',
      /./,
    ],
    ['of a day that is an instant', () => withFrom('2026-01-01T00:00:00Z'), 'BOOK_FORMAT', /^from: /],
    ['no JWS', () => ({ ...both(), more: 1 }) as Jws, 'BOOK_FORMAT', /./],
  ])('is refused %s', (_, make, code, detail) => {
    expect(read(make())).toEqual({ ok: false, code, detail: expect.stringMatching(detail) as unknown });
  });

  const withFrom = (from: string) =>
    arrangement(['kz-knb', 'by-mvd'], [seals['kz-knb'], seals['by-mvd']], { from });

  it('is refused without the seal of either', () => {
    expect(read(arrangement(['kz-knb', 'by-mvd'], [kzHead, head]))).toMatchObject({
      code: 'BOOK_SIGNATURE',
      detail: 'it is between kz-knb and by-mvd and needs the seals of both; it has none',
    });
  });

  it('is taken where the node serves one of the two, and refused where it serves neither', () => {
    for (const own of [['kz-knb'], ['by-mvd'], ['am-nss', 'by-mvd']])
      expect(read(both(), own)).toMatchObject({ ok: true });
    for (const own of [['am-nss'], []])
      expect(read(both(), own)).toEqual({
        ok: false,
        code: 'BOOK_SIGNATURE',
        detail: 'it is between kz-knb and by-mvd, and this node serves neither',
      });
  });

  it('is no affair of a depositary', () => {
    const found = readBook(JSON.stringify(both()), reading({ kind: 'depositary' }));
    expect(found).toMatchObject({ ok: false, code: 'BOOK_FORMAT' });
  });
});
