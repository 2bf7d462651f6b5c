import { createHash } from 'node:crypto';
import { AT, makeOffices, NOW, type MadeOffices } from '../testing/offices.js';
import { headerOf, signedAgain } from '../testing/crafted.js';
import { publishedRsaKey } from '../testing/published-keys.js';
import { signText } from './books.js';
import {
  BOOK_BYTES_MAX,
  BOOK_STATEMENT_TYPE,
  BOOK_TYPE,
  signBook,
  signBookStatement,
  verifyBook,
  verifyBookStatement,
  type BookTrust,
  type Jws,
} from './index.js';

const content = { book: 'list:KZ', version: 4, state: 'KZ' };
const statement = { book: 'list:KZ', version: 4, hash: 'A'.repeat(43), at: '2026-06-01T00:00:00Z' };
const detailed = (detail: string): unknown => expect.stringContaining(detail);

let offices: MadeOffices;
let trust: BookTrust;
beforeAll(async () => {
  offices = await makeOffices();
  trust = { anchorOf: () => offices.roots.KZ.certificate, at: AT };
});

const signed = (): Jws => JSON.parse(signBook({ content, ...offices.register, iat: NOW })) as Jws;
const verified = (jws: unknown) => verifyBook(typeof jws === 'string' ? jws : JSON.stringify(jws), trust);
/** The same book with something else in its header, signed by its own key. */
function withHeader(over: Record<string, unknown>): Jws {
  const jws = signed();
  return signedAgain(jws, 0, { ...headerOf(jws.signatures[0]), ...over }, offices.register.key);
}

