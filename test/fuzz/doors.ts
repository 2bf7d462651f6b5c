import { ValiseError } from '#core';
import { BOOK_TYPE, signBook, signBookStatement, verifyBook, verifyBookStatement, type Jws } from '#envelope';
import { readBook, type Reading } from '#register';
import {
  createCrl,
  createRequest,
  createRoot,
  issueCertificate,
  parseCertificate,
  parseCrl,
  parseRequest,
  privateKeyOf,
  spkiOf,
  suiteOf,
  validatePath,
  type Certificate,
} from '#trust';
import { signText, type SigningOptions } from '../../libs/envelope/src/books.js';
import { der, itemsOf } from '../../libs/trust/testing/der.js';
import { mutateBytes, mutateJson } from './mutate.js';
import type { Random } from './random.js';

/** What strangers send beside envelopes: certificates, revocation lists, requests, books and their statements. */

const AT = new Date('2026-06-01T00:00:00Z');
const VALIDITY = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2028-01-01T00:00:00Z') };
const IAT = AT.getTime() / 1000;
const CONSTRUCTED = 0x20;
const SPLICED = [
  '03020000', // the point at infinity, where a key stands
  '0500',
  '3000',
  '0201ff',
  '170d3236303233313030303030305a', // 31 February
  '04820004ffffffff',
  '30820000',
  '80',
  '1f8f7f00',
  'ffffffffffffffff',
].map((hex) => Buffer.from(hex, 'hex'));

/** One reader of what strangers send. */
export interface Door<Input extends string | Buffer = string | Buffer> {
  /** One input, mutated. */
  readonly make: (random: Random) => Input;
  /** Answers with what came of it: `ok` or a code; whatever it throws is a defect. */
  readonly read: (input: Input) => string;
}

/** Its type is forgotten: what reads an input is what made it. */
export function door<Input extends string | Buffer>(
  make: Door<Input>['make'],
  read: Door<Input>['read'],
): Door {
  return { make, read } as unknown as Door;
}

/** By name. */
export async function doors(): Promise<Readonly<Record<string, Door>>> {
  const root = await createRoot({ name: 'Root', suite: 'P-256', ...VALIDITY });
  const subject = { name: 'Register', authority: 'KZ' };
  const { certificate, privateKeyPem = '' } = await issueCertificate({
    issuer: root,
    role: 'register',
    subject,
    ...VALIDITY,
  });
  const { der: list } = await createCrl({
    issuer: root,
    revoked: [{ serialNumber: '41', at: VALIDITY.notBefore, reason: 'superseded' }],
    thisUpdate: VALIDITY.notBefore,
    nextUpdate: VALIDITY.notAfter,
    number: 1,
  });
  const { request } = await createRequest({ subject: { name: 'Office' }, authority: 'kz-knb', role: 'seal' });
  const signing = { certificate, key: privateKeyOf(privateKeyPem), iat: IAT };
  const book = signBook({ ...signing, content: { book: 'list:KZ', version: 1, of: ['kz-knb'] } });
  const statement = signBookStatement({
    ...signing,
    content: { book: 'list:KZ', version: 1, hash: 'A'.repeat(43), at: '2026-06-01T00:00:00Z' },
  });
  const seal = await issueCertificate({
    issuer: root,
    role: 'seal',
    subject: { name: 'Seal', authority: 'kz-knb' },
    ...VALIDITY,
  });
  const nationalList = JSON.stringify(listWith(seal.certificate, list));
  const reading: Reading = {
    reader: { kind: 'depositary' },
    rootsOf: () => [root.certificate],
    crlsOf: () => [],
    at: AT,
  };
  const trust = { anchorOf: () => root.certificate, at: AT, crls: [parseCrl(list)] };
  return {
    certificate: door(
      (random) => mutateDer(random, certificate.der),
      (der) => coded(() => relyOn(parseCertificate(der), root.certificate)),
    ),
    list: door(
      (random) => mutateDer(random, list),
      (der) =>
        coded(() => {
          const crls = [parseCrl(der)];
          const question = {
            leaf: certificate,
            root: root.certificate,
            crls,
            at: AT,
            role: 'register',
          } as const;
          return answerOf(validatePath(question));
        }),
    ),
    request: door(
      (random) => mutateDer(random, request.der),
      (der) =>
        coded(() => {
          suiteOf(parseRequest(der).publicKey);
          return 'ok';
        }),
    ),
    book: door(
      (random) => mutateBook(random, book),
      (text) => answerOf(verifyBook(text, trust)),
    ),
    statement: door(
      (random) => mutateBook(random, statement),
      (text) => answerOf(verifyBookStatement(text, trust)),
    ),
    // By its keeper, who can sign what it likes.
    content: door(
      (random) => signed(mutateJson(random, nationalList), signing),
      (text) => answerOf(readBook(text, reading)),
    ),
  };
}

