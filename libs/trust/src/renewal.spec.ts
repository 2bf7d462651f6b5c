import 'reflect-metadata';
import { SubjectAlternativeNameExtension } from '@peculiar/x509';
import {
  ca,
  caUsage,
  leafUsage,
  make,
  noCa,
  NOT_AFTER,
  NOT_BEFORE,
  roles,
  type Made,
} from '../testing/chains.js';
import {
  createCrl,
  generateKey,
  hostsOf,
  issueCertificate,
  parseCrl,
  renewCertificate,
  spkiOf,
  type Certificate,
  type Issuer,
} from './index.js';

const later = (date: Date, ms: number): Date => new Date(date.getTime() + ms);
/** Begins in the last second of its predecessor. */
const NEXT = { notBefore: later(NOT_AFTER, -1000), notAfter: later(NOT_AFTER, 1000) };
const SECOND = 1000;

let root: Made;
let issuer: Issuer;
let first: Certificate;
beforeAll(async () => {
  root = await make({ name: 'Root', extensions: [ca(0), caUsage] });
  issuer = { certificate: root.certificate, privateKey: root.pair.privateKey };
  ({ certificate: first } = await issueCertificate({
    issuer,
    role: 'tls',
    subject: { name: 'Gateway', authority: 'kz-knb', country: 'KZ' },
    hosts: ['gateway.example.org', '127.0.0.1'],
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
  }));
});
const renew = (over: object = {}) => renewCertificate({ issuer, predecessor: first, ...NEXT, ...over });

describe('the successor of a certificate', () => {
  it('is for the same, with a new key of the same suite', async () => {
    const { certificate, privateKeyPem } = await renew();
    expect(certificate).toMatchObject({
      subject: 'C=KZ, CN=Gateway',
      issuer: 'CN=Root',
      authority: 'kz-knb',
      roles: ['tls'],
      suite: 'P-256',
      ...NEXT,
    });
    expect(hostsOf(certificate)).toEqual(['gateway.example.org', '127.0.0.1']);
    expect(privateKeyPem).toContain('PRIVATE KEY');
    expect(spkiOf(certificate.publicKey)).not.toEqual(spkiOf(first.publicKey));
  });

  it('has the key or the suite that is given', async () => {
    const { publicKey } = await generateKey('P-256');
    const given = await renew({ publicKey });
    expect(Object.keys(given)).toEqual(['certificate']);
    expect(spkiOf(given.certificate.publicKey)).toEqual(spkiOf(publicKey));
    expect((await renew({ suite: 'RSA' })).certificate.suite).toBe('RSA');
    const kept = await renew({ publicKey: first.publicKey, sameKey: true });
    expect(spkiOf(kept.certificate.publicKey)).toEqual(spkiOf(first.publicKey));
  });

  it('may begin with its predecessor, and under a list that revokes another', async () => {
    await expect(renew({ notBefore: NOT_BEFORE })).resolves.toBeDefined();
    await expect(renew({ crl: await listed('40') })).resolves.toBeDefined();
  });

  async function listed(serialNumber: string) {
    const { der } = await createCrl({
      issuer,
      revoked: [{ serialNumber, at: NOT_BEFORE }],
      thisUpdate: NOT_BEFORE,
      nextUpdate: NOT_AFTER,
      number: 1,
    });
    return parseCrl(der);
  }

  it('is not made of a revoked one', async () => {
    await expect(renew({ crl: await listed(first.serialNumber) })).rejects.toMatchObject({
      code: 'CERTIFICATE_REVOKED',
      details: { remedy: expect.stringMatching(/issue a new certificate/) as unknown },
    });
  });

  it.each<[string, () => object | Promise<object>, RegExp]>([
    ['from before it', () => ({ notBefore: later(NOT_BEFORE, -SECOND) }), /begin before it does/],
    ['at its end', () => ({ notBefore: NOT_AFTER }), /before its successor begins/],
    ['that ends with it', () => ({ notAfter: NOT_AFTER }), /would not end later/],
    ['with its key', () => ({ publicKey: first.publicKey }), /the same key/],
    ['with its key, not meant', () => ({ publicKey: first.publicKey, sameKey: false }), /the same key/],
    ['under another issuer', async () => ({ issuer: await stranger() }), /another issuer issued it/],
    ['of two roles', async () => ({ predecessor: await leaf(['seal', 'head']) }), /exactly one role/],
    ['of no role', async () => ({ predecessor: await leaf([]) }), /exactly one role/],
    ['of no authority', async () => ({ predecessor: await leaf(['seal'], false) }), /names no authority/],
  ])('is not made %s', async (_, over, why) => {
    await expect(renew(await over())).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(why) as unknown,
      details: { remedy: expect.stringMatching(/have a request made/) as unknown },
    });
  });

  async function stranger(): Promise<Issuer> {
    const { certificate, pair } = await make({ name: 'Root', extensions: [ca(0), caUsage] });
    return { certificate, privateKey: pair.privateKey };
  }

  async function leaf(names: Parameters<typeof roles>, hasAuthority = true): Promise<Certificate> {
    const alternative = [{ type: 'url' as const, value: 'urn:valise:authority:kz-knb' }];
    const extensions = [
      noCa,
      leafUsage(),
      ...(names.length > 0 ? [roles(...names)] : []),
      ...(hasAuthority ? [new SubjectAlternativeNameExtension(alternative)] : []),
    ];
    return (await make({ name: 'Leaf', issuer: root, extensions })).certificate;
  }
});
