import 'reflect-metadata';
import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AT, makeDer } from '../testing/chains.js';
import { der } from '../testing/der.js';
import { badSpellings, bareCertificate, infinitySpki, rsaSpki } from '../testing/spellings.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import {
  createRequest,
  loadPrivateKey,
  parseCertificate,
  parseCrl,
  parseRequest,
  privateKeyOf,
  publicKeyOf,
  spkiOf,
  suiteOf,
  validatePath,
} from './index.js';

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [rsa] = RSA_PAIRS;
const bad = badSpellings(p256.publicKey, rsa.publicKey);
const format = expect.objectContaining({ code: 'CERTIFICATE_FORMAT' });

/** Most of these abort the process if the check comes too late, so that the whole file fails. */
describe('a public key in bytes', () => {
  it.each([
    ['P-256', p256.publicKey],
    ['RSA', rsa.publicKey],
  ] as const)('of the suite %s comes in by its one spelling', (suite, key) => {
    const read = publicKeyOf(spkiOf(key));
    expect(suiteOf(read)).toBe(suite);
    expect(spkiOf(read)).toEqual(spkiOf(key));
  });

  it.each([3072, 3073, 4095, 4096, 8191, 8192])('may be RSA of %d bits', (bits) => {
    const modulus = Buffer.alloc(Math.ceil(bits / 8), 0xff);
    modulus[0] = 0xff >> (modulus.length * 8 - bits);
    const bytes = rsaSpki(modulus);
    expect([suiteOf(publicKeyOf(bytes)), spkiOf(publicKeyOf(bytes))]).toEqual(['RSA', bytes]);
  });

  it('is RSA with a positive modulus, also of the lowest number', () => {
    const modulus = Buffer.alloc(384, 1);
    modulus[0] = 0x80;
    expect(suiteOf(publicKeyOf(rsaSpki(modulus)))).toBe('RSA');
    expect(() => publicKeyOf(rsaSpki(modulus, undefined, { sign: false }))).toThrow(
      /not an odd positive number/,
    );
  });

  it.each([
    ['P-384', /not on P-256 and uncompressed, nor RSA/],
    ['Ed25519', /not on P-256 and uncompressed, nor RSA/],
    ['a point that is not on the curve', /not on the curve/],
    ['RSA with the exponent 3', /exponent is not 65537/],
    ['RSA with an even modulus', /not an odd positive number/],
    ['RSA of 2048 bits', /RSA of 2048 bits, and 3072 to 8192 are taken/],
  ])('that is %s is refused with the reason', (name, reason) => {
    const [, bytes = Buffer.alloc(0)] = bad.find(([one]) => one === name) ?? [];
    expect(() => publicKeyOf(bytes)).toThrow(reason);
  });

  it('that OpenSSL refuses keeps what it said as the cause', () => {
    const [, bytes = Buffer.alloc(0)] = bad.find(([one]) => one === 'a point that is not on the curve') ?? [];
    expect(() => publicKeyOf(bytes)).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ name: 'Error' }) as unknown }),
    );
  });

  it.each(bad)('that is %s stays out, alone, in a certificate and in a request', (_name, bytes) => {
    expect(() => publicKeyOf(bytes)).toThrow(format);
    expect(() => parseCertificate(bareCertificate(bytes))).toThrow(format);
    expect(() => parseRequest(bareRequest(bytes))).toThrow(format);
  });

  it('stays out of a certificate that is otherwise as it should be', async () => {
    const root = await makeDer({ name: 'Root', extensions: [] });
    const infinite = await makeDer({ name: 'Leaf', issuer: root, extensions: [], spki: infinitySpki() });
    expect(() => parseCertificate(infinite.der)).toThrow(format);
    // The maker's own work is read: what is refused above is the key.
    const leaf = parseCertificate((await makeDer({ name: 'Leaf', issuer: root, extensions: [] })).der);
    const answer = validatePath({ leaf, root: parseCertificate(root.der), at: AT, role: 'seal' });
    expect(answer).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH' });
  });

  it('is looked for where it stands, not where a certificate without version has it', () => {
    const bytes = spkiOf(p256.publicKey);
    expect(spkiOf(parseCertificate(bareCertificate(bytes)).publicKey)).toEqual(bytes);
  });
});

describe('a private key', () => {
  const infinite = infinitePkcs8();

  it('whose public half is infinity is refused, in a file as well', () => {
    const pem = `-----BEGIN PRIVATE KEY-----\n${infinite.toString('base64')}\n-----END PRIVATE KEY-----\n`;
    expect(() => privateKeyOf(pem)).toThrow(format);
    expect(() => suiteOf(createPrivateKey(pem))).toThrow(format);
    const folder = mkdtempSync(join(tmpdir(), 'valise-infinite-'));
    try {
      const file = join(folder, 'seal.key');
      writeFileSync(file, pem, { mode: 0o600 });
      expect(() => loadPrivateKey(file)).toThrow(expect.objectContaining({ code: 'KEY_FILE' }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of another suite is told without its details', () => {
    for (const other of [
      generateKeyPairSync('ed25519'),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('rsa', { modulusLength: 3072, publicExponent: 3 }),
      generateKeyPairSync('rsa-pss', { modulusLength: 3072 }),
    ]) {
      expect(() => suiteOf(other.privateKey)).toThrow(format);
      expect(() => suiteOf(other.publicKey)).toThrow(format);
    }
    expect(() => suiteOf(createPublicKey({ key: infinitySpki(), format: 'der', type: 'spki' }))).toThrow(
      format,
    );
    expect(() => suiteOf(createSecretKey(Buffer.alloc(32)))).toThrow(format);
  });
});

it('a request made here is read, so that what is refused above is the key', async () => {
  const made = await createRequest({
    subject: { name: 'Office', country: 'KZ' },
    authority: 'kz-knb',
    role: 'seal',
    key: p256.privateKey,
  });
  expect(parseRequest(made.request.der).suite).toBe('P-256');
  expect(() => parseCrl(made.request.der)).toThrow(format);
});

it('a request of another version is refused', () => {
  const spki = spkiOf(p256.publicKey);
  expect(() => parseRequest(bareRequest(spki, '020101'))).toThrow(/version 1/);
  expect(parseRequest(bareRequest(spki)).suite).toBe('P-256');
});

function bareRequest(publicKey: Buffer, version = '020100'): Buffer {
  const name = Buffer.from('300c310a300806035504030c0141', 'hex');
  const signed = der(0x30, Buffer.from(version, 'hex'), name, publicKey, Buffer.from('a000', 'hex'));
  const signature = sign('sha256', signed, p256.privateKey);
  const algorithm = Buffer.from('300a06082a8648ce3d040302', 'hex');
  return der(0x30, signed, algorithm, der(0x03, Buffer.from([0]), signature));
}

/** A sound private number beside a public point at infinity. */
function infinitePkcs8(): Buffer {
  const { d = '' } = p256.privateKey.export({ format: 'jwk' });
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  const point = der(0xa1, der(0x03, hex('0000')));
  const inner = der(0x30, hex('020101'), der(0x04, Buffer.from(d, 'base64url')), point);
  return der(0x30, hex('020100'), hex('301306072a8648ce3d020106082a8648ce3d030107'), der(0x04, inner));
}