describe('a book as it is signed', () => {
  it('says in its header what docs/protocol/register.md has it say', () => {
    const { certificate } = offices.register;
    const jws = signed();
    expect(jws.signatures).toHaveLength(1);
    expect(headerOf(jws.signatures[0])).toEqual({
      alg: 'ES256',
      typ: 'valise-book+jws',
      cty: 'valise+json',
      kid: certificate.thumbprint,
      'x5t#S256': certificate.thumbprint,
      iat: NOW,
      x5c: [certificate.der.toString('base64')],
    });
    const payload = Buffer.from(jws.payload, 'base64url');
    expect(JSON.parse(payload.toString())).toEqual(content);
    expect(verified(jws)).toEqual({
      ok: true,
      book: 'list:KZ',
      version: 4,
      content,
      hash: createHash('sha256').update(payload).digest('base64url'),
      signedAt: NOW,
      signer: expect.objectContaining({ thumbprint: certificate.thumbprint }) as unknown,
    });
  });

  it('is not signed with another’s key, nor by a certificate that is not for registers', () => {
    const { register, kz } = offices;
    const by = (over: object) => () => signBook({ content, ...register, iat: NOW, ...over });
    expect(by({ key: kz.seal.key })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    expect(by(kz.seal)).toThrow(expect.objectContaining({ code: 'ENVELOPE_ROLE' }));
  });

  it.each<[string, object]>([
    ['.book', { book: 'KZ' }],
    ['.version', { version: 0 }],
    ['.version', { version: '4' }],
  ])('is not signed with a fault at %s, nor read', (path, over) => {
    const wrong = { ...content, ...over };
    expect(() => signBook({ content: wrong, ...offices.register, iat: NOW })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', details: { path } }),
    );
    expect(verified(signText(BOOK_TYPE, { content: wrong, ...offices.register, iat: NOW }))).toMatchObject({
      code: 'BOOK_FORMAT',
      detail: detailed(`book${path}: `),
    });
  });

  it('is not dated before 1970', () => {
    expect(() => signBook({ content, ...offices.register, iat: -1 })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', details: { path: '.iat' } }),
    );
  });
});

describe('a book’s text', () => {
  it('is bounded in bytes, before it is read', () => {
    const sized = { code: 'BOOK_FORMAT', detail: detailed(`at most ${BOOK_BYTES_MAX} bytes`) };
    expect(verified('x'.repeat(BOOK_BYTES_MAX))).toMatchObject({ detail: detailed('book is not JSON') });
    expect(verified('x'.repeat(BOOK_BYTES_MAX + 1))).toMatchObject(sized);
    expect(verified('é'.repeat(BOOK_BYTES_MAX / 2 + 1))).toMatchObject(sized);
  });

  it.each<[string, (jws: Jws) => unknown]>([
    ['book is not compact JSON', (jws) => JSON.stringify(jws, null, 1)],
    ['book: ', (jws) => ({ ...jws, header: {} })],
    ['book.payload: ', (jws) => ({ ...jws, payload: '' })],
    ['book.signatures: ', (jws) => ({ ...jws, signatures: [...jws.signatures, ...jws.signatures] })],
    ['book.signatures: ', (jws) => ({ ...jws, signatures: [] })],
    ['book.signatures[0]: ', (jws) => ({ ...jws, signatures: [{ ...jws.signatures[0], header: {} }] })],
    ['book is not canonical base64url', (jws) => ({ ...jws, payload: 'A' })],
    ['book is not UTF-8', (jws) => ({ ...jws, payload: '_w' })],
    ['book is not in its canonical form', (jws) => ({ ...jws, payload: encoded('{ }') })],
    ['book.book: ', (jws) => ({ ...jws, payload: encoded('{}') })],
    ['signature is not', (jws) => ({ ...jws, signatures: [{ ...jws.signatures[0], signature: 'A' }] })],
    ['book header.cty: ', () => withHeader({ cty: 'JSON' })],
    ['book header.alg: ', () => withHeader({ alg: 'E'.repeat(33) })],
    ['book header.typ: ', () => withHeader({ typ: 'v'.repeat(65) })],
    ['not of type valise-book+jws', () => withHeader({ typ: 'JWT' })],
    ['book header.iat: ', () => withHeader({ iat: 0.5 })],
    ['book header.x5c: ', () => withHeader({ x5c: ['MIIB', 'MIIB', 'MIIB'] })],
    ['book header.x5c[0]: ', () => withHeader({ x5c: ['A'.repeat(6_001)] })],
    ['another certificate than it carries', () => withHeader({ 'x5t#S256': 'A'.repeat(43) })],
    ['another certificate than it carries', () => withHeader({ kid: 'A'.repeat(43) })],
  ])('is refused, and told why: %s…', (detail, spoil) => {
    expect(verified(spoil(signed()))).toMatchObject({
      ok: false,
      code: 'BOOK_FORMAT',
      detail: detailed(detail),
    });
  });

  it('repeats no more than three hundred characters of what a stranger wrote', () => {
    const answer = verified(withHeader({ ['x'.repeat(1_000)]: 1 }));
    expect(answer).toMatchObject({ code: 'BOOK_FORMAT', detail: detailed('book header: ') });
    expect(JSON.stringify(answer).length).toBeLessThan(400);
  });

  it.each(['\n', ' ', '=', '\0'])('has its certificate in one spelling: not with %j after it', (end) => {
    const x5c = [offices.register.certificate.der.toString('base64') + end];
    expect(verified(withHeader({ x5c }))).toMatchObject({
      code: 'BOOK_FORMAT',
      detail: detailed('certificate'),
    });
  });

  it('is signed in the suite of its certificate', () => {
    expect(verified(withHeader({ alg: 'PS256' }))).toMatchObject({ code: 'BOOK_SIGNATURE' });
    const jws = signed();
    const rsa = publishedRsaKey('seal');
    if (rsa === undefined) throw new Error('there is a key');
    expect(verified(signedAgain(jws, 0, headerOf(jws.signatures[0]), rsa))).toMatchObject({
      code: 'BOOK_SIGNATURE',
    });
  });

  it('is not taken for bad where its reader cannot answer', () => {
    const failure = new Error('the database is gone');
    const anchorOf = () => {
      throw failure;
    };
    expect(() => verifyBook(JSON.stringify(signed()), { ...trust, anchorOf })).toThrow(failure);
  });
});

describe('a statement of a book’s keeper', () => {
  it('is of its own type, whole, and signed by the register', () => {
    const { register, kz } = offices;
    const text = signBookStatement({ content: statement, ...register, iat: NOW });
    expect(headerOf((JSON.parse(text) as Jws).signatures[0])).toMatchObject({
      typ: 'valise-book-statement+jws',
    });
    expect(verifyBookStatement(text, trust)).toMatchObject({ ok: true, content: statement, signedAt: NOW });
    expect(() => signBookStatement({ content: statement, ...kz.seal, iat: NOW })).toThrow('register');
    expect(() => signBookStatement({ content: { ...statement, hash: 'x' }, ...register, iat: NOW })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', details: { path: '.hash' } }),
    );
    const wrong = signText(BOOK_STATEMENT_TYPE, { content: { ...statement, at: '' }, ...register, iat: NOW });
    expect(verifyBookStatement(wrong, trust)).toMatchObject({
      code: 'BOOK_FORMAT',
      detail: detailed('book.at: '),
    });
  });
});

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}
