import { createPrivateKey } from 'node:crypto';
import { createRoot, type Certificate } from '#trust';
import { AT, makeOffices, NOT_AFTER, NOT_BEFORE, NOW, type MadeOffices } from '../testing/offices.js';
import { signText } from './books.js';
import { HAND_OVER_TYPE, signHandOver, verifyBook, verifyHandOver, type Jws } from './index.js';

const LIST = 'list:KZ';
const said = { book: LIST, at: '2026-06-01T00:00:00Z' };

interface Keeper {
  readonly certificate: Certificate;
  readonly privateKeyPem: string;
}
let offices: MadeOffices;
let old: Keeper;
let next: Keeper;
beforeAll(async () => {
  offices = await makeOffices();
  old = offices.roots.KZ;
  next = await newRoot(NOT_AFTER);
});

function newRoot(notAfter: Date): Promise<Keeper> {
  return createRoot({ name: 'New root of KZ', suite: 'P-256', notBefore: NOT_BEFORE, notAfter });
}

const by = ({ certificate, privateKeyPem }: Keeper) => ({
  certificate,
  key: createPrivateKey(privateKeyPem),
  iat: NOW,
});
const handOver = (to: Certificate, from = old): string => signHandOver({ ...by(from), content: said, to });
const reliedOn = (book: string): Certificate[] =>
  book === LIST ? [offices.roots.BY.certificate, old.certificate] : [];
const verified = (text: string, at = AT) => verifyHandOver(text, { rootsOf: reliedOn, at });

describe('a hand-over of a book', () => {
  it('names the root that is relied on and the one that follows it', () => {
    const answer = verified(handOver(next.certificate));
    expect(answer).toMatchObject({
      ok: true,
      book: LIST,
      from: { thumbprint: old.certificate.thumbprint },
      to: { thumbprint: next.certificate.thumbprint },
    });
  });

  it('says what docs/protocol/register.md has it say, under the header of a book', () => {
    const { payload, signatures } = JSON.parse(handOver(next.certificate)) as Jws;
    const read = (text = '') => JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
    expect(read(payload)).toEqual({ ...said, root: next.certificate.der.toString('base64') });
    expect(read(signatures[0]?.protected)).toMatchObject({
      typ: 'valise-hand-over+jws',
      kid: old.certificate.thumbprint,
      iat: NOW,
      x5c: [old.certificate.der.toString('base64')],
    });
  });

  it('is that of a root that is relied on for that book', () => {
    const text = handOver(next.certificate);
    const refused = { ok: false, code: 'CERTIFICATE_PATH', detail: expect.stringContaining(LIST) as unknown };
    expect(verifyHandOver(text, { rootsOf: () => [next.certificate], at: AT })).toEqual(refused);
    expect(verifyHandOver(text, { rootsOf: () => [], at: AT })).toEqual(refused);
    const ofAnother = signHandOver({
      ...by(old),
      content: { ...said, book: 'list:BY' },
      to: next.certificate,
    });
    expect(verified(ofAnother)).toMatchObject({ code: 'CERTIFICATE_PATH' });
  });

  it('is signed by the key of that root', () => {
    const jws = JSON.parse(handOver(next.certificate)) as Jws;
    const other = JSON.parse(handOver(offices.roots.AM.certificate)) as Jws;
    expect(verified(JSON.stringify({ ...jws, payload: other.payload }))).toMatchObject({
      code: 'BOOK_SIGNATURE',
    });
  });

  it('leads to a root that is good at that moment, and to another one', async () => {
    const expired = await newRoot(new Date('2026-05-01T00:00:00Z'));
    expect(verified(handOver(expired.certificate))).toMatchObject({
      code: 'CERTIFICATE_PATH',
      detail: expect.stringMatching(/^the new root of list:KZ: .*expired/) as unknown,
    });
    expect(verified(handOver(expired.certificate), NOT_BEFORE)).toMatchObject({ ok: true });
    expect(verified(handOver(offices.kz.seal.certificate))).toMatchObject({ code: 'CERTIFICATE_PATH' });
    expect(verified(handOver(old.certificate))).toMatchObject({ code: 'BOOK_FORMAT' });
  });

  it.each<[string, object]>([
    ['.book', { book: 'KZ' }],
    ['.at', { at: '2026-06-01' }],
    ['.at', { at: null }],
    ['.root', { root: '' }],
    ['.root', { root: 'A'.repeat(24_004) }],
    ['.root', { root: '-_-_' }],
    ['', { until: said.at }],
  ])('%#: with a fault at book%s is refused', (path, over) => {
    const content = { ...said, root: next.certificate.der.toString('base64'), ...over };
    expect(verified(signText(HAND_OVER_TYPE, { ...by(old), content }))).toMatchObject({
      ok: false,
      code: 'BOOK_FORMAT',
      detail: expect.stringContaining(`book${path}: `) as unknown,
    });
  });

  it('to what is no certificate is refused', () => {
    const content = { ...said, root: 'MIIB' };
    expect(verified(signText(HAND_OVER_TYPE, { ...by(old), content }))).toMatchObject({
      code: 'BOOK_FORMAT',
    });
  });

  it('is not made for what is no book', () => {
    const content = { ...said, book: 'KZ' };
    expect(() => signHandOver({ ...by(old), content, to: next.certificate })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', details: { path: '.book' } }),
    );
  });

  it('is no book, nor the other way round', () => {
    const text = handOver(next.certificate);
    expect(verifyBook(text, { anchorOf: () => old.certificate, at: AT })).toMatchObject({
      code: 'BOOK_FORMAT',
    });
    const content = { ...said, root: next.certificate.der.toString('base64') };
    expect(verified(signText('valise-book+jws', { ...by(old), content }))).toMatchObject({
      code: 'BOOK_FORMAT',
    });
  });
});
