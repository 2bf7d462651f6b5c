import { createPrivateKey } from 'node:crypto';
import { createCrl, createRoot, issueCertificate, issueIntermediate, parseCrl } from '#trust';
import { AT, makeOffices, NOT_AFTER, NOT_BEFORE, NOW, type MadeOffices } from '../testing/offices.js';
import { headerOf, signedAgain } from '../testing/crafted.js';
import {
  signBook,
  signBookStatement,
  verifyBook,
  verifyBookStatement,
  type BookTrust,
  type Jws,
} from './index.js';

const content = { book: 'list:KZ', version: 4, state: 'KZ', authorities: [{ id: 'kz-knb' }] };

let offices: MadeOffices;
let trust: BookTrust;
beforeAll(async () => {
  offices = await makeOffices();
  const root = offices.roots.KZ;
  trust = { anchorOf: (book) => (book === 'list:KZ' ? root.certificate : undefined), at: AT };
});

const signed = (): string => signBook({ content, ...offices.register, iat: NOW });

/** The same book with something else in its header, signed by its own key. */
function withHeader(over: Record<string, unknown>, key = offices.register.key): string {
  const jws = JSON.parse(signed()) as Jws;
  return JSON.stringify(signedAgain(jws, 0, { ...headerOf(jws.signatures[0]), ...over }, key));
}

describe('a book', () => {
  it('verifies against the root that its reader pinned', () => {
    const verified = verifyBook(signed(), trust);
    expect(verified).toMatchObject({ ok: true, book: 'list:KZ', version: 4, content, signedAt: NOW });
    expect(verified).toHaveProperty('hash', expect.stringMatching(/^[\w-]{43}$/));
  });

  it('has as many bytes as every reader takes, and not one more', () => {
    // docs/protocol/register.md
    const mebibyte = 1_048_576;
    const bytes = (padding: number) =>
      signBook({ content: { ...content, padding: 'x'.repeat(padding) }, ...offices.register, iat: NOW });
    const frame = Buffer.byteLength(bytes(0));
    const most = Math.floor(((mebibyte - frame) * 3) / 4) - 4;
    expect(verifyBook(bytes(most), trust)).toMatchObject({ ok: true });
    const detail = `a book has at most ${mebibyte} bytes`;
    expect(verifyBook(bytes(most + 16), trust)).toMatchObject({ code: 'BOOK_FORMAT', detail });
  });

  it('verifies through an intermediate that it carries', async () => {
    const root = offices.roots.KZ;
    const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };
    const middle = await issueIntermediate({ issuer: root, name: 'Issuer', suite: 'P-256', ...validity });
    const { certificate, privateKeyPem = '' } = await issueCertificate({
      issuer: middle,
      role: 'register',
      subject: { name: 'Register', authority: 'KZ' },
      ...validity,
    });
    const key = createPrivateKey(privateKeyPem);
    const options = { content, certificate, key, iat: NOW };
    expect(verifyBook(signBook({ ...options, chain: [middle.certificate] }), trust)).toMatchObject({
      ok: true,
    });
    expect(verifyBook(signBook(options), trust)).toMatchObject({ code: 'CERTIFICATE_PATH' });
  });

  it('with a key inserted by its carrier does not verify: the signature is not the keeper’s', () => {
    const jws = JSON.parse(signed()) as Jws;
    const forged = Buffer.from(jws.payload, 'base64url').toString().replace('kz-knb', 'kz-mvd');
    const text = JSON.stringify({ ...jws, payload: Buffer.from(forged).toString('base64url') });
    expect(verifyBook(text, trust)).toMatchObject({ code: 'BOOK_SIGNATURE' });
  });

  it('has one text: no character stands for another of the same low byte', () => {
    const authorities = Array.from({ length: 30 }, (_, index) => ({ id: `kz-${index}` }));
    const text = signBook({ content: { ...content, authorities }, ...offices.register, iat: NOW });
    expect(verifyBook(text, trust)).toMatchObject({ ok: true });
    const jws = JSON.parse(text) as Jws;
    for (const at of [0, 1, jws.payload.length - 1]) {
      const other = String.fromCharCode(jws.payload.charCodeAt(at) + 0x100);
      const payload = jws.payload.slice(0, at) + other + jws.payload.slice(at + 1);
      expect(verifyBook(JSON.stringify({ ...jws, payload }), trust)).toMatchObject({ code: 'BOOK_FORMAT' });
    }
  });

  it('signed under another root does not verify', async () => {
    const other = await createRoot({
      name: 'Root',
      suite: 'P-256',
      notBefore: NOT_BEFORE,
      notAfter: NOT_AFTER,
    });
    expect(verifyBook(signed(), { ...trust, anchorOf: () => other.certificate })).toMatchObject({
      code: 'CERTIFICATE_PATH',
    });
    expect(verifyBook(signed(), { ...trust, anchorOf: () => undefined })).toMatchObject({
      code: 'CERTIFICATE_PATH',
    });
  });

  it('signed with a revoked certificate does not verify', async () => {
    const { register, roots } = offices;
    const root = roots.KZ;
    const { pem } = await createCrl({
      issuer: root,
      revoked: [{ serialNumber: register.certificate.serialNumber, at: NOT_BEFORE }],
      thisUpdate: NOT_BEFORE,
      nextUpdate: NOT_AFTER,
      number: 1,
    });
    expect(verifyBook(signed(), { ...trust, crls: [parseCrl(pem)] })).toMatchObject({
      code: 'CERTIFICATE_REVOKED',
    });
  });

  it('is not signed by a seal', () => {
    const { seal } = offices.kz;
    expect(() => signBook({ content, ...seal, iat: NOW })).toThrow('register');
    const { thumbprint: kid, der } = seal.certificate;
    const text = withHeader({ kid, 'x5t#S256': kid, x5c: [der.toString('base64')] }, seal.key);
    expect(verifyBook(text, trust)).toMatchObject({ code: 'CERTIFICATE_PATH' });
  });

  it.each([
    ['HS256', { alg: 'HS256' }, 'BOOK_SIGNATURE'],
    ['another type', { typ: 'valise-book-statement+jws' }, 'BOOK_FORMAT'],
    ['an unknown member', { jku: 'https://example.org' }, 'BOOK_FORMAT'],
    ['no certificate', { x5c: [] }, 'BOOK_FORMAT'],
    ['a broken certificate', { x5c: ['MIIB'] }, 'BOOK_FORMAT'],
    ['another thumbprint', { kid: 'A'.repeat(43) }, 'BOOK_FORMAT'],
    ['another thumbprint twice', { kid: 'A'.repeat(43), 'x5t#S256': 'A'.repeat(43) }, 'BOOK_FORMAT'],
  ])('with %s is refused', (_, over, code) => {
    expect(verifyBook(withHeader(over), trust)).toMatchObject({ ok: false, code });
  });

  it.each(['', '{}', 'null', '[]', '{"payload":"","signatures":[]}'])('%j is none', (text) => {
    expect(verifyBook(text, trust)).toMatchObject({ ok: false, code: 'BOOK_FORMAT' });
  });
});

describe('a book statement', () => {
  it('carries the newest version and its hash, under the same root', () => {
    const statement = { book: 'list:KZ', version: 4, hash: 'A'.repeat(43), at: '2026-06-01T00:00:00Z' };
    const text = signBookStatement({ content: statement, ...offices.register, iat: NOW });
    expect(verifyBookStatement(text, trust)).toMatchObject({ ok: true, content: statement });
    expect(verifyBook(text, trust)).toMatchObject({ ok: false, code: 'BOOK_FORMAT' });
  });
});