function listWith(certificate: Certificate, crl: Buffer) {
  const der = certificate.der.toString('base64');
  return {
    ...{ book: 'list:KZ', version: 1, state: 'KZ', organ: null, issuedAt: '2026-06-01T00:00:00Z' },
    authorities: [],
    certificates: [{ authority: 'kz-knb', role: 'seal', certificate: der }],
    intermediates: [der],
    crls: [crl.toString('base64')],
    grades: [{ name: 'Grade', level: 'secret' }],
  };
}

/** As it is where it is no JSON, or has no canonical form. */
function signed(json: string, signing: Omit<SigningOptions<unknown>, 'content'>): string {
  try {
    return signText(BOOK_TYPE, { ...signing, content: JSON.parse(json) as unknown });
  } catch {
    return json;
  }
}

/** Everything that is done with a certificate which somebody sent. */
function relyOn(leaf: Certificate, root: Certificate): string {
  suiteOf(leaf.publicKey);
  spkiOf(leaf.publicKey);
  return answerOf(validatePath({ leaf, root, at: AT, role: 'register' }));
}

export function answerOf(answer: { ok: true } | { ok: false; code: string }): string {
  return answer.ok ? 'ok' : answer.code;
}

function coded(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof ValiseError && error.code === 'CERTIFICATE_FORMAT') return error.code;
    throw error;
  }
}

/** In its text, in its header (certificates in it as DER), or in its content. */
function mutateBook(random: Random, text: string): string {
  const jws = JSON.parse(text) as Jws;
  const [entry] = jws.signatures;
  const header = Buffer.from(entry?.protected ?? '', 'base64url').toString();
  const signed = (protectedHeader: string): string =>
    JSON.stringify({
      ...jws,
      signatures: [{ ...entry, protected: Buffer.from(protectedHeader).toString('base64url') }],
    });
  const choice = random.below(5);
  if (choice === 0) return mutateBytes(random, Buffer.from(text)).toString();
  if (choice === 1) return mutateJson(random, text);
  if (choice === 2) return signed(mutateJson(random, header));
  if (choice === 3) {
    const parsed = JSON.parse(header) as { x5c: string[] };
    const x5c = parsed.x5c.map((one) => mutateDer(random, Buffer.from(one, 'base64')).toString('base64'));
    return signed(JSON.stringify({ ...parsed, x5c: random.chance(3) ? [...parsed.x5c, ...x5c] : x5c }));
  }
  const payload = mutateJson(random, Buffer.from(jws.payload, 'base64url').toString());
  return JSON.stringify({ ...jws, payload: Buffer.from(payload).toString('base64url') });
}

/** In its bytes, or somewhere in its structure so that all the lengths around still fit. */
function mutateDer(random: Random, bytes: Buffer): Buffer {
  if (random.chance(16)) return bytes;
  return random.chance(4) ? mutateBytes(random, bytes) : mutateItem(random, bytes);
}

function mutateItem(random: Random, item: Buffer): Buffer {
  const tag = item[0] ?? 0;
  const items = (tag & CONSTRUCTED) === 0 ? [] : itemsOf(item);
  if (items.length > 0 && !random.chance(6)) {
    const at = random.below(items.length);
    const inner = items[at] ?? item;
    return der(tag, ...items.with(at, mutateItem(random, inner)));
  }
  switch (random.below(7)) {
    case 0:
      return Buffer.alloc(0);
    case 1:
      return Buffer.concat([item, item]);
    case 2:
      return random.pick(SPLICED);
    case 3:
      return der(tag, Buffer.alloc(0));
    case 4:
      return der(random.below(256), item.subarray(2));
    case 5:
      return der(tag, randomFrom(random, random.below(80)));
    default:
      return mutateBytes(random, item);
  }
}

function randomFrom(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}
